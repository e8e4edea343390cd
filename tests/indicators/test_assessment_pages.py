"""Assessment pages through the front door: who sees what, drafts, putting in force, confirming, objecting."""

import re
from datetime import date

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Notice
from common.errors import UserError
from common.models import AuditEntry
from indicators.assessment.results import confirmed_result, is_intact
from indicators.defining import delete_indicator
from indicators.models import Appeal, AssessmentResult, Indicator, Scheme, SchemeVersion
from tests.indicators.make_assessment import (
    OVERDUE,
    TIMELINESS,
    make_appeal,
    make_reporting,
    make_result,
    make_scheme,
    make_version,
)
from tests.make import client_of, make_business_date, make_organisation, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    """Three counties with different reports, a scheme over them, and the people around it."""
    make_business_date()
    counties = [make_organisation(name, kind="county") for name in ("甲县", "乙县", "丙县")]
    for n, county in enumerate(counties):
        make_reporting(county, on_time=3 - n, late=n)
    version = make_scheme(counties, code="demo")
    return {
        "counties": counties,
        "version": version,
        "office": client_of(make_user("coordinator")),
        "leader": client_of(make_user("leader")),
        "reporter": client_of(make_user("county_reporter", counties[1])),
    }


def page(client, name, *args, **query):
    return client.get(reverse(f"indicators:{name}", args=args), query)


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def counts():
    return {model._meta.db_table: model.objects.count() for model in apps.get_models()}


# --- reading -------------------------------------------------------------------------------------------


def test_everybody_sees_the_ranking_and_each_their_own_sheet(cast):
    own, other = cast["counties"][1], cast["counties"][0]
    shown = page(cast["reporter"], "assessment_ranking", "demo")
    assert "甲县 1 100.00" in text_of(shown) and "乙县 2 80.00" in text_of(shown)
    assert reverse("indicators:assessment_sheet", args=["demo", own.code]) in shown.content.decode()
    assert reverse("indicators:assessment_sheet", args=["demo", other.code]) not in shown.content.decode()
    assert page(cast["reporter"], "assessment_sheet", "demo", own.code).status_code == 200
    assert page(cast["reporter"], "assessment_sheet", "demo", other.code).status_code == 404
    assert page(cast["leader"], "assessment_sheet", "demo", other.code).status_code == 200


def test_sheet_fills_the_formula_opens_the_rows_and_says_what_one_more_does(cast):
    county = cast["counties"][1]
    shown = page(cast["office"], "assessment_sheet", "demo", county.code)
    assert "60 × 2 ÷ 3 = 40.00" in text_of(shown) and "40 − 5 × 0 = 40.00" in text_of(shown)
    # One more report on time: 3 of 3, 60 points instead of 40, level with the first.
    assert "再多 1 次按时填报，得分 +20.00，名次第 2 → 第 1" in text_of(shown)
    assert "距前一名 20.00" in text_of(shown)
    links = re.findall(r'<a href="([^"]+)" title="看这些行"', shown.content.decode())
    assert len(links) == 2
    for link in links:
        assert cast["office"].get(link.replace("&amp;", "&")).status_code == 200


def test_an_overdue_count_opens_as_many_rows(cast):
    part = make_reporting(cast["counties"][0])
    part.completed_on = None
    part.save()
    part.item.due_on = date(2023, 11, 30)
    part.item.save()
    shown = page(cast["office"], "assessment_sheet", "demo", cast["counties"][0].code)
    assert "40 − 5 × 1 = 35.00" in text_of(shown)
    link = next(x for x in re.findall(r'<a href="([^"]+)" title="看这些行"', shown.content.decode()) if "overdue" in x)
    rows = cast["office"].get(link.replace("&amp;", "&"))
    assert rows.context["table"].paginator.count == 1


@pytest.mark.parametrize("text", ["2023-Q9", "2025", "abc", "2023-13"])
def test_a_period_that_cannot_be_assessed_is_said_and_the_year_shown(cast, text):
    shown = page(cast["office"], "assessment_ranking", "demo", period=text)
    assert shown.status_code == 200 and "现按 2023年 显示" in text_of(shown)


def test_queries_do_not_grow_with_the_organisations(cast):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert page(cast["office"], "assessment_ranking", "demo").status_code == 200
        return len(queries)

    asked()
    few = asked()
    group = cast["version"].groups.get()
    for n in range(12):
        county = make_organisation(f"新县{n}", kind="county")
        make_reporting(county)
        group.organisations.add(county)
    assert asked() == few


# --- what if -------------------------------------------------------------------------------------------


def test_what_if_changes_the_ranking_and_writes_nothing(cast):
    before = counts()
    written = []

    def note(execute, sql, parameters, many, context):
        if re.match(r"\s*(INSERT|UPDATE|DELETE)", sql, re.IGNORECASE):
            written.append(sql)
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(note):
        shown = page(cast["reporter"], "assessment_what_if", "demo", w0="30", w1="70", p1="1")
    assert shown.status_code == 200
    # 乙县: 30 × 2/3 + 70 = 90, 80 before
    assert "乙县 2 90.00 2 80.00 持平 +10.00" in text_of(shown)
    assert counts() == before and not [sql for sql in written if "django_session" not in sql]
    assert cast["version"].terms.get(order=1).weight == 60


def test_what_if_says_the_total_and_keeps_what_cannot_be_read(cast):
    shown = page(cast["office"], "assessment_what_if", "demo", w0="50")
    assert "分值合计 90，施行的办法须为 100" in text_of(shown)
    shown = page(cast["office"], "assessment_what_if", "demo", w0="很多")
    assert 'value="很多"' in shown.content.decode() and "应为 0—1000 的数。" in text_of(shown)


# --- drafts --------------------------------------------------------------------------------------------


def draft_form(counties, **changes):
    form = {
        "version": 1,
        "terms-count": 2,
        "terms-0-order": "1",
        "terms-0-name": "填报及时率",
        "terms-0-measure": "reports.timeliness",
        "terms-0-formula": "share",
        "terms-0-weight": "70",
        "terms-1-order": "2",
        "terms-1-name": "逾期任务扣分",
        "terms-1-measure": "tasks.overdue.count",
        "terms-1-formula": "deduction",
        "terms-1-weight": "30",
        "terms-1-points_each": "5",
        "groups-count": 1,
        "groups-0-name": "一组",
        "groups-0-organisations": [county.pk for county in counties],
        "decimals": "2",
        "note": "",
        "act": "save",
    }
    return form | changes


@pytest.fixture
def draft(cast):
    cast["office"].post(reverse("indicators:assessment_draft", args=["demo"]))
    return SchemeVersion.objects.get(scheme__code="demo", state="draft")


def edit(cast, **changes):
    return cast["office"].post(
        reverse("indicators:assessment_edit", args=["demo"]), draft_form(cast["counties"], **changes)
    )


def test_a_new_draft_is_copied_from_the_version_in_force(cast, draft):
    assert draft.number == 2
    assert [(t.name, t.weight) for t in draft.terms.all()] == [("填报及时率", 60), ("逾期任务扣分", 40)]
    assert set(draft.groups.get().organisations.all()) == set(cast["counties"])
    cast["office"].post(reverse("indicators:assessment_draft", args=["demo"]))
    assert SchemeVersion.objects.filter(scheme__code="demo").count() == 2


def test_draft_is_saved_put_in_force_and_the_former_retired(cast, draft):
    assert edit(cast).status_code == 302
    assert [t.weight for t in draft.terms.all()] == [70, 30]
    version = SchemeVersion.objects.get(pk=draft.pk).version
    url = reverse("indicators:assessment_enforce", args=["demo"])
    for _ in range(2):
        assert cast["office"].post(url, {"version": version}).status_code == 302
    states = dict(SchemeVersion.objects.filter(scheme__code="demo").values_list("number", "state"))
    assert states == {1: "retired", 2: "in_force"}
    assert "甲县 1 100.00" in text_of(page(cast["leader"], "assessment_ranking", "demo"))
    assert "70 × 比率" in text_of(page(cast["leader"], "assessment_version", "demo", 2))
    assert {"修改考核方案草稿", "施行考核方案"} <= set(AuditEntry.objects.values_list("action", flat=True))


def test_terms_can_be_added_reordered_and_removed(cast, draft):
    more = {
        "terms-count": 3,
        "terms-0-order": "3",
        "terms-1-delete": "on",
        "terms-2-order": "1",
        "terms-2-name": "退回率",
        "terms-2-measure": "reports.returned_rate",
        "terms-2-formula": "share",
        "terms-2-weight": "30",
        "terms-2-lower": "on",
    }
    shown = edit(cast, act="add_term")
    assert shown.status_code == 200 and 'name="terms-2-name"' in shown.content.decode()
    assert draft.terms.count() == 2
    assert edit(cast, **more).status_code == 302
    assert [(t.order, t.name, t.lower_is_better) for t in draft.terms.all()] == [
        (1, "退回率", True),
        (2, "填报及时率", False),
    ]


def test_the_form_shows_each_formula_as_it_will_be_applied(cast, draft):
    assert "公式：60 × 比率" in page(cast["office"], "assessment_edit", "demo").content.decode()
    changed = {"terms-0-weight": "５5", "terms-1-weight": "45", "terms-1-points_each": "3"}
    shown = edit(cast, act="look", **changed).content.decode()
    assert "公式：55 × 比率" in shown and "公式：45 − 3 × 次数" in shown
    assert {str(term.weight) for term in draft.terms.all()} == {"60.00", "40.00"}  # nothing is saved by looking
    wrong = edit(cast, act="look", **{"terms-0-weight": "abc"}).content.decode()
    assert "应为 0—9999 的数" in wrong and "公式：30 − 5 × 次数" in wrong


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({"terms-0-weight": "65"}, "分值合计应为 100，现为 95，还差 5。"),
        ({"terms-0-weight": "70.5"}, "分值合计应为 100，现为 100.5，多了 0.5。"),
        ({"terms-0-weight": "七十"}, "“七十”应为 0—9999 的数。"),
        ({"terms-0-formula": "target_share"}, "“填报及时率”没有目标值，不能用目标完成率。"),
        ({"terms-1-formula": "share"}, "“逾期任务”不是比率，不能用比率计分。"),
        ({"terms-1-points_each": ""}, "请填写每次分值，应大于 0。"),
        ({"terms-1-ceiling": "40"}, "最多计（扣）分应大于 0、不大于分值。"),
        ({"terms-1-name": "填报及时率"}, "“填报及时率”重复了，考核项名称不能相同。"),
        ({"terms-0-measure": "nothing"}, "没有这个取数，请重新选择。"),
        ({"groups-0-organisations": []}, "“一组”还没有单位，请勾选。"),
        ({"groups-count": 0}, "至少要有一个组别。"),
        ({"decimals": "9"}, "得分小数位数应为 0—4。"),
    ],
)
def test_a_faulty_draft_is_refused_at_its_place_and_nothing_typed_is_lost(cast, draft, changes, sentence):
    shown = edit(cast, **changes)
    assert shown.status_code == 200 and sentence in text_of(shown)
    typed = draft_form(cast["counties"], **changes)
    body = shown.content.decode()
    assert f'value="{typed["terms-0-weight"]}"' in body and f'value="{typed["terms-1-name"]}"' in body
    assert [t.weight for t in draft.terms.all()] == [60, 40]


def test_a_member_of_two_groups_is_refused(cast, draft):
    both = {"groups-count": 2, "groups-1-name": "二组", "groups-1-organisations": [cast["counties"][0].pk]}
    shown = edit(cast, **both)
    assert "甲县已在“一组”，一个单位只能在一个组。" in text_of(shown)
    assert draft.groups.count() == 1


def test_an_older_draft_does_not_overwrite_a_newer(cast, draft):
    assert edit(cast).status_code == 302
    shown = edit(cast, version=1, **{"terms-0-weight": "80", "terms-1-weight": "20"})
    assert shown.status_code == 409 and 'value="80"' in shown.content.decode()
    assert [t.weight for t in draft.terms.all()] == [70, 30]


def test_a_version_in_force_cannot_be_edited(cast):
    assert page(cast["office"], "assessment_edit", "demo").status_code == 404
    assert edit(cast).status_code == 404
    assert cast["version"].terms.get(order=1).weight == 60


def test_an_empty_draft_cannot_be_put_in_force(cast):
    make = cast["office"].post(
        reverse("indicators:assessment_new"), {"code": "fresh", "name": "新方案", "subject": "counties"}
    )
    assert make["Location"] == reverse("indicators:assessment_edit", args=["fresh"])
    shown = cast["office"].post(reverse("indicators:assessment_enforce", args=["fresh"]), {"version": 1})
    assert "还不能施行：至少要有一个考核项。" in text_of(shown)
    assert Scheme.objects.get(code="fresh").versions.get().state == "draft"
    assert page(cast["reporter"], "assessment_version", "fresh", 1).status_code == 404


@pytest.mark.parametrize(
    "changes, sentence",
    [({"code": "中文"}, "代码用小写字母"), ({"code": "demo"}, "已用于“方案demo”"), ({"name": " "}, "请填写名称")],
)
def test_a_scheme_needs_a_code_of_its_own_and_a_name(cast, changes, sentence):
    form = {"code": "fresh", "name": "新方案", "subject": "counties"} | changes
    shown = cast["office"].post(reverse("indicators:assessment_new"), form)
    assert shown.status_code == 200 and sentence in text_of(shown)
    assert Scheme.objects.count() == 1


def test_an_indicator_in_use_cannot_be_deleted(cast):
    used, other = (
        Indicator.objects.create(code=code, name=code, unit="%", scope="口径", frequency="month")
        for code in ("used", "xused")
    )
    term = {"name": "指标", "measure": "indicator:xused", "formula": "share", "weight": "100"}
    make_version(cast["version"].scheme, cast["counties"], terms=[term], state="draft", number=2)
    office = make_user("coordinator")
    delete_indicator(indicator=used, by=office)
    with pytest.raises(UserError, match="已有1 个考核项，不能删除"):
        delete_indicator(indicator=other, by=office)
    assert not Indicator.objects.filter(code="used").exists() and Indicator.objects.filter(code="xused").exists()


def test_the_database_keeps_one_version_in_force(cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        SchemeVersion.objects.create(scheme=cast["version"].scheme, number=9, state="in_force")


# --- confirming ----------------------------------------------------------------------------------------


def confirm(cast, **changes):
    shown = page(cast["office"], "assessment_ranking", "demo")
    url = reverse("indicators:assessment_confirm", args=["demo"]) + "?period=2023&as_of=2023-12-13"
    return cast["office"].post(url, {"seen": shown.context["seen"]} | changes)


def test_a_confirmed_result_stays_as_it_was(cast):
    for _ in range(2):
        assert confirm(cast).status_code == 302
    result = confirmed_result("demo", "2023")
    assert AssessmentResult.objects.count() == 1 and is_intact(result)
    part = cast["counties"][1].assignments.get()
    part.progress_reports.update(submitted_on=date(2023, 1, 10))
    shown = page(cast["leader"], "assessment_result", result.pk)
    assert "乙县 2 80.00" in text_of(shown) and "内容与摘要一致" in text_of(shown)
    assert "乙县 1 100.00" in text_of(page(cast["leader"], "assessment_ranking", "demo"))
    assert confirmed_result("demo", "2023-Q1") is None


def test_a_second_confirmation_needs_a_reason_and_replaces_the_first(cast):
    confirm(cast)
    first = confirmed_result("demo", "2023")
    cast["counties"][1].assignments.get().progress_reports.update(submitted_on=date(2023, 1, 10))
    shown = confirm(cast)
    assert shown.status_code == 200 and "再次确认将替换它，请写明原因" in text_of(shown)
    assert confirmed_result("demo", "2023") == first
    assert confirm(cast, reason="乙县数据更正").status_code == 302
    second = confirmed_result("demo", "2023")
    assert second != first and not AssessmentResult.objects.get(pk=first.pk).is_current
    assert "替换了先前确认的结果，原因：乙县数据更正" in text_of(
        page(cast["reporter"], "assessment_result", second.pk)
    )
    assert "这份结果已被替换" in text_of(page(cast["reporter"], "assessment_result", first.pk))
    entry = AuditEntry.objects.filter(action="确认考核结果").latest("sequence")
    assert (entry.before["sha256"], entry.after["原因"]) == (first.sha256, "乙县数据更正")


def test_what_was_seen_is_what_is_confirmed(cast):
    shown = confirm(cast, seen="0" * 64)
    assert shown.status_code == 200 and "页面打开后数据有变化" in text_of(shown)
    assert confirmed_result("demo", "2023") is None


def test_a_changed_snapshot_is_noticed(cast):
    confirm(cast)
    result = confirmed_result("demo", "2023")
    result.content["groups"][0]["rows"][0]["score"] = "99.99"
    result.save()
    assert "内容与摘要不一致" in text_of(page(cast["office"], "assessment_result", result.pk))


def test_change_is_counted_against_the_confirmed_result_before(cast):
    make_result(cast["counties"][0], period="2023-Q1", version=cast["version"])
    cast["counties"][2].assignments.get().progress_reports.update(submitted_on=date(2023, 1, 10))
    shown = text_of(page(cast["office"], "assessment_ranking", "demo"))
    assert "名次变化较2023年第1季度确认的结果" in shown
    assert "丙县 1 100.00 ↑2" in shown and "甲县 1 100.00 持平" in shown and "乙县 3 80.00 ↓1" in shown


# --- objections ----------------------------------------------------------------------------------------


def test_an_organisation_objects_and_is_answered(cast):
    result = make_result(cast["counties"][0], version=cast["version"])
    url = reverse("indicators:assessment_appeal", args=[result.pk])
    for _ in range(2):
        answer = cast["reporter"].post(url, {"term": "填报及时率", "text": "2月的填报有系统故障。"})
        assert answer.status_code == 302
    appeal = Appeal.objects.get()
    assert appeal.organisation == cast["counties"][1]
    assert Notice.objects.filter(key=f"appeal:{appeal.pk}:asked").count() == 1
    decide = reverse("indicators:assessment_answer", args=[appeal.pk])
    shown = cast["office"].post(decide, {"version": 1, "answer": "情况属实。"})
    assert "请选择采纳或不采纳。" in text_of(shown) and "情况属实。" in shown.content.decode()
    for _ in range(2):
        done = cast["office"].post(decide, {"version": 1, "verdict": "upheld", "answer": "情况属实。"})
        assert done.status_code == 302
    appeal.refresh_from_db()
    assert (appeal.state, appeal.answer) == ("upheld", "情况属实。")
    assert Notice.objects.filter(key=f"appeal:{appeal.pk}:answered").exists()
    assert "情况属实。" in text_of(page(cast["reporter"], "assessment_appeals"))


def test_objections_are_between_the_organisation_and_the_office(cast):
    appeal = make_appeal(cast["counties"][0], result=make_result(cast["counties"][0], version=cast["version"]))
    for name, args in (("assessment_appeals", ()), ("assessment_result", (appeal.result_id,))):
        assert "请复核。" not in text_of(page(cast["reporter"], name, *args))
        assert "请复核。" in text_of(page(cast["office"], name, *args))


def test_only_the_assessed_may_object(cast):
    result = make_result(cast["counties"][0], version=cast["version"])
    stranger = client_of(make_user("county_reporter", make_organisation(kind="county")))
    for client in (stranger, cast["office"]):
        shown = client.post(reverse("indicators:assessment_appeal", args=[result.pk]), {"text": "不服"})
        assert shown.status_code == 200
    assert not Appeal.objects.exists()
    empty = cast["reporter"].post(reverse("indicators:assessment_appeal", args=[result.pk]), {"text": " "})
    assert "请写明申诉理由。" in text_of(empty)


def test_the_example_schemes_terms_stand_in_the_list(cast):
    assert TIMELINESS["name"] in text_of(page(cast["leader"], "assessment_version", "demo", 1))
    assert OVERDUE["name"] in text_of(page(cast["leader"], "assessment_ranking", "demo"))
    assert "方案demo" in text_of(page(cast["reporter"], "assessment"))
