"""What a browser may send beside the form, and again and again: extra fields change nothing, one act is one row."""

import json
from decimal import Decimal

import pytest
from django.urls import reverse

from common.models import AuditEntry, Job
from indicators.models import SchemeVersion
from projects.models import CreditShare, FundEntry, Project, ServiceCase
from reports.models import Bulletin, NewsItem
from tests.indicators.make_assessment import make_scheme
from tests.make import TODAY, client_of, make_business_date, make_user
from tests.projects.make import make_county
from tests.projects.money import make_cast, picture
from tests.test_lost_updates import scheme_form

pytestmark = pytest.mark.django_db
TIMES = 20


@pytest.fixture(autouse=True)
def _day(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "uploads"
    make_business_date()


@pytest.fixture
def county():
    return make_county("甲县")


@pytest.fixture
def reporter(county):
    return make_user("county_reporter", county)


def a_case(county, **more):
    typed = {"channel": "request", "company": "京禾科技", "category": "land", "text": "用地手续久拖未办"}
    return typed | {"county": county.code, "received_on": "2023-12-01"} | more


def a_project(**more):
    typed = {"version": "0", "name": "京禾储能电池项目", "investor": "北京京禾储能科技有限公司", "total": "1.2亿"}
    return typed | {"origin": "北京市/朝阳区", "stage": "lead", "stage_on": "2023-12-01"} | more


def a_claim(**more):
    typed = {"amount": "1200", "month": "2023-11", "voucher_kind": "验资报告", "voucher_number": "YZ-1"}
    return typed | more


# --- the same again ------------------------------------------------------------------------------------


def test_a_company_request_sent_twenty_times_is_one_case(county, reporter):
    client = client_of(reporter)
    addresses = {client.post(reverse("projects:case_new"), a_case(county))["Location"] for _ in range(TIMES)}
    assert ServiceCase.objects.count() == len(addresses) == 1
    assert AuditEntry.objects.filter(action="登记企业诉求").count() == 1


def test_news_sent_twenty_times_is_one_item(reporter):
    client, typed = client_of(reporter), {"title": "召开对接会", "text": "议定三件事。", "occurred_on": "2023-12-12"}
    for _ in range(TIMES):
        assert client.post(reverse("reports:news_new"), typed).status_code == 302
    assert NewsItem.objects.count() == AuditEntry.objects.filter(action="报送工作动态").count() == 1


def test_a_scheme_made_twenty_times_is_one(county):
    client, typed = client_of(make_user("coordinator")), {"code": "fresh", "name": "新方案", "subject": "counties"}
    for _ in range(TIMES):
        client.post(reverse("indicators:assessment_new"), typed)
    assert SchemeVersion.objects.count() == 1


def test_issuing_asked_twenty_times_is_one_job():
    bulletin = a_draft(state="in_review", drafted_by=make_user("coordinator"))
    client = client_of(make_user("leader"))
    for _ in range(TIMES):
        client.post(reverse("reports:publish", args=[bulletin.pk]), {"version": bulletin.version})
    assert Job.objects.count() == 1


def a_draft(**fields):
    content = {"title": "通报", "blocks": [{"type": "paragraph", "runs": ["正文。"], "lead": ""}]}
    known = {"kind": "monthly", "period": "2023-11", "year": 2023, "title": "通报", "as_of": TODAY}
    return Bulletin.objects.create(**known | {"content": content, "figures": {}} | fields)


# --- more than the form holds --------------------------------------------------------------------------


def test_a_project_takes_no_owner_stage_version_or_split_from_elsewhere(county, reporter):
    other = make_county("乙县")
    more = {
        "county": other.pk,
        "county_id": other.pk,
        "code": "2001-0001",
        "total_investment": "999999",
        "is_demo": "on",
        "project": "7",
        "created_by": "1",
        "share-0": "100",
        f"share-{other.pk}": "50",
        "organisation": other.pk,
        "verified": "5000",
        "admission": "yes",
    }
    client_of(reporter).post(reverse("projects:new"), a_project(**more))
    project = Project.objects.get()
    assert (project.county, project.code, project.total_investment) == (county, "2023-0001", Decimal(12000))
    assert not project.is_demo and project.version == 1
    assert not CreditShare.objects.exists() and project.stages.get().stage == "lead"


def test_a_claim_of_funds_takes_no_verification_from_elsewhere():
    cast = make_cast()
    other = make_cast()
    more = {
        "state": "city_verified",
        "county_verified_by": cast.reviewer.pk,
        "county_verified_on": "2023-12-01",
        "verified_by": cast.city.pk,
        "verified_on": "2023-12-02",
        "verified_amount": "9999",
        "claimed_by": cast.city.pk,
        "project": other.project.pk,
        "version": "9",
        "is_demo": "on",
        "reverses": "1",
    }
    url = reverse("projects:fund_new", args=[cast.project.pk])
    assert client_of(cast.reporter).post(url, a_claim(voucher_file=picture(), **more)).status_code == 302
    row = FundEntry.objects.get()
    assert (row.project, row.state, row.amount, row.version) == (cast.project, "claimed", 1200, 1)
    assert (row.claimed_by, row.county_verified_by, row.verified_by) == (cast.reporter, None, None)
    assert not row.is_demo and row.reverses is None


def test_a_case_takes_no_number_state_rating_or_deadline_from_elsewhere(county, reporter):
    more = {
        "number": "QS-2001-0001",
        "state": "done",
        "satisfaction": "very",
        "result": "已办妥",
        "link_digest": "0" * 64,
        "due_on": "2030-01-01",
        "accepted_on": "2023-12-02",
        "created_by": "1",
        "is_demo": "on",
        "version": "9",
    }
    client_of(reporter).post(reverse("projects:case_new"), a_case(county, **more))
    case = ServiceCase.objects.get()
    assert (case.number, case.state, case.handler, case.satisfaction) == ("QS-2023-0001", "received", None, "")
    assert (case.result, case.link_digest, case.version, case.created_by) == ("", None, 1, reporter)
    assert case.due_on.year == 2023 and not case.accepted_on and not case.is_demo


def test_a_case_of_another_county_or_for_nobodys_desk_is_not_registered(county, reporter):
    client, other = client_of(reporter), make_county("乙县")
    for typed in (a_case(other), a_case(county, handler=str(other.pk))):  # organisations go by their codes
        answer = client.post(reverse("projects:case_new"), typed)
        assert answer.status_code == 200 and "用地手续久拖未办" in answer.content.decode()
    assert not ServiceCase.objects.exists()


def test_a_scheme_is_not_put_in_force_by_a_field_of_its_form(county):
    make_scheme([county], code="demo")
    office = client_of(make_user("coordinator"))
    office.post(reverse("indicators:assessment_draft", args=["demo"]))
    draft = SchemeVersion.objects.get(state="draft")
    more = {"state": "in_force", "number": "99", "in_force_from": "2020-01-01", "scheme": "1"}
    assert office.post(reverse("indicators:assessment_edit", args=["demo"]), scheme_form(draft, [county], **more))
    draft.refresh_from_db()
    assert (draft.state, draft.number, draft.version) == ("draft", 2, 2)


def test_a_bulletin_is_not_issued_by_a_field_of_its_editor(county):
    draft, office = a_draft(), client_of(make_user("coordinator"))
    paragraph = {"type": "paragraph", "lead": "", "runs": ["改过的正文。"]}
    body = {"version": draft.version, "title": "通报", "addressees": "", "blocks": [paragraph]}
    more = {
        "state": "published",
        "issue": 9,
        "organisation": county.pk,
        "published_on": "2023-12-01",
        "docx_sha256": "0" * 64,
        "figures": {"figures": [1]},
        "drafted_by": 1,
    }
    url = reverse("reports:edit_save", args=[draft.pk])
    assert office.post(url, json.dumps(body | more), content_type="application/json").status_code == 200
    draft.refresh_from_db()
    assert (draft.state, draft.issue, draft.organisation, draft.published_on) == ("draft", None, None, None)
    assert not draft.docx_sha256 and "改过的正文" in str(draft.content) and 1 not in draft.figures.get("figures", [])
