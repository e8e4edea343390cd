"""The pages that stand side by side under 指标."""

from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode

from accounts.permissions import allowed_actions

# (label, URL name, actions of which one is needed, whether the as-of date goes along)
SECTIONS = (
    ("指标墙", "indicators:wall", {"view"}, True),
    ("指标目录", "indicators:list", {"view"}, True),
    ("比较", "indicators:compare", {"view"}, True),
    ("公开数字", "indicators:published", {"view"}, True),
    ("对标", "indicators:peers", {"view"}, True),
    ("考核", "indicators:assessment", {"view"}, False),
    ("填报", "indicators:grid", {"report", "supervise"}, False),
    ("审核", "indicators:review", {"review"}, False),
    ("填报值", "indicators:values", {"view"}, True),
)


def sections(request, current: str = "") -> list[dict]:
    """Return the links that the user may follow, the one shown (or ``current``) marked."""
    query = f"?{urlencode({'as_of': request.GET['as_of']})}" if request.GET.get("as_of") else ""
    allowed = allowed_actions(request.user)
    links = []
    for label, name, needed, dated in SECTIONS:
        if not allowed & needed:
            continue
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        marked = name == current if current else request.path == url
        links.append({"label": label, "url": url + (query if dated else ""), "current": marked})
    return links
