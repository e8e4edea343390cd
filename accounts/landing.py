"""Where a role begins: the three officers see no business figures and start at their own page."""

from django.urls import reverse

from accounts.permissions import AUDITOR, SECURITY_ADMIN, SYSTEM_ADMIN

FIRST_PAGES = {
    SYSTEM_ADMIN: "accounts:users",
    SECURITY_ADMIN: "accounts:security",
    AUDITOR: "accounts:audit",
}


def home_url(user) -> str | None:
    """Return the address of the user's own first page, or None when it is the overview."""
    name = FIRST_PAGES.get(user.role)
    return reverse(name) if name else None
