"""Plain helpers that make rows for tests. Each takes what the test cares about and fills in the rest."""

from datetime import date
from itertools import count

from django.test import Client
from django.utils import timezone

from accounts import second_factor
from accounts.models import Organisation, User
from common.models import SiteSettings
from tasklists.models import (
    Assignment,
    Evidence,
    Instruction,
    ItemTarget,
    PlanNode,
    ProgressReport,
    StateChange,
    SupervisionSlip,
    TaskItem,
    TaskList,
)

_numbers = count(1)
TODAY = date(2023, 12, 13)
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def make_business_date(day=TODAY):
    """Fix the site's business date."""
    SiteSettings.objects.update_or_create(pk=1, defaults={"business_date": day, "is_demo": True})


def make_organisation(short=None, *, kind="department", **fields):
    n = next(_numbers)
    short = short or f"市第{n}局"
    return Organisation.objects.create(
        **{"code": f"T{n:05d}", "short": short, "name": short, "kind": kind, "order": n} | fields
    )


def make_user(role="coordinator", organisation=None, *, username=None, password=None, **fields):
    """A user past the first sign-in; without a password only ``client_of`` lets them in."""
    n = next(_numbers)
    if organisation is None and role in ("dept_reporter", "county_reporter", "reviewer"):
        organisation = make_organisation()
    user = User(
        **{
            "username": username or f"{role}-{n}",
            "display_name": f"用户{n}",
            "role": role,
            "organisation": organisation,
            "must_change_password": False,
        }
        | fields
    )
    user.set_password(password) if password else user.set_unusable_password()
    user.save()
    return user


def client_of(user, **options) -> Client:
    """A browser in which ``user`` is signed in, the second factor given where their role needs one."""
    client = Client(**options)
    client.force_login(user, backend="accounts.backends.AccountBackend")
    if second_factor.is_needed(user):
        device = second_factor.prepare(user)
        device.confirmed_at = device.confirmed_at or timezone.now()
        device.save()
        session = client.session
        session[second_factor.SESSION_KEY] = device.pk
        session.save()
    return client


def make_list(slug=None, *, state="in_force", **fields):
    """A list with one chapter (its only aspect), found again as ``make_aspect(list)``."""
    n = next(_numbers)
    return TaskList.objects.create(
        **{"slug": slug or f"list-{n}", "title": f"清单{n}", "short": f"清单{n}", "year": 2023, "state": state}
        | fields
    )


def make_aspect(task_list, title="产业融入"):
    found = task_list.nodes.filter(level="chapter", title=title).first()
    order = task_list.nodes.count()
    return found or PlanNode.objects.create(
        task_list=task_list, level="chapter", number="一", title=title, order=order
    )


def make_item(task_list=None, *, lead=None, responsible=(), supporting=(), aspect=None, **fields):
    """A task item of a list in force, assigned 2023-03-01 and due 2023-12-31, with its assignments."""
    task_list = task_list or make_list()
    aspect = aspect or make_aspect(task_list)
    n = next(_numbers)
    item = TaskItem.objects.create(
        **{
            "task_list": task_list,
            "node": aspect,
            "aspect": aspect,
            "code": f"{n}",
            "order": n,
            "title": f"任务{n}",
            "assigned_on": date(2023, 3, 1),
            "due_on": date(2023, 12, 31),
        }
        | fields
    )
    if lead:
        make_assignment(item, lead, role="lead", decides=True)
    for organisation in responsible:
        make_assignment(item, organisation, decides=lead is None)
    for organisation in supporting:
        make_assignment(item, organisation, role="supporting")
    return item


def make_assignment(item, organisation=None, *, role="responsible", **fields):
    return Assignment.objects.create(item=item, organisation=organisation or make_organisation(), role=role, **fields)


def make_target(item, name="目标", value="100", unit="家", **fields):
    return ItemTarget.objects.create(item=item, name=name, value=value, unit=unit, **fields)


def make_report(assignment, period="2023-11", *, state="approved", **fields):
    """A report in the given state, with the dates that the state needs."""
    defaults = {"percent": 50, "text": f"{period}进展", "status": "under_way", "state": state}
    if state != "draft":
        defaults["submitted_on"] = date.fromisoformat(f"{period}-15")
    if state == "approved":
        defaults["approved_on"] = date.fromisoformat(f"{period}-18")
    if state == "returned":
        defaults |= {"returned_on": date.fromisoformat(f"{period}-16"), "return_reason": "请补充数据。"}
    return ProgressReport.objects.create(assignment=assignment, period=period, **defaults | fields)


def make_state_change(item, state="closed", on=date(2023, 11, 20), reason="说明"):
    return StateChange.objects.create(item=item, state=state, on=on, reason=reason)


def make_evidence(report, by=None, name="证明.pdf"):
    n = next(_numbers)
    by = by or make_user("dept_reporter", report.assignment.organisation)
    return Evidence.objects.create(
        report=report, name=name, path=f"evidence/{n}", size=10, sha256=f"{n:064d}", uploaded_by=by
    )


def make_slip(item, organisation=None, *, state="issued", colour="red", **fields):
    """A slip to the item's first deciding organisation; past a proposal it has a number and dates."""
    n = next(_numbers)
    organisation = organisation or item.assignments.filter(decides=True).first().organisation
    defaults = {"cause": f"overdue:{n}", "reason": "已逾期。", "proposed_on": date(2023, 12, 1)}
    if state == "dropped":
        defaults["drop_reason"] = "已另行督办。"
    elif state != "proposed":
        defaults |= {"year": 2023, "number": n, "issued_on": date(2023, 12, 8), "answer_due_on": date(2023, 12, 15)}
    if state in ("signed", "answered", "settled"):
        defaults["signed_on"] = date(2023, 12, 11)
    if state in ("answered", "settled"):
        defaults |= {"answer": "已组织攻坚。", "answered_on": date(2023, 12, 12)}
    return SupervisionSlip.objects.create(
        item=item, organisation=organisation, state=state, colour=colour, **defaults | fields
    )


def make_instruction(organisation, *, by=None, **fields):
    """An open instruction on a task of the organisation, due in five days."""
    item = fields.pop("item", None) or make_item(responsible=[organisation])
    by = by or make_user("leader")
    defaults = {"about": item.title, "text": "请抓紧办理。", "on": TODAY, "due_on": date(2023, 12, 18)}
    return Instruction.objects.create(item=item, organisation=organisation, by=by, **defaults | fields)
