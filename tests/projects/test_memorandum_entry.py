"""The office enters memoranda and adds their clauses."""

from datetime import date

import pytest

from common.models import AuditEntry, Source
from projects.models import Memorandum
from tests.make import client_of, make_business_date, make_user

pytestmark = pytest.mark.django_db
NEW = "/projects/memoranda/new/"


@pytest.fixture
def office(db):
    make_business_date()
    return client_of(make_user("coordinator"))


def typed(**fields):
    return {
        "version": "0",
        "title": "战略合作框架协议",
        "partner": "某区人民政府",
        "signed_on": "2023-07-01",
        "aspect_count": "11",
        "source_title": "协议发布稿",
        "clauses": "农产品供应\n\n  产业 协作 \n农产品供应",
    } | fields


def test_a_new_memorandum_with_its_clauses_posted_twice_is_one(office):
    answer = office.post(NEW, typed())
    memorandum = Memorandum.objects.get()
    assert answer["Location"] == f"/projects/memoranda/{memorandum.key}/"
    assert office.post(NEW, typed())["Location"] == answer["Location"]
    assert (memorandum.signed_on, memorandum.aspect_count, memorandum.field_count) == (date(2023, 7, 1), 11, None)
    assert memorandum.source == Source.objects.get(title="协议发布稿")
    assert list(memorandum.clauses.values_list("order", "text")) == [(1, "农产品供应"), (2, "产业 协作")]
    page = office.get(answer["Location"]).content.decode()
    assert "公布 11 个方面，台账列出 2 项" in page and f"/projects/memoranda/{memorandum.key}/edit/" in page
    assert AuditEntry.objects.filter(action="新建合作协议").count() == 1


def test_clauses_are_added_after_those_that_stand(office):
    office.post(NEW, typed())
    memorandum = Memorandum.objects.get()
    url = f"/projects/memoranda/{memorandum.key}/edit/"
    again = typed(version=memorandum.version, clauses="产业 协作\n人才交流", aspect_count="29")
    assert office.post(url, again).status_code == 302
    assert list(memorandum.clauses.values_list("order", "text"))[1:] == [(2, "产业 协作"), (3, "人才交流")]
    stale = office.post(url, typed(version="1", title="改名", clauses="教育合作"))
    assert stale.status_code == 409 and "教育合作" in stale.content.decode()
    assert Memorandum.objects.get().title == "战略合作框架协议" and memorandum.clauses.count() == 3


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": " "}, "请填写协议名称"),
        ({"partner": ""}, "请填写合作方"),
        ({"signed_on": "2023-12-14"}, "签署日期不能晚于今天"),
        ({"source_title": ""}, "请注明来源"),
        ({"field_count": "-1"}, "公布领域数应为 0 到 1000 的整数"),
        ({"clauses": "短\n" + "长" * 201}, "第 2 项 201 字，每项最多 200 字"),
    ],
)
def test_refusals_keep_what_was_typed(office, fields, sentence):
    page = office.post(NEW, typed(**fields)).content.decode()
    assert sentence in page and "产业" in page or "长长" in page
    assert not Memorandum.objects.exists()


def test_another_memorandum_of_the_same_name_day_and_partner_is_refused(office):
    office.post(NEW, typed())
    page = office.post(NEW, typed(aspect_count="12")).content.decode()
    assert "同名协议" in page and Memorandum.objects.count() == 1


def test_others_read_and_do_not_enter(office):
    leader = client_of(make_user("leader"))
    assert leader.get(NEW).status_code == 403
    assert "新建协议" not in leader.get("/projects/memoranda/").content.decode()
    assert "新建协议" in office.get("/projects/memoranda/").content.decode()
