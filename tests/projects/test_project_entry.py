"""Entering a project and changing it: what is understood, refused, asked back, and never lost."""

import re

import pytest
from django.urls import reverse

from common.models import AuditEntry
from projects.models import Project
from tests.make import TODAY, client_of, make_business_date, make_organisation, make_user
from tests.projects.make import make_county, make_credit, make_event, make_fund, make_project, make_stage

pytestmark = pytest.mark.django_db
NEW = "/projects/new/"


@pytest.fixture
def qihe():
    make_business_date()
    return make_county("齐河县")


@pytest.fixture
def reporter(qihe):
    return client_of(make_user("county_reporter", qihe))


@pytest.fixture
def office(qihe):
    return client_of(make_user("coordinator"))


def typed(**fields):
    return {
        "version": "0",
        "name": "京禾储能电池系统生产项目",
        "investor": "北京京禾储能科技有限公司",
        "total": "1.2亿",
        "origin": "北京市/朝阳区",
        "stage": "lead",
        "stage_on": "2023-12-01",
    } | fields


def text_of(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def edit_url(project):
    return reverse("projects:edit", args=[project.pk])


def test_county_reporter_enters_a_lead_of_their_own_county(qihe, reporter):
    answer = reporter.post(NEW, typed(industry_code="38", chain="新能源", officer="张明", officer_post="副县长"))
    project = Project.objects.get()
    assert answer["Location"].startswith(reverse("projects:detail", args=[project.pk]))
    assert project.code == "2023-0001"
    assert (project.county, project.total_investment, project.industry) == (qihe, 12000, "新能源")
    assert (project.origin_province, project.origin_district) == ("北京市", "朝阳区")
    assert project.stages.get().stage == "lead"
    assert AuditEntry.objects.get(action="录入项目").after["签约总投资（万元）"] == "12000.00"
    page = reporter.get(answer["Location"])
    assert "12,000.00 万元 = 1.2 亿元" in text_of(page)
    assert "张明" in text_of(page) and "38 电气机械和器材制造业" in text_of(page)


def test_another_county_that_is_sent_along_is_ignored(qihe, reporter):
    reporter.post(NEW, typed(county=str(make_county("禹城市").pk)))
    assert Project.objects.get().county == qihe


def test_office_enters_for_any_county_and_event(office):
    yucheng, event = make_county("禹城市"), make_event()
    office.post(NEW, typed(county=yucheng.pk, event=event.pk, origin="elsewhere", origin_elsewhere="上海市 浦东新区"))
    project = Project.objects.get()
    assert (project.county, project.event) == (yucheng, event)
    assert (project.origin_province, project.origin_district) == ("上海市", "浦东新区")


def test_department_finds_no_such_page(qihe):
    assert client_of(make_user("dept_reporter", make_organisation())).get(NEW).status_code == 404


def test_same_post_twenty_times_makes_one_project(reporter):
    addresses = {reporter.post(NEW, typed())["Location"] for _ in range(20)}
    assert Project.objects.count() == 1
    assert len(addresses) == 1


def test_numbers_go_on_whatever_codes_others_have(reporter, qihe):
    make_project(qihe, code="2023-9999")
    make_project(qihe, code="2023-10000")
    make_project(qihe, code="2023-补")
    reporter.post(NEW, typed())
    assert Project.objects.filter(code="2023-10001").exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": " "}, "请填写项目名称。"),
        ({"total": "三座"}, "不是金额"),
        ({"total": "3亿以上"}, "不是一个确定的金额"),
        ({"contract_on": "2023-12-14"}, "在今天之后"),
        ({"stage_on": "2023-12-14"}, "在今天之后"),
        ({"stage_on": ""}, "请填写进入该阶段的日期。"),
        ({"stage": "signed"}, "signed"),
        ({"origin": "elsewhere"}, "请填写其他来源地"),
        ({"origin": "elsewhere", "origin_elsewhere": "北京市 朝阳区"}, "请在左侧选择"),
        ({"promised_started_on": "2024-06-01", "promised_registered_on": "2024-07-01"}, "早于约定注册日期"),
        ({"name": "项" * 121}, "项目名称最多 120 个字。"),
    ],
)
def test_refusal_says_why_at_its_place_and_keeps_what_was_typed(reporter, fields, sentence):
    answer = reporter.post(NEW, typed(summary="已洽谈两次") | fields)
    assert answer.status_code == 400
    assert sentence in text_of(answer)
    assert "已洽谈两次" in text_of(answer)
    assert not Project.objects.exists()


def test_all_refusals_of_a_form_are_said_at_once(reporter):
    errors = reporter.post(NEW, typed(name=" ", total="三座", stage_on="")).context["form"].errors
    assert set(errors) == {"name", "total", "stage_on"} and all(len(said) == 1 for said in errors.values())


def test_likely_double_is_asked_back_once(reporter, qihe):
    make_project(qihe, name="京禾储能电池系统制造项目", investor="京禾储能科技（集团）有限公司", code="P1")
    answer = reporter.post(NEW, typed())
    assert "投资方相同、名称相近：P1 京禾储能电池系统制造项目" in text_of(answer)
    assert Project.objects.count() == 1
    mark = re.search(r'name="confirmed" value="(\w+)"', answer.content.decode())[1]
    assert reporter.post(NEW, typed(confirmed=mark, name="全新养老社区项目", total="5")).status_code == 200
    reporter.post(NEW, typed(confirmed=mark))
    assert Project.objects.count() == 2


def test_double_of_another_county_is_named_to_the_office_alone(reporter, office):
    make_project(make_county("禹城市"), name="京禾储能电池系统生产项目一期", investor="另一公司", code="P1")
    for client, sees in ((reporter, False), (office, True)):
        page = text_of(client.get("/projects/similar/", {"name": typed()["name"], "investor": ""}))
        saved = text_of(client.post(NEW, typed()))
        for shown in (page, saved):
            assert ("P1" in shown) == sees
            assert ("另一县市区已录入类似项目" in shown) != sees


def test_other_products_of_one_investor_are_no_doubles(reporter, qihe):
    make_project(qihe, name="预制菜产业园项目", investor=typed()["investor"])
    assert "可能已经录入过" not in text_of(reporter.get("/projects/similar/", typed()))


def test_amount_is_read_back_while_typing(reporter):
    assert "读作 <b>30,000.00 万元 = 3 亿元</b>" not in text_of(reporter.get("/projects/similar/", {"total": "3"}))
    page = text_of(reporter.get("/projects/similar/", {"total": "约3亿"}))
    assert "约数，记为 30,000.00 万元 = 3 亿元" in page and "1亿—5亿元" in page
    assert "不是金额" in text_of(reporter.get("/projects/similar/", {"total": "三座"}))


@pytest.mark.parametrize("total", ["12000亿", "12000元"])
def test_amount_of_doubtful_unit_is_asked_back(reporter, total):
    assert "请核对单位" in text_of(reporter.post(NEW, typed(total=total)))
    assert not Project.objects.exists()


def test_change_is_saved_over_the_version_seen(reporter, qihe):
    project = make_project(qihe, name="旧名项目", investor="甲公司")
    form = reporter.get(edit_url(project)).context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    reporter.post(edit_url(project), data | {"helper": "李芳", "total": "2.5亿"})
    project.refresh_from_db()
    assert (project.helper, project.total_investment, project.version) == ("李芳", 25000, 2)
    entry = AuditEntry.objects.get(action="修改项目")
    assert entry.before == {"帮办联系人": "", "签约总投资（万元）": "20000.00"}


def test_conflict_shows_mine_and_theirs_and_loses_nothing(reporter, office, qihe):
    project = make_project(qihe, name="旧名项目")
    data = {
        "version": "1",
        "name": "我改的名字",
        "investor": "",
        "total": "20000",
        "origin": "北京市",
        "helper": "李芳",
    }
    office.post(edit_url(project), data | {"name": "他改的名字", "county": qihe.pk, "helper": "王强"})
    answer = reporter.post(edit_url(project), data)
    assert answer.status_code == 409
    page = text_of(answer)
    for words in ("同事刚保存过这个项目", "我改的名字", "他改的名字", "李芳", "王强"):
        assert words in page
    project.refresh_from_db()
    assert project.name == "他改的名字"
    reporter.post(edit_url(project), data | {"version": "2"})
    project.refresh_from_db()
    assert (project.name, project.helper) == ("我改的名字", "李芳")


def test_form_shows_what_is_stored(reporter, qihe):
    project = make_project(qihe, origin_province="山东省", origin_district="济南市", total_investment="12000.50")
    form = reporter.get(edit_url(project)).context["form"]
    assert form["origin"].value() == "elsewhere"
    assert form["origin_elsewhere"].value() == "山东省 济南市"
    assert form["total"].value() == "12000.5万元"


def test_signed_project_keeps_what_signing_asked_for(reporter, qihe):
    project = make_project(qihe, investor="甲公司", contract_on=TODAY)
    make_stage(project, "signed", TODAY)
    data = {"version": "1", "name": project.name, "investor": "甲公司", "total": "2亿", "origin": "北京市"}
    assert "项目已签约，合同日期不能为空。" in text_of(reporter.post(edit_url(project), data))
    make_fund(project, "15000", claimed_by=None)
    short = data | {"contract_on": "2023-12-13", "total": "1.4亿"}
    assert "小于已申报的到位资金 15,000.00 万元" in text_of(reporter.post(edit_url(project), short))


def test_county_of_first_talks_sees_the_project_and_changes_nothing(qihe):
    project = make_project(make_county("禹城市"))
    make_credit(project, qihe)
    client = client_of(make_user("county_reporter", qihe))
    assert client.get(reverse("projects:detail", args=[project.pk])).status_code == 200
    assert project.name in text_of(client.get(reverse("projects:list")))
    assert client.get(edit_url(project)).status_code == 403
    assert client.post(reverse("projects:stage", args=[project.pk]), {"stage": "paused"}).status_code == 403
    assert AuditEntry.objects.filter(action="越权访问").count() == 2
