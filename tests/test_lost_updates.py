"""Of 50 people who save one row at the same moment one wins; 49 are told so and lose no typing."""

import json
from collections import Counter

import pytest
from django.urls import reverse

from common.models import AuditEntry
from indicators.models import SchemeVersion
from projects import verification
from projects.models import FundEntry, MonthLine, Project
from reports.models import Bulletin
from tests.common.racing import race
from tests.indicators.make_assessment import make_scheme
from tests.make import TODAY, client_of, make_business_date, make_user
from tests.projects.make import make_county, make_project
from tests.projects.money import claim, make_cast

pytestmark = pytest.mark.django_db(transaction=True)
SAVERS = 50


@pytest.fixture(autouse=True)
def _day(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "uploads"
    make_business_date()


def browsers(role, organisation=None):
    return [client_of(make_user(role, organisation)) for _ in range(SAVERS)]


def one_wins(answers, *, won, typed):
    """Return which answer has the status ``won``; the other 49 are 409 and hold what their sender typed."""
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert Counter(answer.status_code for answer in answers) == {won: 1, 409: SAVERS - 1}
    for number, answer in enumerate(answers):
        text = str(answer.json()) if answer["Content-Type"] == "application/json" else answer.content.decode()
        assert answer.status_code == won or typed(number) in text, number
    return next(number for number, answer in enumerate(answers) if answer.status_code == won)


def test_a_projects_facts():
    county = make_county("甲县")
    project = make_project(county, name="京禾储能", investor="北京京禾储能科技有限公司")
    people, url = browsers("county_reporter", county), reverse("projects:edit", args=[project.pk])
    standing = {
        "version": project.version,
        "investor": project.investor,
        "total": "2亿",
        "origin": "北京市/朝阳区",
    }

    def save(number):
        typed = {"name": f"第{number}人起的名", "summary": f"第{number}人的话"}
        return people[number].post(url, standing | typed)

    winner = one_wins(race(save, SAVERS), won=302, typed=lambda number: f"第{number}人的话")
    stored = Project.objects.get(pk=project.pk)
    assert (stored.name, stored.version) == (f"第{winner}人起的名", project.version + 1)
    assert AuditEntry.objects.filter(action="修改项目").count() == 1


def test_a_claim_of_funds():
    cast = make_cast()
    row = claim(cast)
    people = browsers("county_reporter", cast.county)
    url = reverse("projects:entry_correct", args=["funds", row.pk])
    typed = {
        "month": "2023-11",
        "voucher_kind": row.voucher_kind,
        "voucher_number": row.voucher_number,
        "stored": row.voucher_file_id,
        "version": 1,
    }

    def save(number):
        return people[number].post(url, typed | {"amount": str(200 + number), "note": f"第{number}人的话"})

    winner = one_wins(race(save, SAVERS), won=302, typed=lambda number: f"第{number}人的话")
    stored = FundEntry.objects.get()
    assert (stored.amount, stored.version) == (200 + winner, 2)


@pytest.mark.parametrize("standing", [0, 1], ids=["not there yet", "already saved"])
def test_a_line_of_a_month_of_money(standing):
    cast = make_cast()
    people, url = browsers("county_reporter", cast.county), reverse("projects:month", args=["funds"])

    def send(person, amount, version):
        row = {"part": cast.project.pk, "version": version, "amount": str(amount), "voucher_kind": "银行进账单"}
        row |= {"voucher_number": f"HK-{amount}", "note": f"{amount} 的说明"}
        body = json.dumps({"period": "2023-12", "rows": [row]})
        return person.post(url, body, content_type="application/json")

    if standing:
        assert send(people[0], 100, 0).status_code == 200
    answers = race(lambda number: send(people[number], 200 + number, standing), SAVERS)
    # what was typed stays in the cells of who typed it; the answer sets the winner's values beside them
    winner = one_wins(answers, won=200, typed=lambda number: "theirs")
    rows = [answer.json()["rows"][str(cast.project.pk)] for answer in answers]
    theirs = [row["theirs"] for row in rows if row["state"] == "stale"]
    assert len(theirs) == SAVERS - 1 and {cells["note"] for cells in theirs} == {f"{200 + winner} 的说明"}
    line = MonthLine.objects.get()
    assert (line.amount, line.note, line.version) == (200 + winner, f"{200 + winner} 的说明", standing + 1)
    assert AuditEntry.objects.filter(action="保存资金月报").count() == standing + 1


def test_the_citys_word_on_a_claim():
    cast = make_cast()
    row = verification.verify_entry(entry=claim(cast), version=1, by=cast.reviewer, on=TODAY)
    people = browsers("coordinator")
    url = reverse("projects:verify_entry", args=["funds", row.pk])

    def send_back(number):
        return people[number].post(url, {"act": "return", "version": row.version, "reason": f"第{number}人的理由"})

    winner = one_wins(race(send_back, SAVERS), won=302, typed=lambda number: f"第{number}人的理由")
    assert FundEntry.objects.get().return_reason == f"第{winner}人的理由"
    assert AuditEntry.objects.filter(action__startswith="退回").count() == 1


def test_a_draft_of_a_scheme():
    counties = [make_county(short) for short in ("甲县", "乙县")]
    make_scheme(counties, code="demo")
    people = browsers("coordinator")
    people[0].post(reverse("indicators:assessment_draft", args=["demo"]))
    draft = SchemeVersion.objects.get(scheme__code="demo", state="draft")
    url = reverse("indicators:assessment_edit", args=["demo"])

    def save(number):
        return people[number].post(url, scheme_form(draft, counties, note=f"第{number}人的说明"))

    winner = one_wins(race(save, SAVERS), won=302, typed=lambda number: f"第{number}人的说明")
    stored = SchemeVersion.objects.get(pk=draft.pk)
    assert (stored.note, stored.version) == (f"第{winner}人的说明", draft.version + 1)


def scheme_form(draft, counties, **changes):
    term = {"order": "1", "name": "填报及时率", "measure": "reports.timeliness", "formula": "share", "weight": "100"}
    form = {f"terms-0-{name}": value for name, value in term.items()}
    group = {"groups-0-name": "一组", "groups-0-organisations": [county.pk for county in counties]}
    counts = {"version": draft.version, "terms-count": 1, "groups-count": 1, "decimals": "2", "act": "save"}
    return form | group | counts | changes


def test_the_text_of_a_bulletin():
    content = {"title": "通报", "blocks": [{"type": "paragraph", "runs": ["正文。"], "lead": ""}]}
    people = browsers("coordinator")
    draft = Bulletin.objects.create(
        kind="monthly", period="2023-11", year=2023, title="通报", as_of=TODAY, content=content, figures={}
    )
    url = reverse("reports:edit_save", args=[draft.pk])

    def save(number):
        paragraph = {"type": "paragraph", "lead": "", "runs": [f"第{number}人的正文。"]}
        body = {"version": draft.version, "title": "通报", "addressees": "", "blocks": [paragraph]}
        return people[number].post(url, json.dumps(body), content_type="application/json")

    # what was typed stands in the editor of who typed it; the answer leads to what the winner changed
    winner = one_wins(race(save, SAVERS), won=200, typed=lambda number: "您的文字都还在")
    draft.refresh_from_db()
    assert f"第{winner}人的正文。" in str(draft.content) and draft.version == 2
