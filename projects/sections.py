"""The pages that stand side by side under 项目."""

from django.urls import reverse
from django.utils.http import urlencode

from accounts.permissions import allowed_actions, may

# (label, URL name, actions of which one is needed: none named, all who see the pages)
SECTIONS = (
    ("项目概览", "projects:overview"),
    ("项目", "projects:list"),
    ("看板", "projects:board"),
    ("漏斗", "projects:funnel"),
    ("到位资金", "projects:funds"),
    ("完成投资", "projects:investments"),
    ("资金月报", "projects:month", {"report"}),
    ("资金核实", "projects:verify", {"review", "verify"}),
    ("项目体检", "projects:health"),
    ("签约活动", "projects:events"),
    ("承接平台", "projects:platforms"),
    ("合作协议", "projects:memoranda"),
    ("企业诉求", "projects:cases"),
)


def may_enter_month(user) -> bool:
    """Whether the user fills in a month of money: a reporter of a county or zone, which alone have projects."""
    return may(user, "report") and user.organisation is not None and user.organisation.kind in ("county", "zone")


def sections(request, current: str = "") -> list[dict]:
    """Return the links between these pages, the one asked for (or ``current``) marked; the as-of date goes along."""
    query = f"?{urlencode({'as_of': request.GET['as_of']})}" if request.GET.get("as_of") else ""
    links = []
    for label, name, *needed in SECTIONS:
        if needed and not allowed_actions(request.user) & needed[0]:
            continue
        if name == "projects:month" and not may_enter_month(request.user):
            continue
        url = reverse(name, args=["funds"] if name == "projects:month" else None)
        marked = name == current if current else request.path == url
        links.append({"label": label, "url": url + query, "current": marked})
    return links
