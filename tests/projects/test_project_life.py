"""A project's stages, its gate, its credit and its follow-ups: what is asked for, refused, logged, withdrawn."""

import re
from datetime import date

import pytest
from django.urls import reverse

from common.models import AuditEntry
from projects import stages
from projects.models import AdmissionCheck, CreditShare, FollowUp, ProjectFile, StageChange
from tests.make import TODAY, client_of, make_business_date, make_user
from tests.projects.make import make_county, make_credit, make_fund, make_project, make_stage, make_upload

pytestmark = pytest.mark.django_db
CREDIT_CODE = "91371425MA3C4KJ71A"


@pytest.fixture
def qihe():
    make_business_date()
    return make_county("齐河县")


@pytest.fixture
def reporter(qihe):
    return client_of(make_user("county_reporter", qihe))


@pytest.fixture
def reviewer(qihe):
    return client_of(make_user("reviewer", qihe))


@pytest.fixture
def office(qihe):
    return client_of(make_user("coordinator"))


@pytest.fixture
def lead(qihe):
    return make_project(qihe, investor="甲公司", stages=[("lead", date(2023, 11, 1))])


def passed(project, **answers):
    known = {"policy_fits": True, "environment_fits": True, "returns_fit": True, "checked_on": TODAY}
    return AdmissionCheck.objects.create(project=project, **known | answers)


def log(client, project, stage, on="2023-12-01", **fields):
    newest = project.stages.order_by("on", "pk").last()
    data = {"stage": stage, "on": on, "seen": newest.pk if newest else 0} | fields
    return client.post(reverse("projects:stage", args=[project.pk]), data)


def stages_of(project):
    return list(project.stages.order_by("on", "pk").values_list("stage", flat=True))


def text_of(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def test_a_project_goes_from_lead_to_capacity(lead, reporter):
    passed(lead)
    steps = [
        ("negotiating", {}),
        ("signed", {"contract_on": "2023-11-20", "contract_number": "德招〔2023〕7号"}),
        ("registered", {"certificate": CREDIT_CODE.lower()}),
        ("started", {"certificate": "施建2023-07"}),
        ("producing", {"evidence": "首批产品下线"}),
        ("at_capacity", {"file": make_upload()}),
    ]
    for number, (stage, fields) in enumerate(steps):
        answer = log(reporter, lead, stage, on=f"2023-11-{20 + number}", **fields)
        assert answer.status_code == 302, text_of(answer)
    lead.refresh_from_db()
    assert stages_of(lead) == list(stages.PATH)
    assert (lead.contract_on, lead.contract_number) == (date(2023, 11, 20), "德招〔2023〕7号")
    assert lead.stages.get(stage="registered").certificate == CREDIT_CODE
    assert lead.stages.get(stage="at_capacity").file == ProjectFile.objects.get()
    assert AuditEntry.objects.filter(action__startswith="登记").count() == 6
    page = text_of(reporter.get(reverse("projects:detail", args=[lead.pk])))
    assert "首批产品下线" in page and "佐证.pdf" in page and "登记暂停" in page


@pytest.mark.parametrize(
    ("before", "stage", "fields", "sentence"),
    [
        ("lead", "registered", {}, "项目现为线索，下一步是在谈、签约，不能登记注册落地。"),
        ("negotiating", "lead", {}, "不能登记线索"),
        ("negotiating", "signed", {}, "签约前请先填写合同日期。"),
        ("negotiating", "signed", {"contract_on": "2023-12-14"}, "合同日期 2023-12-14 在今天之后"),
        ("negotiating", "signed", {"contract_on": "2023-12-01"}, "签约前请先完成准入审查（三个不选）。"),
        ("signed", "started", {"certificate": "施建1"}, "下一步是注册落地，不能登记开工。"),
        ("signed", "registered", {}, "登记注册落地须填写统一社会信用代码。"),
        ("signed", "registered", {"certificate": "123"}, "应为 18 位"),
        ("signed", "registered", {"certificate": "91371425MA3C4KJ712"}, "校验位不对"),
        ("registered", "started", {"evidence": ""}, "登记开工须有施工许可证号或现场佐证"),
        ("started", "producing", {"evidence": ""}, "登记投产须有投产依据"),
        ("signed", "paused", {}, "登记暂停须写明原因。"),
        ("signed", "lost", {"reason": " "}, "登记流失须写明原因。"),
        ("signed", "registered", {"on": "2023-10-31", "certificate": CREDIT_CODE}, "早于签约日期 2023-11-01"),
        ("signed", "registered", {"on": "2023-12-14", "certificate": CREDIT_CODE}, "在今天之后"),
        ("signed", "registered", {"on": "某日", "certificate": CREDIT_CODE}, "日期“某日”无法识别"),
        ("signed", "registered", {"on": "", "certificate": CREDIT_CODE}, "请填写日期。"),
        ("lost", "negotiating", {}, "项目已流失，不能再登记在谈"),
        ("registered", "started", {"evidence": "土" * 121}, "依据最多 120 个字"),
        ("registered", "started", {"file": make_upload("照片.exe")}, "文件“照片.exe”未上传"),
        ("signed", "坏", {}, "请选择要登记的阶段。"),
    ],
)
def test_refusal_is_one_sentence_and_keeps_what_was_typed(qihe, reporter, before, stage, fields, sentence):
    project = make_project(qihe, investor="甲公司", stages=[(before, date(2023, 11, 1))])
    answer = log(reporter, project, stage, **{"evidence": "已核对"} | fields)
    assert answer.status_code == 400
    assert sentence in text_of(answer)
    assert stages_of(project) == [before]
    assert not ProjectFile.objects.exists()


@pytest.mark.parametrize(("field", "words"), [("investor", "投资方"), ("total_investment", "签约总投资")])
def test_nothing_is_signed_without_investor_and_total(qihe, reporter, field, words):
    project = make_project(qihe, **{"investor": "甲公司", field: "" if field == "investor" else None})
    make_stage(project, "negotiating", date(2023, 11, 1))
    passed(project)
    assert f"签约前请先填写{words}。" in text_of(log(reporter, project, "signed", contract_on="2023-12-01"))


def test_failed_gate_bars_signing_and_says_which(lead, reporter):
    passed(lead, environment_fits=False, note="能耗超限")
    answer = log(reporter, lead, "signed", contract_on="2023-12-01")
    assert "准入审查未通过，不能签约：不符合环保、能耗和安全要求。" in text_of(answer)


def test_a_stage_is_logged_once_a_day(lead, reporter):
    log(reporter, lead, "negotiating")
    log(reporter, lead, "paused", reason="投资方内部调整")
    answer = log(reporter, lead, "negotiating", evidence="恢复洽谈的纪要")
    assert answer.status_code == 400 and "2023-12-01 已登记过在谈" in text_of(answer)
    assert "恢复洽谈的纪要" in text_of(answer)
    log(reporter, lead, "negotiating", on="2023-12-02")
    assert stages_of(lead) == ["lead", "negotiating", "paused", "negotiating"]


def test_paused_project_resumes_where_it_stood(lead, reporter):
    log(reporter, lead, "negotiating", on="2023-11-05")
    log(reporter, lead, "paused", on="2023-11-10", reason="投资方内部调整")
    assert "只能恢复到在谈" in text_of(log(reporter, lead, "signed", contract_on="2023-12-01"))
    assert log(reporter, lead, "negotiating", on="2023-11-20", evidence="重新接洽").status_code == 302
    assert stages_of(lead) == ["lead", "negotiating", "paused", "negotiating"]
    assert "恢复在谈" in text_of(reporter.get(reverse("projects:detail", args=[lead.pk])))


def test_same_post_twice_is_one_row(lead, reporter):
    seen = lead.stages.get().pk
    for _ in range(3):
        assert log(reporter, lead, "negotiating", seen=seen).status_code == 302
    assert stages_of(lead) == ["lead", "negotiating"]


def test_two_who_log_at_once_are_told(lead, reporter, office):
    seen = lead.stages.get().pk
    log(office, lead, "negotiating")
    answer = log(reporter, lead, "paused", seen=seen, reason="我写的原因")
    assert answer.status_code == 409
    assert "项目刚被他人改过" in text_of(answer) and "我写的原因" in text_of(answer)


def test_reviewer_withdraws_the_newest_row_with_a_reason(lead, reporter, reviewer):
    log(reporter, lead, "negotiating")
    url = reverse("projects:stage_withdraw", args=[lead.pk])
    first, newest = lead.stages.order_by("on", "pk")
    assert reporter.post(url, {"change": newest.pk, "reason": "误录"}).status_code == 403
    assert "请写明撤销原因。" in text_of(reviewer.post(url, {"change": newest.pk}))
    assert "只能撤销最近一条" in text_of(reviewer.post(url, {"change": first.pk, "reason": "误录"}))
    assert reviewer.post(url, {"change": newest.pk, "reason": "误录"}).status_code == 302
    assert stages_of(lead) == ["lead"]
    entry = AuditEntry.objects.get(action="撤销阶段记录")
    assert (entry.before["阶段"], entry.after["原因"]) == ("在谈", "误录")
    assert "第一条阶段记录，不能撤销" in text_of(reviewer.post(url, {"change": first.pk, "reason": "误录"}))


def test_signing_with_money_on_it_is_not_withdrawn(lead, office):
    make_stage(lead, "signed", date(2023, 11, 20))
    make_fund(lead)
    change = lead.stages.get(stage="signed").pk
    answer = office.post(reverse("projects:stage_withdraw", args=[lead.pk]), {"change": change, "reason": "误录"})
    assert "已有到位资金记录，不能撤销签约。" in text_of(answer)


def answers(**fields):
    given = dict.fromkeys(("policy_fits", "environment_fits", "returns_fit"), "yes")
    return given | {"checked_on": "2023-12-13", "version": "0", "note": ""} | fields


def test_gate_is_passed_by_someone_other_than_who_entered(lead, reporter, reviewer, office):
    url = reverse("projects:admission", args=[lead.pk])
    assert reporter.post(url, answers()).status_code == 403
    assert reviewer.post(url, answers()).status_code == 302
    row = lead.admission
    assert row.passed and row.checked_by == reviewer.get("/").wsgi_request.user
    lead.created_by = make_user("coordinator")
    lead.save()
    answer = client_of(lead.created_by).post(url, answers(version=row.version, note="改"))
    assert "应由录入人以外的人作出" in text_of(answer)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"returns_fit": ""}, "请对“符合投资强度和税收要求”作出选择。"),
        ({"returns_fit": "no"}, "有一项不符合时，请写明情况。"),
        ({"checked_on": "2023-12-14"}, "审查日期应为今天或以前。"),
        ({"checked_on": ""}, "审查日期应为今天或以前。"),
        ({"note": "长" * 301}, "说明最多 300 个字"),
    ],
)
def test_incomplete_gate_is_refused(lead, reviewer, fields, sentence):
    answer = reviewer.post(reverse("projects:admission", args=[lead.pk]), answers(**fields))
    assert answer.status_code == 400 and sentence in text_of(answer)
    assert 'value="yes" checked' in text_of(answer)
    assert not AdmissionCheck.objects.exists()


def test_gate_is_not_changed_over_another_ones_answer_nor_after_signing(lead, reviewer, office):
    url = reverse("projects:admission", args=[lead.pk])
    reviewer.post(url, answers())
    assert office.post(url, answers(note="另一结论")).status_code == 409
    assert office.post(url, answers(note="另一结论", version="1")).status_code == 302
    make_stage(lead, "signed", date(2023, 12, 5))
    assert "准入审查不能再改" in text_of(office.post(url, answers(version="2", note="再改")))


def share(client, project, *rows, version=None):
    data = {
        "version": project.version if version is None else version,
        "organisation": [str(county.pk) if county else "" for county, _ in rows],
        "percent": [percent for _, percent in rows],
    }
    return client.post(reverse("projects:credit", args=[project.pk]), data)


def test_credit_is_split_and_seen_by_both_counties(lead, office, qihe):
    yucheng = make_county("禹城市")
    assert share(office, lead, (qihe, "70"), (yucheng, "30%"), (None, "")).status_code == 302
    found = {(row.organisation, row.part, str(row.percent)) for row in CreditShare.objects.all()}
    assert found == {(qihe, "location", "70.00"), (yucheng, "first_talks", "30.00")}
    page = client_of(make_user("county_reporter", yucheng)).get(reverse("projects:detail", args=[lead.pk]))
    assert "首谈地" in text_of(page) and "30" in text_of(page)
    assert "登记阶段" not in text_of(page)
    lead.refresh_from_db()
    share(office, lead, (qihe, "100"))
    assert not CreditShare.objects.exists()


def test_bad_split_is_refused_in_one_sentence(lead, office, reporter, qihe):
    yucheng = make_county("禹城市")
    cases = [
        ([(qihe, "70"), (yucheng, "20")], "占比合计应为 100%，现为 90%。"),
        ([(qihe, "70"), (qihe, "30")], "同一县市区只能填一行。"),
        ([(qihe, "一半"), (yucheng, "50")], "占比应为数字，现填“一半”"),
        ([(qihe, "NaN"), (yucheng, "50")], "占比应为数字"),
        ([(None, "50"), (yucheng, "50")], "请选择分成的县市区。"),
        ([(qihe, "100"), (yucheng, "0")], "应大于 0、不超过 100"),
        ([(qihe, "33.333"), (yucheng, "66.667")], "最多两位小数"),
    ]
    for rows, sentence in cases:
        answer = share(office, lead, *rows)
        assert answer.status_code == 400 and sentence in text_of(answer), sentence
        assert all(f'value="{percent}"' in text_of(answer) for _, percent in rows)
    assert share(reporter, lead, (qihe, "100")).status_code == 403
    assert share(office, lead, (qihe, "60"), (yucheng, "40"), version=99).status_code == 409
    assert not CreditShare.objects.exists()


def test_follow_up_is_kept_once(lead, reporter):
    url = reverse("projects:follow_up", args=[lead.pk])
    note = {"follow_on": "2023-12-10", "text": "电话沟通选址"}
    for _ in range(3):
        assert reporter.post(url, note).status_code == 302
    assert FollowUp.objects.get().text == "电话沟通选址"
    page = text_of(reporter.get(reverse("projects:detail", args=[lead.pk])))
    assert page.count("电话沟通选址") == 2  # among the notes and in the story
    assert "请写跟进情况。" in text_of(reporter.post(url, note | {"text": " "}))
    assert "应为今天或以前" in text_of(reporter.post(url, note | {"follow_on": "2023-12-14"}))


def test_page_looks_back(lead, reporter, office):
    FollowUp.objects.create(project=lead, on=date(2023, 12, 1), text="后来的跟进")
    log(office, lead, "negotiating", on="2023-12-01")
    url = reverse("projects:detail", args=[lead.pk])
    then = text_of(reporter.get(f"{url}?as_of=2023-11-15"))
    assert "后来的跟进" not in then and "2023-12-01" not in then
    assert "登记阶段" not in then
    assert "后来的跟进" in text_of(reporter.get(url))


def test_page_costs_the_same_queries_whatever_its_rows(lead, reporter, django_assert_max_num_queries):
    url = reverse("projects:detail", args=[lead.pk])
    reporter.get(url)
    for number in range(1, 12):
        FollowUp.objects.create(project=lead, on=date(2023, 12, number), text=f"跟进{number}")
        make_fund(lead, month=f"2023-{number:02d}")
        StageChange.objects.create(project=lead, stage="paused", on=date(2023, 12, number), reason="原因")
    make_credit(lead, make_county("禹城市"))
    with django_assert_max_num_queries(30):
        reporter.get(url)


def test_codes_of_certificates():
    assert stages.credit_code_fault(CREDIT_CODE) == ""
    assert stages.credit_code_fault("91350100M000100Y43") == ""  # the example printed in GB 32100-2015
    assert stages.credit_code_fault("91350100M000100Y44") != ""
    assert stages.credit_code_fault("9137142IMA3C4KJ71A") != ""
