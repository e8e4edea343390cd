"""What every page's frame shows: the menu of the role, the demonstration's banner."""

from django.urls import NoReverseMatch, reverse

from accounts import notices, second_factor
from accounts.permissions import allowed_actions
from common import clock

# (label, URL name, actions of which one is needed, icon)
MENU = (
    ("我的任务", "tasklists:mine", {"report"}, "list-check"),
    ("总览", "home", {"view"}, "layout-dashboard"),
    ("任务", "tasklists:list", {"view"}, "list-check"),
    ("审核", "tasklists:review", {"review"}, "checkbox"),
    ("督办", "tasklists:slips", {"view"}, "bell-exclamation"),
    ("项目", "projects:overview", {"view"}, "building-factory-2"),
    ("指标", "indicators:wall", {"view"}, "chart-bar"),
    ("通报", "reports:list", {"view"}, "file-text"),
    ("账号", "accounts:users", {"administer"}, "users"),
    ("单位", "accounts:organisations", {"administer"}, "building"),
    ("角色与锁定", "accounts:security", {"secure"}, "lock"),
    ("审计记录", "accounts:audit", {"audit"}, "history"),
)

# Where a section opens with a page of its own, the section still is all that lies below its list's address.
SECTIONS = {"projects:overview": "projects:list", "indicators:wall": "indicators:list"}

# A phone's bar has room for seven (55 px each at 390 px); the rest stands in the person's menu.
TAB_BAR_ENTRIES = 7


def site(request):
    """Return the menu, the business date and whether the site is a demonstration.

    Who has yet to give the second factor sees no menu and no counts: a password alone tells nothing.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"menu": [], "business_date": None}
    fixed = clock.fixed_business_date()
    dates = {"business_date": fixed, "business_date_is_demo": fixed is not None}
    if second_factor.is_needed(user) and not second_factor.is_given(user, request.session):
        return {"menu": []} | dates
    allowed = allowed_actions(user)
    menu = []
    for label, name, needed, icon in MENU:
        if allowed & needed:
            try:
                url, section = reverse(name), reverse(SECTIONS.get(name, name))
            except NoReverseMatch:
                continue
            current = request.path == url if name == "home" else request.path.startswith(section)
            menu.append({"name": name, "label": label, "url": url, "icon": icon, "current": current})
    if sum(entry["current"] for entry in menu) > 1:  # /tasks/ holds /tasks/mine/: the longest address wins
        best = max((e for e in menu if e["current"]), key=lambda e: len(e["url"]))
        for entry in menu:
            entry["current"] = entry is best
    return dates | {
        "menu": menu,
        "tabbar": menu[:TAB_BAR_ENTRIES],
        "inbox": {"url": reverse("accounts:inbox"), "count": notices.unread_count(user)},
        "menu_rest": menu[TAB_BAR_ENTRIES:],
    }
