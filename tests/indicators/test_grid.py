"""The grid through the front door: what is saved, refused, asked, handed in, approved, locked; who may."""

import json
from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.core.cache import cache

from accounts.models import Notice
from common.models import AuditEntry, PeriodLock
from indicators import reminding
from indicators.models import Observation
from tests.indicators.make import make_city, make_indicator, make_observation
from tests.make import TODAY, client_of, make_business_date, make_user
from tests.projects.make import make_county

pytestmark = pytest.mark.django_db
GRID, SUBMIT, REVIEW, PERIODS = (f"/indicators/{part}" for part in ("grid/", "grid/submit/", "review/", "periods/"))
PERIOD = "2023-11"


@pytest.fixture(autouse=True)
def business_date():
    cache.clear()
    make_business_date()


class Cast:
    """A county with its reporter and reviewer, the office, a neighbour; two indicators to report by month."""

    def __init__(self):
        make_city()
        self.county, self.other = make_county("甲县"), make_county("乙县")
        self.user = make_user("county_reporter", self.county)
        self.reporter = client_of(self.user)
        self.reviewer = client_of(make_user("reviewer", self.county))
        self.office = client_of(make_user("coordinator"))
        self.neighbour = client_of(make_user("county_reporter", self.other))
        fields = {"frequency": "month", "reported_by": "counties", "over_time": "sum", "over_organisations": "sum"}
        self.visits = make_indicator("visits", name="对接次数", unit="次", decimals=0, is_required=True, **fields)
        self.rate = make_indicator(
            "rate", name="办结率", unit="%", numerator_name="办结件", denominator_name="受理件", decimals=1, **fields
        )

    def row(self, indicator, version=0, **cells):
        return {"part": str(indicator.pk), "version": version, **cells}

    def send(self, client, address, rows, period=PERIOD):
        return client.post(address, json.dumps({"period": period, "rows": rows}), content_type="application/json")

    def save(self, indicator, version=0, client=None, **cells):
        answer = self.send(client or self.reporter, GRID, [self.row(indicator, version, **cells)])
        return answer, answer.json()["rows"][str(indicator.pk)]

    def stored(self, indicator):
        return Observation.objects.get(indicator=indicator, organisation=self.county, period=PERIOD)


@pytest.fixture
def cast():
    return Cast()


def test_the_grid_shows_rows_to_fill_with_what_stood_before(cast):
    make_observation(cast.visits, "12", cast.county, published=False, period="2023-10")
    make_observation(cast.visits, "9", cast.county, published=False, period="2022-11")
    page = cast.reporter.get(f"{GRID}?period={PERIOD}")
    (part,) = page.context["parts"]
    assert [row.indicator.code for row in part["rows"]] == ["rate", "visits"]
    row = part["rows"][1]
    assert (row.shown_before, row.shown_last_year, row.state) == ("12", "9", "empty")
    assert "12月10日前报" in page.content.decode()


def test_full_width_digits_are_saved_as_the_number_they_are(cast):
    answer, row = cast.save(cast.visits, value="１２", note="国庆后集中对接")
    assert (answer.status_code, row["state"], row["cells"]["value"]) == (200, "saved", "12")
    assert (cast.stored(cast.visits).value, cast.stored(cast.visits).reported_on) == (Decimal(12), None)
    assert AuditEntry.objects.filter(action="保存指标填报").count() == 1


def test_a_ratio_is_computed_from_its_parts(cast):
    _, row = cast.save(cast.rate, numerator="29", denominator="30")
    assert row["shown"] == "96.7" and cast.stored(cast.rate).value == Decimal("96.6667")


@pytest.mark.parametrize("typed", ["十二", "NaN", "12个多", "1/0"])
def test_text_is_refused_at_its_cell_and_the_other_row_is_saved(cast, typed):
    rows = [cast.row(cast.visits, value=typed), cast.row(cast.rate, numerator="1", denominator="2")]
    answer = cast.send(cast.reporter, GRID, rows)
    refused = answer.json()["rows"][str(cast.visits.pk)]
    assert answer.status_code == 400
    assert (refused["state"], refused["field"]) == ("refused", "value") and typed in refused["message"]
    assert not Observation.objects.filter(indicator=cast.visits).exists() and cast.stored(cast.rate)


def test_a_missing_denominator_is_said_at_its_cell(cast):
    _, row = cast.save(cast.rate, numerator="29")
    assert (row["state"], row["field"]) == ("refused", "denominator") and "受理件" in row["message"]


def test_a_value_that_departs_is_asked_about_and_kept_with_its_reason(cast):
    for month in range(5, 11):
        make_observation(cast.visits, str(10 + month % 3), cast.county, published=False, period=f"2023-{month:02d}")
    answer, row = cast.save(cast.visits, value="110000")
    assert (answer.status_code, row["state"]) == (400, "ask") and "10000倍" in row["message"]
    _, row = cast.save(cast.visits, value="110000", confirmed=True)
    assert (row["state"], row["field"]) == ("refused", "note")
    _, row = cast.save(cast.visits, value="110000", note="口径含线上场次", confirmed=True)
    assert row["state"] == "saved" and cast.stored(cast.visits).departure_note == "口径含线上场次"
    _, row = cast.save(cast.visits, row["version"], value="110000", note="口径含线上场次，已核")
    assert row["state"] == "saved", "confirmed once it is not asked again"


def test_two_editors_see_each_others_values(cast):
    cast.save(cast.visits, value="12")
    answer, row = cast.save(cast.visits, value="15")
    assert (answer.status_code, row["state"], row["theirs"]["value"]) == (409, "stale", "12")
    assert cast.stored(cast.visits).value == 12
    _, row = cast.save(cast.visits, row["version"], value="15")
    assert row["state"] == "saved" and cast.stored(cast.visits).value == 15


def test_the_same_save_twenty_times_makes_one_row(cast):
    for _ in range(20):
        assert cast.save(cast.visits, value="12")[1]["state"] == "saved"
    assert Observation.objects.count() == 1 and AuditEntry.objects.filter(action="保存指标填报").count() == 1


def test_an_emptied_draft_is_taken_away(cast):
    _, row = cast.save(cast.visits, value="12")
    _, row = cast.save(cast.visits, row["version"], value="")
    assert row["state"] == "cleared" and not Observation.objects.exists()


def test_rows_of_others_and_closed_periods_are_refused(cast):
    foreign = make_indicator(frequency="month", reported_by="departments")
    assert cast.save(foreign, value="1")[1]["state"] == "refused"
    answer = cast.send(cast.reporter, GRID, [cast.row(cast.visits, value="1")], "2024-01")
    assert "还没有开放填报" in answer.json()["rows"][str(cast.visits.pk)]["message"]
    PeriodLock.objects.create(area="observations", period=PERIOD, locked_on=TODAY)
    assert "已锁定" in cast.save(cast.visits, value="1")[1]["message"]
    assert not Observation.objects.exists()


@pytest.mark.parametrize("body", ["", "[]", '{"period": "2023-11"}', '{"period": "x", "rows": [{}]}', '{"rows": 1}'])
def test_what_the_grid_does_not_send_is_refused(cast, body):
    answer = cast.reporter.post(GRID, body, content_type="application/json")
    assert answer.status_code == 400 and answer.json()["message"]


def hand_in(cast, **cells):
    _, row = cast.save(cast.visits, **(cells or {"value": "12"}))
    answer = cast.send(cast.reporter, SUBMIT, [cast.row(cast.visits, row["version"])])
    assert answer.json()["rows"][str(cast.visits.pk)]["state"] == "submitted"
    return cast.stored(cast.visits)


def decide(client, row, decision, **fields):
    return client.post(REVIEW, {"value": f"{row.pk}:{row.version}", "decision": decision} | fields, follow=True)


def test_a_value_goes_from_reporter_to_reviewer_to_the_office(cast):
    row = hand_in(cast)
    assert row.reported_on == TODAY
    assert "已提交" in cast.save(cast.visits, row.version, value="13")[1]["message"]
    assert "对接次数" in cast.reviewer.get(REVIEW).content.decode()
    assert "没有等你审核" in cast.office.get(REVIEW).content.decode()
    decide(cast.reviewer, row, "approve")
    row.refresh_from_db()
    assert (row.state, row.reviewed_on) == ("reviewed", TODAY)
    decide(cast.office, row, "approve")
    row.refresh_from_db()
    assert (row.state, row.locked_on) == ("locked", TODAY)
    assert [e.action for e in AuditEntry.objects.order_by("sequence").filter(target_id=str(row.pk))] == [
        "保存指标填报",
        "提交指标填报",
        "单位审核指标值",
        "锁定指标值",
    ]


def test_a_return_needs_a_reason_and_reaches_the_reporter(cast):
    row = hand_in(cast)
    refused = decide(cast.reviewer, row, "return")
    assert refused.status_code == 400 and "退回须写明原因" in refused.content.decode()
    decide(cast.reviewer, row, "return", reason="请核对场次")
    row.refresh_from_db()
    assert (row.state, row.return_reason) == ("returned", "请核对场次")
    assert Notice.objects.filter(recipient=cast.user, text="请核对场次").count() == 1
    assert "请核对场次" in cast.reporter.get(f"{GRID}?period={PERIOD}").content.decode()
    _, answer = cast.save(cast.visits, row.version, value="11")
    assert answer["state"] == "saved"
    answer = cast.send(cast.reporter, SUBMIT, [cast.row(cast.visits, answer["version"])])
    assert answer.json()["rows"][str(cast.visits.pk)]["state"] == "submitted"


def test_nobody_reviews_what_they_reported(cast):
    row = hand_in(cast)
    Observation.objects.filter(pk=row.pk).update(reported_by=cast.reviewer.get(REVIEW).wsgi_request.user)
    page = decide(cast.reviewer, row, "approve").content.decode()
    assert "填报人不能审核自己填报的数值" in page
    row.refresh_from_db()
    assert row.state == "reported"


def test_the_office_enters_the_citys_values_and_another_of_it_locks_them(cast):
    city = make_city()
    own = make_indicator("city-own", frequency="month", reported_by="city")
    body = [cast.row(own, value="5")]
    version = cast.send(cast.office, GRID, body).json()["rows"][str(own.pk)]["version"]
    cast.send(cast.office, SUBMIT, [cast.row(own, version)])
    row = Observation.objects.get(organisation=city)
    decide(cast.office, row, "approve")
    row.refresh_from_db()
    assert row.state == "reported"
    decide(client_of(make_user("coordinator")), row, "approve")
    row.refresh_from_db()
    assert row.state == "locked" and row.reviewed_by == row.locked_by


def test_a_month_is_locked_only_when_nothing_waits(cast):
    row = hand_in(cast)
    page = cast.office.post(PERIODS, {"act": "lock", "period": PERIOD})
    assert page.status_code == 400 and "1 个指标值待审核" in page.content.decode()
    decide(cast.reviewer, row, "approve")
    row.refresh_from_db()
    decide(cast.office, row, "approve")
    cast.office.post(PERIODS, {"act": "lock", "period": PERIOD})
    assert PeriodLock.objects.filter(area="observations", period=PERIOD).count() == 1
    assert cast.reporter.get(PERIODS).status_code == 403


def test_the_sheet_to_fill_in_is_prefilled(cast):
    cast.save(cast.visits, value="12", note="=1+1")
    answer = cast.reporter.get(f"/indicators/grid/template/?period={PERIOD}")
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    assert rows[0][0] == "指标代码" and [row[0] for row in rows[1:]] == ["rate", "visits"]
    line = dict(zip(rows[0], rows[2], strict=True))
    assert (line["数值"], line["期间"], line["单位"], line["说明"]) == (12, PERIOD, "甲县", "=1+1")


def test_members_have_rows_of_their_own(cast):
    split = make_indicator("split", frequency="month", reported_by="counties", split_by="origin")
    page = cast.reporter.get(f"{GRID}?period={PERIOD}")
    keys = [row.key for part in page.context["parts"] for row in part["rows"] if row.indicator == split]
    assert keys == [str(split.pk), f"{split.pk}:北京市", f"{split.pk}:天津市", f"{split.pk}:河北省"]
    cast.send(cast.reporter, GRID, [{"part": keys[1], "version": 0, "value": "3"}])
    assert Observation.objects.get().member == "北京市"


def test_required_ones_missing_at_the_deadline_are_told_once(cast):
    assert reminding.remind(on=date(2023, 12, 10)) == 0, "the last day itself is in time"
    assert reminding.remind(on=TODAY) == 2
    reminding.remind(on=TODAY)
    notice = Notice.objects.get(recipient=cast.user)
    assert "1 项必报指标未报" in notice.title and "对接次数" in notice.text
    hand_in(cast)
    assert [place.short for place, _ in reminding.missing_required(TODAY)] == ["乙县"]


def test_other_organisations_see_nothing_of_it(cast):
    cast.save(cast.visits, value="777", note="独有")
    for address in (f"{GRID}?period={PERIOD}", "/indicators/values/", "/indicators/visits/", "/indicators/wall/"):
        assert "777" not in cast.neighbour.get(address).content.decode()
    assert "777" in cast.reporter.get("/indicators/values/").content.decode()
