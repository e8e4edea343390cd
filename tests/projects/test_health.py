"""The health check: four rules, one open slip per project and rule, answered with evidence, closed by the office."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Notice
from common import jobs
from common.errors import UserError
from common.models import AuditEntry, Job
from common.versions import StaleVersion
from projects.health import checking, slips
from projects.health.progress import record_progress
from projects.health.rules import Health, add_months, findings
from projects.models import HealthFinding, SiteProgress
from projects.tasks import check_health
from tests import make
from tests.make import TODAY, client_of, make_user
from tests.projects.make import make_fund, make_project, make_stage
from tests.projects.money import make_cast

EVIDENCE = make.PDF


def facts(**fields):
    return Health(**{"stage": "started", "total_investment": Decimal(10000)} | fields)


def rules_of(on=TODAY, **fields):
    return set(findings(facts(**fields), on))


# --- the rules ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("project", "on", "found"),
    [
        ({"signed_on": date(2022, 12, 13)}, date(2023, 12, 13), set()),
        ({"signed_on": date(2022, 12, 12)}, date(2023, 12, 13), {"not_started"}),
        ({"signed_on": date(2020, 2, 29)}, date(2021, 2, 28), set()),
        ({"signed_on": date(2020, 2, 29)}, date(2021, 3, 1), {"not_started"}),
        ({"signed_on": date(2022, 1, 1), "started_on": date(2023, 12, 1)}, TODAY, set()),
        ({"signed_on": date(2022, 1, 1), "stage": "lost"}, TODAY, set()),
        ({"signed_on": date(2022, 1, 1), "stage": "abandoned"}, TODAY, set()),
        ({"signed_on": date(2022, 1, 1), "stage": "paused"}, TODAY, {"not_started"}),
        ({"signed_on": None}, TODAY, set()),
        ({"started_on": date(2023, 9, 14)}, TODAY, set()),
        ({"started_on": date(2023, 9, 13)}, TODAY, {"no_funds"}),
        ({"started_on": date(2023, 9, 13), "funds": Decimal(1)}, TODAY, set()),
        ({"started_on": date(2023, 9, 13), "funds": Decimal(0)}, TODAY, {"no_funds"}),
        ({"started_on": date(2023, 6, 14), "funds": Decimal(1499)}, TODAY, set()),
        ({"started_on": date(2023, 6, 13), "funds": Decimal("1499.99")}, TODAY, {"low_funds"}),
        ({"started_on": date(2023, 6, 13), "funds": Decimal(1500)}, TODAY, set()),
        ({"started_on": date(2023, 6, 13), "funds": Decimal(1), "total_investment": None}, TODAY, set()),
        ({"funds": Decimal(5000), "percent": 20, "seen_on": TODAY}, TODAY, set()),
        ({"funds": Decimal(5001), "percent": 20, "seen_on": TODAY}, TODAY, {"out_of_step"}),
        ({"funds": Decimal(1000), "percent": 41, "seen_on": TODAY}, TODAY, {"out_of_step"}),
        ({"funds": None, "percent": 31, "seen_on": TODAY}, TODAY, {"out_of_step"}),
        ({"funds": Decimal(9000), "percent": None}, TODAY, set()),
    ],
)
def test_each_rule_begins_and_ends_on_its_day_and_figure(project, on, found):
    assert rules_of(on, **project) == found


def test_a_finding_tells_the_figures_it_rests_on():
    told = findings(
        facts(started_on=date(2023, 6, 1), funds=Decimal(800), percent=60, seen_on=date(2023, 12, 1)), TODAY
    )
    assert told["low_funds"] == (
        "2023-06-01 开工，至 2023-12-13 已满半年，到位资金 800.00 万元，占总投资 10,000.00 万元的 8%，不足 15%。"
    )
    assert told["out_of_step"] == (
        "到位资金 800.00 万元，占总投资的 8%；2023-12-01 形象进度 60%，相差 52 个百分点，超过 30 个百分点。"
    )


def test_months_end_where_the_month_ends():
    assert add_months(date(2023, 8, 31), 6) == date(2024, 2, 29)
    assert add_months(date(2023, 11, 30), 3) == date(2024, 2, 29)
    assert add_months(date(2023, 12, 13), 12) == date(2024, 12, 13)


# --- the check ---------------------------------------------------------------------------------


@pytest.fixture
def cast(db):
    """A county with a project that signed and started long ago and never got funds."""
    make.make_business_date()
    return make_cast()


def stalled(county, **fields):
    return make_project(county, stages=[("signed", date(2022, 3, 1))], **fields)


def test_check_opens_one_slip_per_project_and_rule_and_repeats_nothing(cast):
    stalled(cast.county)
    first = checking.run_check(on=TODAY)
    assert (first["opened"], HealthFinding.objects.count()) == (3, 3)
    assert sorted(HealthFinding.objects.values_list("number", flat=True)) == [1, 2, 3]
    slip = HealthFinding.objects.get(rule="no_funds")
    assert (slip.owner, slip.due_on, slip.year) == (cast.county, date(2024, 1, 11), 2023)
    assert "没有经市级核实的到位资金" in slip.basis
    for _ in range(3):
        assert checking.run_check(on=TODAY)["opened"] == 0
    told = Notice.objects.filter(recipient=cast.reporter)
    assert [notice.title for notice in told] == ["项目体检新发现 3 项，请整改"]
    assert Notice.objects.filter(recipient=cast.reviewer).count() == 1


def test_check_looks_at_verified_funds_and_the_newest_progress_only(cast):
    make_fund(cast.project, "3000", "2023-06", state="claimed", city_verified_on=None)
    SiteProgress.objects.create(project=cast.project, on=date(2023, 8, 1), percent=80)
    SiteProgress.objects.create(project=cast.project, on=date(2023, 11, 1), percent=20)
    assert {rule for _, rule in checking.conditions(TODAY)} == {"no_funds", "low_funds"}
    assert {rule for _, rule in checking.conditions(date(2023, 9, 1))} == {"no_funds", "out_of_step"}
    make_fund(cast.project, "3000", "2023-06")
    assert not checking.conditions(TODAY)


def test_check_takes_the_same_number_of_queries_whatever_the_number_of_projects(cast, django_assert_num_queries):
    for _ in range(40):
        stalled(cast.county)
    with django_assert_num_queries(6):
        assert len(checking.conditions(TODAY)) == 42


def test_a_project_without_a_county_gets_no_slip(db):
    stalled(None)
    assert checking.run_check(on=TODAY)["opened"] == 0


def test_a_closed_slip_is_followed_by_a_new_one_only_after_its_condition_had_passed(cast):
    project = stalled(cast.county)
    checking.run_check(on=TODAY)
    HealthFinding.objects.filter(project=project).update(state="closed", closed_on=TODAY)
    for day in (date(2023, 12, 14), date(2024, 1, 20)):
        checking.run_check(on=day)
    assert HealthFinding.objects.filter(project=project).count() == 1, "what the office accepted stays accepted"
    started = make_stage(project, "started", date(2024, 2, 1))
    checking.run_check(on=date(2024, 2, 2))
    assert HealthFinding.objects.get(project=project).cleared_on == date(2024, 2, 2)
    started.delete()
    checking.run_check(on=date(2024, 2, 3))
    numbers = list(HealthFinding.objects.filter(project=project).order_by("pk").values_list("year", "state"))
    assert numbers == [(2023, "closed"), (2024, "open")]
    assert HealthFinding.objects.get(project=project, state="open").number == 1, "numbers begin anew each year"


def test_an_open_slip_shows_that_its_condition_has_passed_and_that_it_is_back(cast):
    project = stalled(cast.county)
    checking.run_check(on=TODAY)
    started = make_stage(project, "started", date(2023, 12, 14))
    checking.run_check(on=date(2023, 12, 14))
    slip = HealthFinding.objects.get(project=project)
    assert (slip.state, slip.cleared_on) == ("open", date(2023, 12, 14))
    started.delete()
    checking.run_check(on=date(2023, 12, 15))
    slip.refresh_from_db()
    assert slip.cleared_on is None and HealthFinding.objects.filter(project=project).count() == 1


def test_nightly_run_reminds_once_before_and_once_after_the_deadline(cast):
    stalled(cast.county)
    check_health()
    due_on = HealthFinding.objects.first().due_on
    Notice.objects.all().delete()
    for day in (date(2024, 1, 8), date(2024, 1, 9), date(2024, 1, 12), date(2024, 1, 15)):
        checking.run_check(on=day)
    titles = list(Notice.objects.filter(recipient=cast.reporter).order_by("pk").values_list("title", flat=True))
    assert len(titles) == 6 and sum("临近时限" in t for t in titles) == 3 and sum("已逾期" in t for t in titles) == 3
    overdue = checking.overdue_findings(date(2024, 1, 12))
    assert [row.due_on for row in overdue] == [due_on] * 3
    assert not checking.overdue_findings(due_on).exists()


def test_office_has_the_check_run_at_once(cast):
    stalled(cast.county)
    desk = client_of(cast.city)
    for _ in range(5):
        desk.post(reverse("projects:health_check"))
    job = Job.objects.get(kind=checking.JOB)
    assert "项目体检" in desk.get(reverse("projects:health")).content.decode()
    assert jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result["opened"]) == ("done", 3)
    text = desk.get(reverse("projects:health")).content.decode()
    assert "新发现 3 项" in text and "签约超一年未开工" in text
    assert AuditEntry.objects.filter(action="项目体检", actor=cast.city).exists()


# --- slips -------------------------------------------------------------------------------------


@pytest.fixture
def slip(cast):
    checking.run_check(on=TODAY)
    return HealthFinding.objects.get(rule="low_funds")


def evidence(name="说明.pdf", content=EVIDENCE):
    return SimpleUploadedFile(name, content)


def answer(cast, slip, **fields):
    given = {"answer": "已督促到位。", "upload": evidence(), "by": cast.reporter, "on": TODAY, "version": slip.version}
    return slips.answer_finding(finding=slip, **given | fields)


def test_slip_goes_from_answer_to_return_to_closing(cast, slip):
    page = reverse("projects:finding", args=[slip.pk])
    county, office = client_of(cast.reporter), client_of(cast.city)
    url, decide = (
        reverse("projects:finding_answer", args=[slip.pk]),
        reverse("projects:finding_decide", args=[slip.pk]),
    )
    assert f"等{cast.county.short}填报员提交整改情况和佐证" in office.get(page).content.decode()
    given = {"answer": "资金已在途", "version": 1}
    refused = county.post(url, given)
    assert refused.status_code == 400
    assert "请附整改佐证" in refused.content.decode() and "资金已在途" in refused.content.decode()
    assert "请写明整改情况" in county.post(url, {"version": 1, "file": evidence()}).content.decode()
    assert county.post(url, given | {"file": evidence()}).status_code == 302
    assert Notice.objects.filter(recipient=cast.city, title__contains="答复了整改单").exists()
    silent = office.post(decide, {"act": "return", "reason": "", "version": 2})
    assert silent.status_code == 400 and "退回须写明原因" in silent.content.decode()
    assert office.post(decide, {"act": "return", "reason": "证明不足", "version": 2}).status_code == 302
    text = county.get(page).content.decode()
    assert "证明不足" in text and "资金已在途" in text and "说明.pdf" in text
    assert county.post(url, {"answer": "进账单已附", "version": 3}).status_code == 302, "the file is there already"
    assert office.post(decide, {"act": "close", "version": 4}).status_code == 302
    slip.refresh_from_db()
    assert (slip.state, slip.closed_by, slip.closed_on) == ("closed", cast.city, TODAY)
    assert "已整改" in county.get(page).content.decode()
    assert Notice.objects.filter(recipient=cast.reporter, title__contains="已办结").exists()


def test_each_act_belongs_to_its_own_people(cast, slip):
    other = make_cast()
    for user in (other.reporter, cast.reviewer, cast.city):
        with pytest.raises(UserError, match="只有整改单位的填报员"):
            answer(cast, slip, by=user)
    answered = answer(cast, slip)
    with pytest.raises(UserError, match="只有协调办"):
        slips.close_finding(finding=answered, version=answered.version, by=cast.reviewer, on=TODAY)
    assert client_of(other.reporter).get(reverse("projects:finding", args=[slip.pk])).status_code == 404


def test_slip_takes_each_act_in_its_state_and_from_the_newest_version(cast, slip):
    with pytest.raises(UserError, match="还不能复核"):
        slips.close_finding(finding=slip, version=1, by=cast.city, on=TODAY)
    with pytest.raises(StaleVersion):
        answer(cast, slip, version=9)
    with pytest.raises(UserError, match="最多 1000 字，现有 1001 字"):
        answer(cast, slip, answer="字" * 1001)
    with pytest.raises(UserError, match="未上传"):
        answer(cast, slip, upload=evidence("说明.exe"))
    done = answer(cast, slip)
    assert answer(cast, slip).version == done.version, "the same answer again is one"
    with pytest.raises(UserError, match="不用再答复"):
        answer(cast, slip, answer="再答一次")
    second = make_user("coordinator")
    slips.close_finding(finding=done, version=done.version, by=cast.city, on=TODAY)
    with pytest.raises(UserError, match="还不能复核"):
        slips.return_finding(finding=done, version=done.version, reason="晚了", by=second, on=TODAY)


def test_list_is_as_of_a_day_and_filters_late_ones(cast, slip):
    answered = answer(cast, slip, on=date(2024, 1, 5))
    slips.close_finding(finding=answered, version=answered.version, by=cast.city, on=date(2024, 1, 8))
    states = {
        day: HealthFinding.objects.as_of(date.fromisoformat(day)).get(pk=slip.pk).state_then
        for day in ("2024-01-04", "2024-01-05", "2024-01-08")
    }
    assert states == {"2024-01-04": "open", "2024-01-05": "answered", "2024-01-08": "closed"}
    assert not HealthFinding.objects.as_of(date(2023, 12, 12)).exists()
    make.make_business_date(date(2024, 1, 20))
    page = client_of(cast.city).get(reverse("projects:health") + "?late=1")
    assert page.context["total"] == 1 and "逾期未整改" in page.content.decode()


# --- physical progress -------------------------------------------------------------------------


def see(cast, percent=40, seen_on=TODAY, text="", **fields):
    given = {"project": cast.project, "by": cast.reporter, "on": TODAY} | fields
    return record_progress(percent=percent, seen_on=seen_on, text=text, **given)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"percent": 101}, "形象进度应为 0—100，现填 101，未保存。"),
        ({"seen_on": date(2023, 12, 14)}, "日期还没有到"),
        ({"seen_on": date(2023, 2, 1)}, "日期早于签约日期 2023-03-01"),
        ({"percent": 20}, "低于 2023-10-01 的 30%，请在说明中写明原因"),
        ({"text": "字" * 201}, "说明最多 200 字"),
    ],
)
def test_progress_refuses_what_cannot_be(cast, fields, sentence):
    see(cast, 30, date(2023, 10, 1))
    with pytest.raises(UserError, match=sentence):
        see(cast, **fields)


def test_progress_of_a_day_is_one_row_and_keeps_the_old_value_in_the_trail(cast):
    for _ in range(3):
        see(cast, 40)
    see(cast, 45)
    assert list(SiteProgress.objects.values_list("percent", flat=True)) == [45]
    entries = AuditEntry.objects.filter(action="填形象进度").order_by("sequence")
    assert [entry.before and entry.before["percent"] for entry in entries] == [None, 40]
    with pytest.raises(UserError, match="只有项目落地县市区的填报员"):
        see(cast, by=cast.city)


def test_progress_is_entered_on_the_projects_page(cast):
    desk, url = client_of(cast.reporter), reverse("projects:site_progress", args=[cast.project.pk])
    bad = desk.post(url, {"seen_on": "2023-12-01", "percent": "很多", "text": "主体封顶"})
    assert "形象进度应为 0—100 的整数" in bad.content.decode() and "主体封顶" in bad.content.decode()
    assert desk.post(url, {"seen_on": "2023-12-01", "percent": "60", "text": "主体封顶"}).status_code == 302
    text = desk.get(reverse("projects:detail", args=[cast.project.pk])).content.decode()
    assert "60%" in text and "主体封顶" in text
    assert client_of(cast.reviewer).post(url, {"percent": 1}).status_code == 403
