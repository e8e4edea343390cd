"""Messages of the night about leads and promised dates."""

from datetime import date

import pytest

from accounts.models import Notice
from projects.models import FollowUp
from projects.tasks import check_pipeline
from tests.make import make_business_date, make_user
from tests.projects.make import make_county, make_project, make_stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def qihe():
    make_business_date()
    return make_county("齐河县")


@pytest.fixture
def reporter(qihe):
    return make_user("county_reporter", qihe)


def titles_of(user):
    return sorted(Notice.objects.filter(recipient=user).values_list("title", flat=True))


def test_lead_without_contact_for_thirty_days_is_told_once(qihe, reporter):
    stranger = make_user("county_reporter", make_county("禹城市"))
    make_project(qihe, stages=[("lead", date(2023, 11, 13))])
    make_project(qihe, stages=[("negotiating", date(2023, 11, 14))])
    make_project(qihe, stages=[("signed", date(2023, 1, 1))])
    check_pipeline()
    check_pipeline()
    assert titles_of(reporter) == ["线索项目已 30 天未跟进（满 30 天提醒）"]
    assert titles_of(stranger) == []


def test_follow_up_silences_and_a_new_silence_is_told_again(qihe, reporter):
    lead = make_project(qihe, stages=[("lead", date(2023, 5, 1))])
    note = FollowUp.objects.create(project=lead, on=date(2023, 12, 1), text="电话")
    check_pipeline()
    assert titles_of(reporter) == []
    for last in (date(2023, 11, 1), date(2023, 11, 2)):
        note.on = last
        note.save()
        check_pipeline()
    assert len(titles_of(reporter)) == 2


def test_promised_dates_are_told_before_and_after(qihe, reporter):
    near = make_project(qihe, promised_started_on=date(2024, 1, 12), stages=[("signed", date(2023, 3, 1))])
    make_project(qihe, promised_registered_on=date(2023, 12, 12), stages=[("signed", date(2023, 3, 1))])
    make_project(qihe, promised_started_on=date(2024, 1, 13), stages=[("signed", date(2023, 3, 1))])
    make_project(qihe, promised_started_on=date(2023, 12, 1), stages=[("started", date(2023, 11, 1))])
    make_project(qihe, promised_started_on=date(2023, 12, 1), stages=[("lost", date(2023, 11, 1))])
    check_pipeline()
    assert titles_of(reporter) == [
        "约定开工日期 2024-01-12 临近，项目现为签约",
        "约定注册落地日期 2023-12-12 已过，项目仍在签约",
    ]
    make_stage(near, "registered", date(2023, 12, 13))
    check_pipeline()
    assert len(titles_of(reporter)) == 2


def test_project_of_no_county_reminds_who_entered_it(qihe):
    office = make_user("coordinator")
    make_project(None, created_by=office, stages=[("lead", date(2023, 5, 1))])
    check_pipeline()
    assert len(titles_of(office)) == 1
