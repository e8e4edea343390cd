"""Slips: confirmed and numbered, signed for, answered, settled; seen by the addressed organisation alone."""

import io
from datetime import date

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import Notice
from common.errors import UserError
from common.models import AuditEntry
from common.versions import StaleVersion
from tasklists import slips
from tasklists.models import SupervisionSlip, TaskEvent
from tests.common.racing import race
from tests.make import (
    TODAY,
    client_of,
    make_business_date,
    make_item,
    make_organisation,
    make_slip,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    make_business_date()
    unit, other = make_organisation("市商务局"), make_organisation("市水利局")
    return {
        "unit": unit,
        "office": make_user("coordinator"),
        "leader": make_user("leader"),
        "reporter": make_user("dept_reporter", unit),
        "reviewer": make_user("reviewer", unit),
        "outsider": make_user("dept_reporter", other),
        "item": make_item(lead=unit, title="冷链仓储二期"),
    }


def proposal(cast, **fields):
    return make_slip(cast["item"], cast["unit"], state="proposed", **fields)


def issue(by, *rows, on=TODAY):
    return slips.issue_slips(versions={row.pk: row.version for row in rows}, by=by, on=on)


def test_office_issues_several_at_once_numbered_per_year_and_colour(cast):
    rows = [proposal(cast, colour=colour) for colour in ("red", "yellow", "red", "blue")]
    issued = issue(cast["office"], *rows)
    assert [slip.short_number for slip in issued] == ["红字1号", "黄字1号", "红字2号", "蓝字1号"]
    assert issued[0].full_number == "德京津冀督〔2023〕红字1号"
    later = issue(cast["office"], proposal(cast), on=date(2024, 1, 2))
    assert [slip.full_number for slip in later] == ["德京津冀督〔2024〕红字1号"]


def test_answer_is_due_in_five_working_days(cast):
    (slip,) = issue(cast["office"], proposal(cast))
    assert slip.answer_due_on == date(2023, 12, 20)  # Wednesday to Wednesday
    (slip,) = issue(cast["office"], proposal(cast), on=date(2023, 12, 28))
    assert slip.answer_due_on == date(2024, 1, 5)  # 1 January is off


def test_issuing_twice_is_one_act(cast):
    row = proposal(cast)
    first = issue(cast["office"], row)
    again = issue(cast["office"], row)
    assert [slip.number for slip in first] == [slip.number for slip in again] == [1]
    assert TaskEvent.objects.filter(item=cast["item"], kind="slip_issued").count() == 1
    assert Notice.objects.filter(recipient=cast["reporter"]).count() == 1


def test_issuing_tells_reporter_and_reviewer_and_leaves_a_trace(cast):
    issue(cast["office"], proposal(cast))
    told = set(Notice.objects.values_list("recipient", flat=True))
    assert told == {cast["reporter"].pk, cast["reviewer"].pk}
    event = TaskEvent.objects.get(kind="slip_issued")
    assert event.organisation == cast["unit"] and "红字1号" in event.text
    assert AuditEntry.objects.filter(action="发出督办单").count() == 1


def test_nothing_is_issued_when_one_of_them_has_moved_on(cast):
    fresh, stale = proposal(cast), proposal(cast)
    SupervisionSlip.objects.filter(pk=stale.pk).update(version=2)
    with pytest.raises(StaleVersion):
        issue(cast["office"], fresh, stale)
    assert not SupervisionSlip.objects.exclude(number=None).exists()


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gaps_when_many_issue_at_once():
    make_business_date()
    office, unit = make_user("coordinator"), make_organisation()
    item = make_item(lead=unit)
    rows = [make_slip(item, unit, state="proposed", colour=("red", "blue")[n % 2]) for n in range(12)]
    results = race(lambda n: issue(office, rows[n], rows[(n + 1) % 12]), 12)
    assert not [result for result in results if isinstance(result, Exception)]
    for colour in ("red", "blue"):
        numbers = SupervisionSlip.objects.filter(colour=colour).values_list("number", flat=True)
        assert sorted(numbers) == [1, 2, 3, 4, 5, 6]


def test_dropping_needs_a_reason_and_stays(cast):
    row = proposal(cast)
    with pytest.raises(UserError):
        slips.drop_slip(slip=row, version=row.version, reason=" ", by=cast["office"], on=TODAY)
    dropped = slips.drop_slip(slip=row, version=row.version, reason="已电话催办", by=cast["office"], on=TODAY)
    assert (dropped.state, dropped.drop_reason) == ("dropped", "已电话催办")
    with pytest.raises(UserError):
        issue(cast["office"], dropped)


def test_organisation_signs_and_answers_and_office_settles(cast):
    (slip,) = issue(cast["office"], proposal(cast))
    slip = slips.sign_slip(slip=slip, by=cast["reporter"], on=date(2023, 12, 14))
    assert slips.sign_slip(slip=slip, by=cast["reporter"], on=date(2023, 12, 15)).signed_on == date(2023, 12, 14)
    slip = slips.answer_slip(
        slip=slip, version=slip.version, answer="月底前完工。", by=cast["reporter"], on=date(2023, 12, 15)
    )
    assert slip.state == "answered"
    assert Notice.objects.filter(recipient=cast["office"], key=f"slip:{slip.pk}:answered").exists()
    slip = slips.settle_slip(slip=slip, version=slip.version, by=cast["office"], on=date(2023, 12, 18))
    assert (slip.state, slip.settled_on) == ("settled", date(2023, 12, 18))


def test_answer_signs_as_well(cast):
    (slip,) = issue(cast["office"], proposal(cast))
    slip = slips.answer_slip(slip=slip, version=slip.version, answer="已整改。", by=cast["reporter"], on=TODAY)
    assert (slip.signed_on, slip.signed_by) == (TODAY, cast["reporter"])


def test_nobody_else_signs_answers_or_settles(cast):
    (slip,) = issue(cast["office"], proposal(cast))
    for user in (cast["outsider"], cast["office"], cast["leader"], cast["reviewer"]):
        with pytest.raises(UserError):
            slips.sign_slip(slip=slip, by=user, on=TODAY)
        with pytest.raises(UserError):
            slips.answer_slip(slip=slip, version=slip.version, answer="答复", by=user, on=TODAY)
    with pytest.raises(UserError):
        slips.settle_slip(slip=slip, version=slip.version, by=cast["leader"], on=TODAY)
    with pytest.raises(UserError, match="不能办结"):
        slips.settle_slip(slip=slip, version=slip.version, by=cast["office"], on=TODAY)


def test_an_empty_or_overlong_answer_is_refused_at_its_place_and_kept(cast):
    (slip,) = issue(cast["office"], proposal(cast))
    client = client_of(cast["reporter"])
    for answer, sentence in (("  ", "请写明原因"), ("长" * 1001, "最多 1000 字，现有 1001 字。")):
        page = client.post(reverse("tasklists:slip_answer", args=[slip.pk]), {"version": "2", "answer": answer})
        text = page.content.decode()
        assert page.status_code == 200 and sentence in text and 'aria-invalid="true"' in text
        assert answer.strip() in text
    slip.refresh_from_db()
    assert slip.state == "issued"


def test_slip_is_seen_by_its_organisation_only(cast):
    slip = make_slip(cast["item"], cast["unit"])
    hidden = proposal(cast)
    seen = {"reporter": 200, "reviewer": 200, "office": 200, "leader": 200, "outsider": 404}
    for name, status in seen.items():
        client = client_of(cast[name])
        assert client.get(reverse("tasklists:slip", args=[slip.pk])).status_code == status, name
        expected = 200 if name in ("office", "leader") else 404
        assert client.get(reverse("tasklists:slip", args=[hidden.pk])).status_code == expected, name


def test_the_round_through_the_pages(cast):
    rows = [proposal(cast), proposal(cast, colour="yellow")]
    office, reporter = client_of(cast["office"]), client_of(cast["reporter"])
    page = office.get(reverse("tasklists:slips"))
    assert page.content.decode().count('name="slip"') == 2
    chosen = {"slip": [f"{row.pk}:{row.version}" for row in rows]}
    page = office.post(reverse("tasklists:slips_issue"), chosen, follow=True)
    assert "已发出 2 份督办单：红字1号、黄字1号。" in page.content.decode()
    slip = SupervisionSlip.objects.get(colour="red")
    assert "等待市商务局签收" in reporter.get(reverse("tasklists:slip", args=[slip.pk])).content.decode()
    reporter.post(reverse("tasklists:slip_sign", args=[slip.pk]))
    slip.refresh_from_db()
    reporter.post(reverse("tasklists:slip_answer", args=[slip.pk]), {"version": slip.version, "answer": "已整改。"})
    slip.refresh_from_db()
    page = office.post(reverse("tasklists:slip_settle", args=[slip.pk]), {"version": slip.version}, follow=True)
    assert "已办结" in page.content.decode()
    assert "督办答复" in reporter.get(reverse("tasklists:detail", args=[cast["item"].pk])).content.decode()


def test_sheet_of_proposals_has_no_boxes(cast):
    proposal(cast)
    answer = client_of(cast["office"]).get(reverse("tasklists:slips"), {"tab": "proposed", "_export": "xlsx"})
    rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    heads = next(row for row in rows if "督办事由" in row)
    assert heads[:3] == ("等级", "任务", "单位") and rows[-1][0] == "红色"


def test_leader_finds_what_was_not_answered_in_time(cast):
    make_slip(cast["item"], cast["unit"])
    make_slip(cast["item"], cast["unit"], escalated_on=TODAY)
    page = client_of(cast["leader"]).get(reverse("tasklists:slips"), {"tab": "late"})
    assert page.context["total"] == 1
    own = client_of(cast["reporter"]).get(reverse("tasklists:slips"))
    assert "逾期未答复" not in [tab["label"] for tab in own.context["tabs"]]


def test_issuing_nothing_or_nonsense_says_so(cast):
    office = client_of(cast["office"])
    for chosen, sentence in (([], "请先勾选"), (["x:1"], "页面内容不完整")):
        page = office.post(reverse("tasklists:slips_issue"), {"slip": chosen}, follow=True)
        assert sentence in page.content.decode()


def test_menu_shows_what_waits(cast):
    def count_of(name):
        page = client_of(cast[name]).get(reverse("tasklists:slips"))
        return next(entry["count"] for entry in page.context["menu"] if entry["label"] == "督办")

    proposal(cast)
    make_slip(cast["item"], cast["unit"], escalated_on=TODAY)
    make_slip(cast["item"], cast["unit"], state="answered")
    assert {name: count_of(name) for name in ("office", "leader", "reporter", "outsider")} == {
        "office": 2,
        "leader": 1,
        "reporter": 1,
        "outsider": 0,
    }
