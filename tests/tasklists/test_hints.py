"""Hints for the office at a report that waits: facts worth a second look, from one rule."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tasklists import rules
from tests import make

pytestmark = pytest.mark.django_db
TODAY = make.TODAY


def waiting(percents=(), texts=(), **fields):
    """A report that waits for the office, after approved ones of the months before; and its hints."""
    organisation = make.make_organisation()
    item = make.make_item(lead=organisation, due_on=fields.pop("due_on", date(2024, 3, 31)))
    part = item.assignments.get()
    for back, (percent, text) in enumerate(zip(percents, texts or [f"{n}" for n in range(9)], strict=False), 1):
        make.make_report(part, f"2023-{12 - back:02d}", percent=percent, text=text)
    return make.make_report(part, "2023-12", state="org_approved", submitted_on=TODAY, **{"percent": 70} | fields)


def hints(report):
    earlier = list(report.assignment.progress_reports.filter(state="approved").order_by("-period"))
    return rules.report_hints(report, earlier=earlier, deadline=report.assignment.item.due_on)


def test_an_ordinary_report_gives_no_hint():
    assert hints(waiting([60, 50])) == []
    assert hints(waiting()) == []
    assert hints(waiting([100], percent=100, due_on=TODAY)) == [], "it was all done before"


def test_all_done_on_the_day_of_the_deadline():
    assert hints(waiting([40], percent=100, due_on=TODAY)) == ["到期当天报完成 100%，上期 40%。"]
    assert hints(waiting(percent=100, due_on=TODAY)) == ["到期当天报完成 100%。"]
    assert hints(waiting([40], percent=99, due_on=TODAY)) == []


def test_progress_that_goes_backward():
    assert hints(waiting([80])) == ["进度后退：本期 70%，2023-11 为 80%。"]


def test_same_text_three_periods_running():
    same = ["正在推进，进展顺利。", "正在推进， 进展顺利。\n"]
    assert hints(waiting([60, 50], same, text="正在推进，进展顺利。")) == ["连续 3 期文字相同。"]
    assert hints(waiting([60], same[:1], text="正在推进，进展顺利。")) == []
    assert hints(waiting([60, 50], same, text="完成验收。")) == []


def test_the_office_alone_sees_hints_at_one_more_query_for_the_page():
    make.make_business_date()
    waiting([80])
    client, url = make.client_of(make.make_user("coordinator")), reverse("tasklists:review")
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        assert "进度后退：本期 70%，2023-11 为 80%。" in client.get(url).content.decode()
    for _ in range(5):
        waiting([80])
    with CaptureQueriesContext(connection) as many:
        assert client.get(url).content.decode().count("进度后退") == 6
    assert len(many) == len(one)
    report = waiting([80])
    report.state = "submitted"
    report.save()
    reviewer = make.make_user("reviewer", report.assignment.organisation)
    assert "进度后退" not in make.client_of(reviewer).get(url).content.decode()
