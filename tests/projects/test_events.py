"""Signing events: their cohort by rules that hold whatever the dates, their page, entering them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.models import AuditEntry, Source
from projects import cohorts
from projects.cohorts import DAYS, IN_TIME, LATE, MILESTONES, NOT_YET, PROMISED, Cohort, Member
from projects.models import FundEntry, SigningEvent
from tests.make import TODAY, client_of, make_business_date, make_user
from tests.projects.make import make_county, make_event, make_fund, make_project, make_stage, sheet_of

HELD = date(2022, 9, 22)


# --- the rules, on made members --------------------------------------------------------------------

offsets = st.integers(-60, 800).map(lambda days: HELD + timedelta(days=days))
some_days = st.one_of(st.none(), offsets)
members = st.builds(
    Member,
    pk=st.integers(1, 10**6),
    promised=st.fixed_dictionaries(dict.fromkeys(PROMISED, some_days)),
    reached=st.dictionaries(st.sampled_from(list(MILESTONES)), offsets),
)
made = st.builds(Cohort, held_on=st.just(HELD), as_of=offsets, members=st.lists(members, max_size=6).map(tuple))
# A loaded machine draws slowly; that says nothing about the rules.
steady = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


@steady
@given(made, st.sampled_from(list(MILESTONES)))
def test_more_days_never_count_fewer(cohort, milestone):
    counts = [cohort.count(milestone, days) for days in DAYS]
    known = [count for count in counts if count is not None]
    assert known == sorted(known)
    assert counts == known + [None] * (len(DAYS) - len(known))  # what is not due comes last
    assert all(count <= cohort.count(milestone) <= cohort.total for count in known)


@steady
@given(made, st.sampled_from(list(MILESTONES)), st.sampled_from(DAYS))
def test_days_count_only_once_they_have_passed(cohort, milestone, days):
    passed = HELD + timedelta(days=days) <= cohort.as_of
    assert (cohort.count(milestone, days) is not None) == passed
    if passed:
        later = Cohort(HELD, cohort.as_of + timedelta(days=100), cohort.members)
        assert later.count(milestone, days) == cohort.count(milestone, days)


@steady
@given(made, st.sampled_from(PROMISED))
def test_promises_add_up(cohort, milestone):
    found = cohort.promises(milestone)
    assert found.in_time + found.late + found.not_yet == found.due
    assert found.due + found.ahead + found.without == cohort.total
    kept = {member.pk for member in cohort.kept(milestone, IN_TIME) + cohort.kept(milestone, LATE)}
    assert kept <= {member.pk for member in cohort.reached(milestone)}
    assert all(member not in cohort.reached(milestone) for member in cohort.kept(milestone, NOT_YET))


@steady
@given(made, st.sampled_from(PROMISED), st.integers(0, 200))
def test_what_was_kept_in_time_stays_so(cohort, milestone, later):
    then = Cohort(HELD, cohort.as_of + timedelta(days=later), cohort.members)
    for outcome in (IN_TIME, LATE):
        before = {id(member) for member in cohort.kept(milestone, outcome)}
        assert before <= {id(member) for member in then.kept(milestone, outcome)}


def test_without_a_day_of_the_event_no_days_can_be_counted():
    cohort = Cohort(None, TODAY, (Member(1, reached={"registered": HELD}),))
    assert cohort.count("registered") == 1 and cohort.count("registered", 30) is None
    assert Cohort(HELD, TODAY).share("registered") is None


# --- from the rows ---------------------------------------------------------------------------------


@pytest.fixture
def scene(db):
    cache.clear()
    make_business_date()
    county, other = make_county("甲县", "371001"), make_county("乙县", "371002")
    event = make_event(held_on=HELD, published_count=42, published_investment=Decimal(4323000))
    signed = ("signed", HELD)
    a = make_project(county, event=event, stages=[signed, ("registered", HELD + timedelta(days=30))])
    b = make_project(
        county,
        event=event,
        stages=[signed, ("started", HELD + timedelta(days=31)), ("producing", HELD + timedelta(days=300))],
        promised_started_on=HELD + timedelta(days=20),
        promised_producing_on=HELD + timedelta(days=300),
    )
    c = make_project(other, event=event, stages=[signed], promised_started_on=date(2023, 12, 13))
    d = make_project(other, event=event, stages=[signed, ("lost", HELD + timedelta(days=10))])
    make_fund(b, month="2022-10")
    return {"event": event, "a": a, "b": b, "c": c, "d": d, "county": county, "other": other}


def names(cohort, milestone, days=None):
    found = cohort.reached(milestone, days)
    return None if found is None else {member.pk for member in found}


def test_a_cohort_follows_the_dated_log(scene):
    cohort = cohorts.cohort_of(scene["event"], TODAY)
    a, b = scene["a"].pk, scene["b"].pk
    assert cohort.total == 4
    assert names(cohort, "registered", 30) == {a}  # the 30th day counts, the 31st does not
    assert names(cohort, "registered", 90) == {a, b}  # who has started is registered
    assert names(cohort, "started") == {b} == names(cohort, "funded") == names(cohort, "producing", 365)
    assert names(cohort, "producing", 180) == set()
    assert cohort.share("registered") == Decimal("50.0")


def test_the_past_shows_what_was_known_then(scene):
    day = HELD + timedelta(days=40)
    cohort = cohorts.cohort_of(scene["event"], day)
    assert [cohort.count("registered", days) for days in DAYS] == [1, None, None, None]
    assert cohort.count("funded") == 0  # verified on 2022-11-10
    assert cohorts.cohort_of(scene["event"], date(2022, 11, 10)).count("funded") == 1


def test_reversed_money_is_no_money(scene):
    entry = FundEntry.objects.get()
    make_fund(scene["b"], amount="-100", month="2023-01", reverses=entry)
    assert cohorts.cohort_of(scene["event"], date(2023, 2, 9)).count("funded") == 1
    cache.clear()
    assert cohorts.cohort_of(scene["event"], date(2023, 2, 10)).count("funded") == 0


def test_money_the_city_has_not_verified_does_not_count(scene):
    make_fund(scene["c"], state="county_verified", city_verified_on=None)
    assert names(cohorts.cohort_of(scene["event"], TODAY), "funded") == {scene["b"].pk}


def test_promises_are_judged_by_their_day(scene):
    cohort = cohorts.cohort_of(scene["event"], TODAY)
    started, producing = cohort.promises("started"), cohort.promises("producing")
    assert (started.due, started.in_time, started.late, started.not_yet) == (2, 0, 1, 1)
    assert (producing.due, producing.in_time, producing.without) == (1, 1, 3)
    before = cohorts.cohort_of(scene["event"], TODAY - timedelta(days=1)).promises("started")
    assert (before.due, before.ahead) == (1, 1)


# --- the pages -------------------------------------------------------------------------------------


def test_every_number_of_the_page_opens_its_rows(scene):
    client = client_of(make_user("leader"))
    page = client.get(reverse("projects:event", args=["autumn"]))
    assert page.status_code == 200
    cells = [cell for row in page.context["progress"] + page.context["promises"] for cell in row["cells"]]
    assert len(cells) == 4 * 5 + 3 * 4
    for cell in cells:
        assert cell["count"] is not None
        assert client.get(cell["url"]).context["total"] == cell["count"], cell


def test_what_is_not_due_is_said_so(scene):
    page = client_of(make_user("leader")).get(reverse("projects:event", args=["autumn"]), {"as_of": "2022-11-01"})
    assert page.content.decode().count("未到期</span>") == 12


def test_a_county_reads_the_citys_numbers_and_opens_its_own_rows(scene):
    client = client_of(make_user("county_reporter", scene["county"]))
    page = client.get(reverse("projects:event", args=["autumn"]))
    assert page.context["cohort"].total == 4 and page.context["total"] == 2
    assert scene["c"].name not in page.content.decode()
    assert "只列示本单位可见的项目" in page.content.decode()


def test_projects_without_any_stage_are_not_known(scene):
    event = make_event("old", held_on=None)
    make_project(scene["county"], event=event)
    page = client_of(make_user("leader")).get(reverse("projects:event", args=["old"]))
    assert not page.context["cohort"].is_known and "没有阶段记录" in page.content.decode()
    table = client_of(make_user("leader")).get(reverse("projects:events")).context["table"]
    assert table.value_registered(event) is None


def test_the_list_compares_the_events(scene):
    make_event("spring", held_on=date(2023, 3, 1))
    page = client_of(make_user("leader")).get(reverse("projects:events"))
    rows = {row.record.key: row for row in page.context["table"].rows}
    table = page.context["table"]
    assert table.value_registered(rows["autumn"].record) == 2
    assert table.value_registered(rows["spring"].record) is None  # no project known: not zero
    _, head, sheet = sheet_of(client_of(make_user("leader")).get(f"{reverse('projects:events')}?_export=xlsx"))
    found = {row[0].value: [cell.value for cell in row] for row in sheet}
    assert found["活动autumn"][head.index("已注册（个）")] == 2
    assert found["活动spring"][head.index("已注册（个）")] is None


# --- entering --------------------------------------------------------------------------------------


def typed(**fields):
    known = {
        "version": 0,
        "name": "秋季推介会",
        "held_on": "2023-10-20",
        "place": "北京市",
        "host": "市投资促进局",
        "guests": "",
        "published_count": "12",
        "published_investment": "36.5",
        "source_title": "推介会通稿",
        "source_on": "2023-10-21",
    }
    return known | fields


@pytest.mark.django_db
def test_the_office_enters_and_changes_an_event():
    make_business_date()
    client = client_of(make_user("coordinator"))
    for _ in range(3):
        assert client.post(reverse("projects:event_new"), typed()).status_code == 302
    event = SigningEvent.objects.get()
    assert (event.key, event.published_count, event.published_investment) == ("e20231020", 12, Decimal(365000))
    assert event.source.title == "推介会通稿" and Source.objects.count() == 1
    edit = reverse("projects:event_edit", args=[event.key])
    assert client.get(edit).context["form"].initial["published_investment"] == "36.5"
    client.post(edit, typed(version=event.version, place="天津市"))
    event.refresh_from_db()
    assert event.place == "天津市"
    assert set(AuditEntry.objects.values_list("action", flat=True)) == {"新建签约活动", "修改签约活动"}
    stale = client.post(edit, typed(version=1, place="保定市"))
    assert stale.status_code == 409 and "保定市" in stale.content.decode() and "天津市" in stale.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "请填写活动名称。"),
        ("held_on", "2023-12-14", "活动日期不能晚于今天（2023-12-13）。"),
        ("held_on", "", "请填写活动日期。"),
        ("source_title", " ", "请注明来源。"),
        ("published_count", "十二", "签约数应为整数。"),
        ("published_investment", "-1", "总投资不能是负数。"),
        ("published_investment", "4323000.5", "最多"),
    ],
)
def test_bad_input_is_refused_at_its_place(field, value, sentence):
    make_business_date()
    page = client_of(make_user("coordinator")).post(reverse("projects:event_new"), typed(**{field: value}))
    assert page.status_code == 200 and not SigningEvent.objects.exists()
    assert sentence in str(page.context["form"].errors[field])
    assert "推介会通稿" in page.content.decode() or field == "source_title"


@pytest.mark.django_db
def test_two_events_of_one_day_get_addresses_of_their_own():
    make_business_date()
    client = client_of(make_user("coordinator"))
    client.post(reverse("projects:event_new"), typed())
    client.post(reverse("projects:event_new"), typed(name="另一场"))
    same = client.post(reverse("projects:event_new"), typed(place="别处"))
    assert "已有同名活动" in str(same.context["form"].errors["name"])
    assert set(SigningEvent.objects.values_list("key", flat=True)) == {"e20231020", "e20231020-2"}


@pytest.mark.django_db
def test_only_the_office_enters_events():
    make_business_date()
    for role in ("leader", "county_reporter", "dept_reporter", "reviewer"):
        assert client_of(make_user(role)).post(reverse("projects:event_new"), typed()).status_code == 403
    assert not SigningEvent.objects.exists()


@pytest.mark.django_db
def test_the_page_costs_the_same_queries_whatever_the_cohort():
    make_business_date()
    event, county = make_event(held_on=HELD), make_county("丙县")
    client = client_of(make_user("leader"))

    def queries():
        for _ in range(2):  # what is kept for all users' pages is asked at the first showing
            with CaptureQueriesContext(connection) as asked:
                client.get("/projects/events/autumn/")
        return len(asked)

    for _ in range(2):
        make_stage(make_project(county, event=event, stages=[("signed", HELD)]), "registered", TODAY)
    few = queries()
    for _ in range(20):
        make_stage(make_project(county, event=event, stages=[("signed", HELD)]), "registered", TODAY)
    assert queries() == few <= 14
