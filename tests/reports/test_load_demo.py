"""The shipped data: every published total comes out of the rows, and demonstration stays apart from it."""

import json
import re
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth import password_validation
from django.core.management import call_command
from django.db import transaction
from django.db.models import Count, Q, Sum

from accounts.loading import random_password
from accounts.models import Notice, Organisation, OrganisationAlias, User
from common import audit, periods
from common.loading import shipped
from common.models import AuditEntry, CalendarDay, SiteSettings
from indicators.models import Indicator, Observation, Target
from projects.models import FundEntry, InvestmentEntry, Memorandum, Project, SigningEvent
from projects.pipeline.funnel import stage_funnel
from reports.demo.site import load_site
from reports.models import Bulletin, NewsItem
from tasklists.models import (
    Assignment,
    Instruction,
    ItemTarget,
    PlanNode,
    ProgressReport,
    SupervisionSlip,
    TaskItem,
    TaskList,
)
from tasklists.supervision import run_checks

DAY = date(2023, 12, 13)
OCTOBER = date(2023, 10, 31)


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The shipped data, loaded once for this file and taken back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        assert load_site()
        yield
        transaction.set_rollback(True)


def items_of(slug):
    return TaskItem.objects.supervised(DAY).as_of(DAY).filter(task_list__slug=slug)


def test_organisations(demo):
    assert Organisation.objects.departments().count() == 67
    assert Organisation.objects.filter(kind="county", code__regex=r"^3714\d\d$").count() == 11
    rows = Organisation.objects.counties_and_zones()
    assert rows.count() == 12
    assert rows.get(kind="zone").short == "天衢新区"
    gone = Organisation.objects.get(short="经开区")
    assert (gone.valid_to, gone.successor.short) == ("2022-12", "天衢新区")
    assert set(Organisation.objects.filter(kind="peer").values_list("short", flat=True)) == {
        "唐山市",
        "曹妃甸区",
        "京冀(曹妃甸)协同发展示范区",
    }


def test_collectives_expand_with_or_without_zones(demo):
    with_zones = Organisation.objects.get(short="各县(市、区)人民政府(管委会)").members
    assert Counter(with_zones.values_list("kind", flat=True)) == {"county": 11, "zone": 2}
    counties = Organisation.objects.get(short="各县(市、区)人民政府").members
    assert Counter(counties.values_list("kind", flat=True)) == {"county": 11}
    assert not Organisation.objects.get(short="市直有关部门").members.exists()


def test_aliases_name_one_organisation_each(demo):
    find = OrganisationAlias.objects.get
    assert find(name="市工信局").organisation.short == "市工业和信息化局"
    assert find(name="德州银保监分局").organisation.short == "德州金融监管分局"
    assert find(name="陵县").kind == "former"
    own = set(Organisation.objects.values_list("short", flat=True))
    assert not own & set(OrganisationAlias.objects.values_list("name", flat=True))


def test_annual_list_adds_up(demo):
    annual = TaskList.objects.get(slug="annual")
    levels = Counter(annual.nodes.values_list("level", flat=True))
    assert levels == {PlanNode.Level.CHAPTER: 5, PlanNode.Level.ITEM: 40}
    assert items_of("annual").count() == 150
    departments = Assignment.objects.answering().filter(
        item__task_list=annual, organisation__kind=Organisation.Kind.DEPARTMENT
    )
    assert departments.values("organisation").distinct().count() == 58


def test_policy_list_adds_up(demo):
    policy = TaskList.objects.get(slug="policy")
    levels = Counter(policy.nodes.values_list("level", flat=True))
    assert levels == {PlanNode.Level.CHAPTER: 8, PlanNode.Level.ITEM: 71}
    states = Counter(items_of("policy").values_list("state", flat=True))
    assert states == {"closed": 49, "open": 78}


def test_lights_show_the_intended_picture(demo):
    reasons = Counter(TaskItem.objects.supervised(DAY).as_of(DAY).values_list("light_reason", flat=True))
    assert reasons["closed"] == 157
    assert reasons["overdue"] == 7
    assert reasons["unanswered"] == 0
    assert reasons["near"] + reasons["behind"] + reasons["unreported"] == 26
    assert reasons["halted"] == 1
    assert sum(reasons.values()) == 277


def test_lights_stay_plausible_through_the_year(demo):
    for month in periods.months_between("2023-03", "2023-11"):
        day = periods.last_day(month)
        reasons = Counter(TaskItem.objects.supervised(day).as_of(day).values_list("light_reason", flat=True))
        assert reasons["unanswered"] == 0, month
        assert reasons["overdue"] <= 12, month
        assert reasons["normal"] > sum(reasons.values()) / 3, month


def test_nothing_is_overdue_by_more_than_two_months(demo):
    late = TaskItem.objects.supervised(DAY).as_of(DAY).filter(light_reason="overdue")
    assert min(item.due_on for item in late) >= DAY - timedelta(days=60)


def test_county_parts_are_as_stated(demo):
    stated = shipped("demo/counties.json")
    parts = Assignment.objects.counted(DAY).filter(organisation__in=Organisation.objects.counties_and_zones())
    found = Counter(parts.values_list("organisation__short", flat=True))
    done = Counter(parts.filter(done=True).values_list("organisation__short", flat=True))
    assert found == {short: row["parts"] for short, row in stated.items()}
    assert done == {short: row["done"] for short, row in stated.items()}
    assert all(12 <= count <= 30 for count in found.values())


def test_closings_are_spread_over_months(demo):
    closed = TaskItem.objects.supervised(DAY).as_of(DAY).filter(state="closed")
    months = Counter(periods.period_of(item.state_on) for item in closed)
    assert len(months) == 10
    assert max(months.values()) < 157 / 3


def test_history_is_approved_in_order_and_reviewed_by_somebody_else(demo):
    reports = ProgressReport.objects.filter(state="approved")
    assert not reports.filter(approved_on__gt=DAY).exists()
    for report in reports.iterator():
        assert report.submitted_on <= report.approved_on
        assert report.period in (periods.period_of(report.approved_on), periods.period_of(report.submitted_on))
    assert ProgressReport.objects.filter(is_demo=False).count() == 0


@pytest.mark.parametrize("short", ["市商务局", "齐河县"])
def test_december_round_gives_the_accounts_something_to_do(demo, short):
    mine = Organisation.objects.get(short=short)
    assert Assignment.objects.filter(organisation=mine).to_report("2023-12", DAY).count() >= 3
    waiting = ProgressReport.objects.filter(assignment__organisation=mine, period="2023-12", state="submitted")
    assert waiting.count() >= 3
    assert set(waiting.values_list("submitted_by__role", flat=True)) <= {"dept_reporter", "county_reporter"}


def test_office_has_claims_with_evidence_and_reports_to_review(demo):
    waiting = ProgressReport.objects.filter(state="org_approved")
    claims = waiting.filter(status="claimed", percent=100)
    assert claims.count() == 5
    for claim in claims:
        assert (settings.MEDIA_ROOT / claim.evidence.get().path).is_file()
    assert waiting.exclude(status="claimed").count() >= 5
    assert ProgressReport.objects.filter(state="returned").count() >= 4


def test_plan_of_2020_stands_as_reference(demo):
    plan = TaskList.objects.get(slug="plan-2020")
    assert (plan.state, plan.is_demo, plan.source.key) == ("reference", False, "001")
    assert Counter(plan.nodes.values_list("level", flat=True)) == {"chapter": 8, "section": 22, "item": 45}
    assert plan.items.count() == 53
    assert not TaskItem.objects.supervised(DAY).filter(task_list=plan).exists()


def test_plan_of_2020_has_its_true_owners_and_targets(demo):
    clauses = [
        clause
        for chapter in shipped("plan_2020.json")["chapters"]
        for section in chapter["sections"]
        for item in section["items"]
        for clause in item["clauses"]
    ]
    assert sum(len(clause["responsible"]) + len(clause["collectives"]) for clause in clauses) == 108
    parts = Assignment.objects.filter(item__task_list__slug="plan-2020")
    assert parts.filter(via=None).count() == sum(len(clause["responsible"]) for clause in clauses)
    base_stations = ItemTarget.objects.filter(item__task_list__slug="plan-2020", item__code="4")
    assert [(target.value, target.by.year) for target in base_stations] == [(1600, 2020), (5200, 2021), (8800, 2022)]
    capital = ItemTarget.objects.get(item__task_list__slug="plan-2020", item__code="36", unit="亿元")
    assert (capital.value, capital.strength, capital.by) == (50, "力争", date(2020, 12, 31))


def test_signed_projects_add_up(demo):
    event = SigningEvent.objects.get(key="guoqi-2023")
    signed = event.projects.all()
    total = signed.aggregate(total=Sum("total_investment"))["total"]
    assert (signed.count(), total) == (event.published_count, event.published_investment)
    assert (signed.count(), total) == (42, Decimal("4323000.00"))
    assert signed.filter(stages__stage="registered").count() == 31
    assert signed.filter(stages__stage="started").count() == 18
    in_2023 = Project.objects.reached("signed", date(2023, 1, 1), DAY)
    assert set(in_2023) == set(signed)


def test_started_projects_add_up_by_county(demo):
    started = Project.objects.reached("started", date(2023, 1, 1), OCTOBER).from_capital_region()
    by_county = Counter(started.over_hundred_million().values_list("county__short", flat=True))
    assert by_county == {short: row["started"] for short, row in shipped("demo/counties.json").items()}
    assert by_county.total() == 150
    assert Project.objects.reached("started", date(2023, 1, 1), DAY).count() == 150


def test_funds_in_place_add_up_by_county(demo):
    verified = FundEntry.objects.verified(OCTOBER)
    rows = verified.order_by().values_list("project__county__short").annotate(total=Sum("amount"))
    assert dict(rows) == {short: Decimal(row["funds"]) for short, row in shipped("demo/counties.json").items()}
    assert verified.aggregate(total=Sum("amount"))["total"] == Decimal("1091000.00")
    assert FundEntry.objects.verified(DAY).count() == verified.count()
    assert FundEntry.objects.exclude(state="city_verified").filter(month__gte="2023-11").count() >= 8


def test_money_stays_within_the_project_and_never_before_its_start(demo):
    funded = Project.objects.filter(is_demo=True, funds__state="city_verified").distinct().as_of(DAY)
    assert funded.count() == 150
    for project in funded:
        assert 0 < project.invested <= project.funds_in_place <= project.total_investment
    for entry in FundEntry.objects.filter(state="city_verified").select_related("project"):
        assert entry.claimed_on <= entry.county_verified_on <= entry.city_verified_on <= OCTOBER
        assert periods.period_of(entry.city_verified_on) == entry.month
    assert InvestmentEntry.objects.exists()


def test_stage_logs_run_forward(demo):
    order = ["lead", "negotiating", "signed", "registered", "started", "paused", "lost"]
    for project in Project.objects.filter(is_demo=True).prefetch_related("stages"):
        log = list(project.stages.all())
        stages = [change.stage for change in log]
        assert stages == sorted(set(stages), key=order.index)
        assert "signed" not in stages or stages[:3] == ["lead", "negotiating", "signed"]
        assert [change.on for change in log] == sorted(change.on for change in log)


def test_the_funnel_of_the_year_holds_its_signed_projects_and_their_days(demo):
    funnel = stage_funnel(Project.objects.all(), first=date(2023, 1, 1), last=DAY, as_of=DAY)
    signed = next(step for step in funnel.steps if step.stage == "signed")
    assert (signed.count, signed.measured) == (42, 42)
    assert 45 <= signed.days <= 130
    assert all(step.days for step in funnel.steps if step.measured) and funnel.steps[1].measured > 42


def test_named_projects_carry_only_what_is_published(demo):
    named = Project.objects.filter(is_demo=False)
    assert named.filter(name="同福大健康食品城").exists()
    assert not named.exclude(total_investment=None).exists()
    assert not named.filter(stages__isnull=False).exists()
    assert not named.filter(source=None).exists()
    undated = SigningEvent.objects.get(key="qingyun-tianjin")
    assert (undated.held_on, undated.published_count) == (None, 30)
    assert undated.published_investment == Decimal("1196000.00")
    xiongan = Memorandum.objects.get(key="xiongan-2023")
    assert (xiongan.field_count, xiongan.aspect_count) == (9, 29)


def test_published_figures_are_97_with_sources(demo):
    published = Observation.objects.exclude(source_key="")
    assert published.count() == 97 == Observation.objects.filter(source__isnull=False).count()
    by_source = Counter(published.values_list("source__key", flat=True))
    assert by_source == {"000": 64, "003": 16, "004": 17}
    assert not published.exclude(state="locked").exists()
    assert not published.filter(is_demo=True).exists()
    assert Counter(published.values_list("comparator", flat=True)) == {"=": 87, ">": 7, ">=": 3}
    assert published.get(source_key="003-13").value == Decimal("2679.36")


def test_the_same_number_under_two_scopes_is_two_indicators(demo):
    first, second = (Indicator.objects.get(code=code) for code in ("F-000-14", "F-000-38"))
    assert first.observations.get().value == second.observations.get().value == 150
    assert first.scope != second.scope
    assert Observation.objects.get(source_key="000-47").note


def test_the_shipped_figures_say_the_same_as_the_rows(demo):
    """What is computed from demonstration rows equals what was published."""

    def published(key):
        return Observation.objects.get(source_key=key).value

    assert published("000-03") == 58
    assert published("000-10") == items_of("policy").filter(state="closed").count()
    assert published("000-13") * 10000 == SigningEvent.objects.get(key="guoqi-2023").published_investment
    assert published("000-15") * 10000 == FundEntry.objects.verified(DAY).aggregate(t=Sum("amount"))["t"]
    assert published("000-05") == Bulletin.objects.issued(DAY).count()
    assert published("000-06") == NewsItem.objects.adopted(DAY).count()


def test_goal_is_demonstration_and_the_counties_share_it(demo):
    goals = Target.objects.filter(indicator__code="funds-in-place", period="2023")
    assert not goals.filter(is_demo=False).exists()
    assert goals.get(organisation__kind="city").value == 100
    assert goals.exclude(organisation__kind="city").aggregate(t=Sum("value"))["t"] == 100


def test_bulletins_and_news(demo):
    issued = Bulletin.objects.issued(DAY).order_by("issue")
    assert list(issued.values_list("issue", flat=True)) == list(range(1, 44))
    dates = list(issued.values_list("published_on", flat=True))
    assert dates == sorted(dates)
    assert issued.filter(kind="monthly").order_by("period").last().period == "2023-10"
    assert issued.last().kind != "monthly"
    assert NewsItem.objects.adopted(DAY).count() == 419
    assert not NewsItem.objects.filter(state="adopted", bulletin=None).exists()
    assert issued.annotate(n=Count("news_items")).filter(Q(n__lt=9) | Q(n__gt=10)).count() == 0
    titles = NewsItem.objects.values_list("title", flat=True)
    assert len(set(titles)) == len(titles)


def test_slips_have_come_different_ways_and_some_wait(demo):
    issued = SupervisionSlip.objects.exclude(number=None)
    for colour in ("red", "yellow", "blue"):
        rows = issued.filter(colour=colour).order_by("number")
        assert [slip.number for slip in rows] == list(range(1, rows.count() + 1))
        days = [slip.issued_on for slip in rows]
        assert days == sorted(days)
    reds = SupervisionSlip.objects.filter(colour="red")
    overdue = set(TaskItem.objects.supervised(DAY).overdue(DAY).values_list("pk", flat=True))
    assert set(reds.values_list("item", flat=True)) == overdue
    assert reds.count() == 7 and reds.filter(state="proposed").count() == 1
    late = [slip for slip in issued if slip.is_late(DAY)]
    assert late and all(slip.escalated_on for slip in late)
    assert {"issued", "signed", "answered", "settled"} <= set(issued.values_list("state", flat=True))
    assert issued.filter(organisation__short="市商务局", state="issued", answer_due_on__gte=DAY).count() == 1
    assert not SupervisionSlip.objects.filter(is_demo=False).exists()
    assert CalendarDay.objects.filter(day__year=2023).count() == 25


def test_instructions_and_messages_wait_for_the_accounts(demo):
    assert Instruction.objects.filter(state="open", is_demo=True).count() == 2 == Instruction.objects.count()
    told = set(Notice.objects.filter(read_at=None).values_list("recipient__role", flat=True))
    assert told == {"leader", "coordinator", "dept_reporter", "county_reporter", "reviewer"}
    assert not any(run_checks(on=DAY).values())


def test_no_row_is_both_published_and_demonstration(demo):
    for model in apps.get_models():
        names = {field.name for field in model._meta.get_fields()}
        if {"is_demo", "source"} <= names:
            assert not model.objects.filter(is_demo=True, source__isnull=False).exists(), model
            assert not model.objects.filter(is_demo=False, source__isnull=True).exists(), model


def test_no_sentence_of_the_sources_is_shipped(demo):
    """The files keep facts; what was quoted to check them stays out."""
    for path in settings.SHIPPED_DATA.rglob("*.json"):
        assert '"quote"' not in path.read_text(encoding="utf-8"), path


def test_one_account_per_role_with_passwords_that_meet_the_rules(demo):
    roles = Counter(User.objects.values_list("role", flat=True))
    assert roles.pop("reviewer") == 2
    assert set(roles.values()) == {1} and len(roles) == 7
    assert not User.objects.filter(is_demo=False).exists()
    for _ in range(50):
        password_validation.validate_password(random_password(), User(username="lingdao"))


def test_site_is_a_demonstration_with_one_audit_entry(demo):
    row = SiteSettings.objects.get()
    assert (row.is_demo, row.business_date) == (True, DAY)
    assert AuditEntry.objects.filter(action="载入演示数据").count() == 1
    assert audit.broken_links() == []


def row_counts():
    return {model: model.objects.count() for model in apps.get_models() if model.__module__.endswith(".models")}


@pytest.mark.django_db
def test_second_run_changes_nothing_and_shows_the_same_accounts(django_capture_on_commit_callbacks):
    first, second = StringIO(), StringIO()
    with django_capture_on_commit_callbacks(execute=True):
        call_command("load_demo", stdout=StringIO())
    path = settings.DATA_DIR / "demo_accounts.txt"
    table = path.read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o777 == 0o600
    for line in table.splitlines()[1:]:
        role, username, password, *_ = re.split(r"\s+", line)
        user = User.objects.get(username=username)
        assert user.get_role_display() == role and user.check_password(password)
    before = row_counts()
    call_command("load_demo", stdout=first)
    call_command("load_demo", "--json", stdout=second)
    assert row_counts() == before
    assert "没有改动" in first.getvalue() and table in first.getvalue()
    answer = json.loads(second.getvalue())
    assert answer["loaded"] is False and answer["counts"]["指标值"] > 2000


@pytest.mark.django_db
def test_a_site_with_accounts_of_its_own_is_left_alone(capsys):
    User.objects.create_user("zhangsan", None, display_name="张三", role="auditor")
    refused = StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command("load_demo", stderr=refused)
    assert stop.value.code == 2
    assert "不载入演示数据" in refused.getvalue()
    assert not Organisation.objects.exists() and not SiteSettings.objects.exists()
