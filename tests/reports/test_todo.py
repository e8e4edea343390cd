"""What waits for a person on the overview: slips and instructions among it."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils.html import escape

from common import audit
from projects.models import HealthFinding, ServiceCase
from reports.lateness import late_matters
from reports.todo import waiting_for
from tests.make import (
    TODAY,
    client_of,
    make_business_date,
    make_instruction,
    make_item,
    make_organisation,
    make_slip,
    make_user,
)
from tests.projects.make import make_county, make_project

pytestmark = pytest.mark.django_db


def counts(user):
    return {line["text"]: line["count"] for line in waiting_for(user, TODAY)}


def test_slips_and_instructions_wait_for_those_who_must_act():
    make_business_date()
    unit, other = make_organisation(), make_organisation()
    item = make_item(lead=unit)
    make_slip(item, unit, state="proposed")
    make_slip(item, unit)
    make_slip(item, unit, state="signed", escalated_on=TODAY)
    make_slip(item, unit, state="answered")
    make_instruction(unit, item=item)
    make_instruction(unit, item=item, state="answered", answer="已办。", answered_on=TODAY)
    reporter = counts(make_user("dept_reporter", unit))
    assert (reporter["待答复的督办单"], reporter["待反馈的领导批示"]) == (2, 1)
    office = counts(make_user("coordinator"))
    assert (office["待确认的督办单"], office["待办结的督办单"]) == (1, 1)
    leader = counts(make_user("leader"))
    assert (leader["逾期未答复的督办单"], leader["待办结的批示"]) == (1, 1)
    assert "待答复的督办单" not in counts(make_user("dept_reporter", other))


def touch_data():
    """Rows made past the services are news to the pages only with an audit entry."""
    with transaction.atomic():
        audit.record(by=None, action="试写", label="数据")


def late_on(user, day=TODAY):
    return {found.label: found for found in late_matters(user, day)}


def make_late(county, bureau, days=5, **fields):
    """A case whose deadline passed ``days`` ago, as of TODAY."""
    due = TODAY - timedelta(days=days)
    known = {"channel": "request", "company": "京禾科技", "category": "land", "text": "用地", "state": "accepted"}
    dates = {"received_on": due - timedelta(days=20), "accepted_on": due - timedelta(days=19), "due_on": due}
    number = f"QS-{ServiceCase.objects.count() + 1:03d}"
    return ServiceCase.objects.create(
        **known | dates | {"county": county, "handler": bureau, "number": number} | fields
    )


def make_finding(county, days=5, **fields):
    due = TODAY - timedelta(days=days)
    number = HealthFinding.objects.count() + 1
    known = {"rule": HealthFinding.Rule.values[0], "basis": "无资金到位", "year": 2023, "number": number}
    return HealthFinding.objects.create(
        **known | {"project": make_project(county), "owner": county, "found_on": due, "due_on": due} | fields
    )


def test_the_overview_shows_late_cases_and_rectifications_with_their_lists():
    make_business_date()
    county, bureau = make_county("甲县"), make_organisation("市水利局")
    leader = make_user("leader")
    assert late_matters(leader, TODAY) == []
    assert "late-matters" not in client_of(leader).get("/").content.decode()
    oldest = make_late(county, bureau, days=40, company="最久一家")
    for days in (3, 7, 9):
        make_late(county, bureau, days=days)
    make_late(county, bureau, days=-2)
    make_late(county, bureau, days=6, state="done", done_on=TODAY, result="已办结")
    late = make_finding(county, days=10)
    make_finding(county, days=0)
    touch_data()
    page = client_of(leader).get("/").content.decode()
    cases, findings = late_on(leader).values()
    assert (cases.count, findings.count) == (4, 1)
    assert [row["days"] for row in cases.rows] == [40, 9, 7]
    for url in (cases.url, findings.url, f"/projects/service/{oldest.pk}/", f"/projects/health/{late.pk}/"):
        assert escape(url) in page
    for found in (cases, findings):
        assert len(client_of(leader).get(found.url).context["table"].rows) == found.count


def test_late_matters_are_those_of_the_date_and_of_the_reader():
    make_business_date()
    county, other = make_county("甲县"), make_county("乙县")
    bureau = make_organisation("市水利局")
    make_late(county, bureau, days=5)
    make_finding(county, days=5)
    touch_data()
    leader = make_user("leader")
    assert [found.count for found in late_matters(leader, TODAY)] == [1, 1]
    assert late_matters(leader, TODAY - timedelta(days=5)) == []
    assert [found.count for found in late_matters(make_user("county_reporter", county), TODAY)] == [1, 1]
    assert list(late_on(make_user("dept_reporter", bureau))) == ["企业诉求、监督热线逾期未办结"]
    assert late_matters(make_user("county_reporter", other), TODAY) == []


def test_late_matters_cost_the_same_however_many(django_assert_max_num_queries):
    make_business_date()
    county, bureau = make_county("甲县"), make_organisation("市水利局")
    for days in range(1, 12):
        make_late(county, bureau, days=days)
        make_finding(county, days=days)
    leader = make_user("leader")
    touch_data()
    with django_assert_max_num_queries(5):
        late_matters(leader, TODAY)
