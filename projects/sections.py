"""The pages that stand side by side under 项目."""

from django.urls import reverse
from django.utils.http import urlencode

from accounts.permissions import may

# (label, URL name)
SECTIONS = (
    ("项目概览", "projects:overview"),
    ("项目", "projects:list"),
    ("看板", "projects:board"),
    ("漏斗", "projects:funnel"),
    ("到位资金", "projects:funds"),
    ("完成投资", "projects:investments"),
    ("资金月报", "projects:month"),
    ("资金核实", "projects:verify"),
    ("项目体检", "projects:health"),
    ("签约活动", "projects:events"),
    ("承接平台", "projects:platforms"),
    ("合作协议", "projects:memoranda"),
    ("企业诉求", "projects:cases"),
)


def may_enter_month(user) -> bool:
    """Whether the user fills in a month of money: a reporter of a county or zone, which alone have projects."""
    return may(user, "report") and _of_county(user)


def may_verify_money(user) -> bool:
    """Whether claimed money can ever wait for the user: the office, and the reviewer of a county or zone."""
    return may(user, "verify") or may(user, "review") and _of_county(user)


def _of_county(user) -> bool:
    return user.organisation is not None and user.organisation.kind in ("county", "zone")


SHOWN_TO = {"projects:month": may_enter_month, "projects:verify": may_verify_money}


def sections(request, current: str = "") -> list[dict]:
    """Return the links between these pages, the one asked for (or ``current``) marked; the as-of date goes along."""
    query = f"?{urlencode({'as_of': request.GET['as_of']})}" if request.GET.get("as_of") else ""
    links = []
    for label, name in SECTIONS:
        if name in SHOWN_TO and not SHOWN_TO[name](request.user):
            continue
        url = reverse(name, args=["funds"] if name == "projects:month" else None)
        marked = name == current if current else request.path == url
        links.append({"label": label, "url": url + query, "current": marked})
    return links
