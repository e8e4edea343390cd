"""What stands on a project — money, signing, split credit — is not contradicted by changes or withdrawals."""

from datetime import date

import pytest
from django.urls import reverse

from common.errors import UserError
from projects import entries, verification
from projects.models import Project
from tests.make import TODAY, client_of, make_business_date, make_user
from tests.projects.make import make_county, make_credit, make_fund, make_investment, make_project
from tests.projects.money import claim, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(db):
    make_business_date()
    return client_of(make_user("coordinator"))


@pytest.fixture
def signed(db):
    return make_project(make_county("甲县"), investor="甲公司", stages=[("signed", date(2023, 3, 1))])


def change(client, project, **fields):
    given = {"version": project.version, "name": project.name, "investor": project.investor, "total": "2亿"}
    given |= {"origin": project.origin_province, "county": project.county_id, "contract_on": "2023-03-01"}
    return client.post(reverse("projects:edit", args=[project.pk]), given | fields)


@pytest.mark.parametrize(("make_entry", "words"), [(make_fund, "到位资金"), (make_investment, "完成投资")])
def test_the_total_stays_above_either_kind_of_money(office, signed, make_entry, words):
    make_entry(signed, "15000")
    answer = change(office, signed, total="1.4999亿")
    assert answer.status_code == 400
    assert f"签约总投资 14,999.00 万元小于已申报的{words} 15,000.00 万元" in answer.content.decode()
    assert change(office, signed, total="1.5亿").status_code == 302


def test_county_changes_only_while_no_credit_is_split(office, signed):
    other = make_county("乙县")
    make_credit(signed, signed.county, "60", "location")
    make_credit(signed, other, "40")
    answer = change(office, signed, county=other.pk)
    assert answer.status_code == 400 and "请先由协调办在项目页取消分成" in answer.content.decode()
    signed.credits.all().delete()
    assert change(office, signed, county=other.pk).status_code == 302
    assert Project.objects.get().county == other


def test_a_project_with_money_keeps_a_county(office, signed):
    make_investment(signed, "10")
    answer = change(office, signed, county="")
    assert answer.status_code == 400 and "落地县市区不能为空" in answer.content.decode()


def withdraw(client, project):
    newest = project.stages.order_by("on", "pk").last()
    url = reverse("projects:stage_withdraw", args=[project.pk])
    return client.post(url, {"change": newest.pk, "reason": "误录"})


def test_signing_is_not_withdrawn_under_completed_investment(office):
    project = make_project(make_county("甲县"), stages=[("lead", date(2023, 2, 1)), ("signed", date(2023, 3, 1))])
    make_investment(project, "10")
    assert "项目已有完成投资记录" in withdraw(office, project).content.decode()
    assert project.stages.count() == 2


def test_a_resumption_is_withdrawn_though_there_is_money(office, signed):
    for stage, day in (("paused", date(2023, 4, 1)), ("signed", date(2023, 5, 1))):
        signed.stages.create(stage=stage, on=day, reason="停")
    make_fund(signed, "10")
    assert withdraw(office, signed).status_code == 302
    assert signed.stages.order_by("on").last().stage == "paused"


def test_a_reversal_makes_room_for_money_once_the_city_has_verified_it():
    make_business_date()
    cast = make_cast()
    row = claim(cast, 20000)
    for by in (cast.reviewer, cast.city):
        row = verification.verify_entry(entry=row, version=row.version, by=by, on=TODAY)
    back = entries.reverse_entry(entry=row, reason="金额有误", by=cast.reporter, on=TODAY)
    with pytest.raises(UserError, match="超过签约总投资"):
        claim(cast, 1)
    for by in (cast.reviewer, cast.city):
        back = verification.verify_entry(entry=back, version=back.version, by=by, on=TODAY)
    assert claim(cast, 20000).pk
