"""Counties that have not handed in last month's money: found by the grid's rule, shown to the office, reminded."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import Notice
from common.models import AuditEntry, PeriodLock
from projects.models import MonthLine
from projects.month.missing import counties_missing
from projects.month.rows import waiting_months
from reports.todo import waiting_for
from tests import make
from tests.make import TODAY, client_of, make_organisation, make_user
from tests.projects.make import make_fund, make_project
from tests.projects.money import make_cast

pytestmark = pytest.mark.django_db
MONTH = "2023-11"


@pytest.fixture
def cast():
    make.make_business_date()
    return make_cast()


def left(cast):
    """What the county's own to-do list says of last month, by kind."""
    return {one["kind"]: one["left"] for one in waiting_months(cast.county.pk, TODAY) if one["period"] == MONTH}


def signed(cast, **fields):
    return make_project(cast.county, stages=[("signed", date(2023, 3, 1))], **fields)


def line(cast, project, amount="5", **fields):
    known = {"kind": "funds", "month": MONTH, "amount": Decimal(amount), "saved_by": cast.reporter}
    return MonthLine.objects.create(project=project, **known | fields)


def returned(project, **fields):
    return make_fund(
        project, month=MONTH, state="returned", return_reason="凭证不清", returned_on=TODAY,
        county_verified_on=None, city_verified_on=None, **fields,
    )  # fmt: skip


def test_the_offices_count_is_the_countys_own(cast):
    line(cast, signed(cast), "0", stated_on=TODAY)
    line(cast, signed(cast))
    make_fund(signed(cast), month=MONTH)
    both = signed(cast)
    make_fund(both, month=MONTH)
    line(cast, both)
    returned(signed(cast))
    twice = signed(cast)
    returned(twice)
    make_fund(twice, month=MONTH)
    full = signed(cast, total_investment=Decimal(100))
    make_fund(full, amount="100", month="2023-06")
    signed(cast, total_investment=None)
    make_project(cast.county, stages=[("signed", date(2023, 1, 1)), ("lost", date(2023, 6, 1))])
    make_project(cast.county, stages=[("signed", date(2023, 1, 1)), ("paused", date(2023, 6, 1))])
    make_project(cast.county, stages=[("signed", date(2023, 12, 1))])
    make_project(cast.county, stages=[("lead", date(2023, 1, 1))])
    (found,) = counties_missing(TODAY)
    assert {"funds": found.funds, "investments": found.investments} == left(cast)
    assert found.funds == 6


def test_a_locked_month_lacks_nothing(cast):
    PeriodLock.objects.create(area="funds", period=MONTH, locked_on=TODAY)
    assert counties_missing(TODAY) == [] and left(cast) == {}


def test_the_office_sees_who_lacks_the_month_and_reminds_them_once(cast):
    office = client_of(cast.city)
    page = office.get(reverse("projects:money_months")).content.decode()
    assert "2023年11月未报齐的县市区" in page and "到位资金 1" in page
    assert "1 个县市区" in office.get(reverse("projects:verify")).content.decode()
    assert {"未报齐11月资金月报的县市区"} <= {found["text"] for found in waiting_for(cast.city, TODAY)}
    for _ in range(2):
        answer = office.post(reverse("projects:month_remind"), follow=True)
        assert "已提醒 1 个县市区的填报员。" in answer.content.decode()
    notice = Notice.objects.get(recipient=cast.reporter)
    assert "到位资金差 1 个项目、完成投资差 1 个项目" in notice.title
    assert client_of(cast.reporter).get(notice.url).status_code == 200
    assert AuditEntry.objects.filter(action="提醒报资金月报").exists()


def test_a_county_without_a_reporter_is_named(cast):
    cast.reporter.is_active = False
    cast.reporter.save()
    page = client_of(cast.city).post(reverse("projects:month_remind"), follow=True).content.decode()
    assert f"{cast.county.short}还没有填报员账号" in page and not Notice.objects.exists()


def test_nobody_is_reminded_when_all_have_handed_in(cast):
    for kind in ("funds", "investments"):
        line(cast, cast.project, "0", kind=kind, stated_on=TODAY)
    office = client_of(cast.city)
    assert "都已报齐" in office.post(reverse("projects:month_remind"), follow=True).content.decode()
    assert "未报齐" not in office.get(reverse("projects:money_months")).content.decode()


def test_only_who_may_verify_is_led_to_the_queue(cast):
    department = make_user("reviewer", make_organisation())
    queue = reverse("projects:verify")
    links = {user.pk: [link["url"] for link in client_of(user).get(reverse("projects:overview")).context["sections"]]
             for user in (department, cast.reviewer, cast.city)}  # fmt: skip
    assert queue not in links[department.pk] and queue in links[cast.reviewer.pk] and queue in links[cast.city.pk]
    assert "市直部门没有要核实的资金" in client_of(department).get(queue).content.decode()
