"""Files kept with projects: who may open them, and what is refused."""

import pytest
from django.urls import reverse

from common.errors import UserError
from common.models import AuditEntry
from projects import files
from projects.models import CaseStep, HealthFinding, ProjectFile, ServiceCase
from tests.make import TODAY, client_of, make_business_date, make_organisation, make_user
from tests.projects.make import make_county, make_credit, make_project, make_upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def qihe():
    make_business_date()
    return make_county("齐河县")


def stored(project, **fields):
    return files.store_file(**{"project": project, "purpose": "stage", "upload": make_upload(), "by": None} | fields)


def opened(user, row):
    return client_of(user).get(reverse("projects:file", args=[row.pk]))


def test_county_opens_its_own_file_as_an_attachment(qihe):
    row = stored(make_project(qihe))
    answer = opened(make_user("county_reporter", qihe), row)
    assert b"".join(answer.streaming_content) == make_upload().read()
    assert "attachment" in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert AuditEntry.objects.filter(action="下载项目文件").count() == 1


def test_another_county_does_not_see_it_until_it_shares_the_credit(qihe):
    project = make_project(qihe)
    row = stored(project)
    yucheng = make_county("禹城市")
    reporter = make_user("county_reporter", yucheng)
    assert opened(reporter, row).status_code == 404
    make_credit(project, yucheng)
    assert opened(reporter, row).status_code == 200


def test_department_opens_the_material_of_a_case_that_it_handles(qihe):
    bureau = make_organisation()
    row = stored(None, purpose="service")
    case = ServiceCase.objects.create(
        channel="request", number="S1", company="企业", category="land", text="用地",
        county=qihe, handler=bureau, received_on=TODAY, due_on=TODAY,
    )  # fmt: skip
    CaseStep.objects.create(case=case, on=TODAY, text="受理", file=row)
    assert opened(make_user("dept_reporter", bureau), row).status_code == 200
    assert opened(make_user("dept_reporter"), row).status_code == 404


def test_owner_of_a_rectification_opens_its_file(qihe):
    row = stored(None, purpose="rectification")
    other = make_county("禹城市")
    HealthFinding.objects.create(
        project=make_project(other), rule="no_funds", basis="依据", found_on=TODAY,
        owner=qihe, due_on=TODAY, year=2023, number=1, file=row,
    )  # fmt: skip
    assert opened(make_user("reviewer", qihe), row).status_code == 200
    assert opened(make_user("reviewer", other), row).status_code == 404


def test_same_file_twice_is_one_row(qihe):
    project = make_project(qihe)
    assert stored(project) == stored(project)
    assert ProjectFile.objects.count() == 1
    assert stored(project, purpose="voucher") != stored(project)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [("佐证.exe", b"MZ", "只能上传"), ("佐证.pdf", b"MZ", "与扩展名 pdf 不符"), ("佐证.pdf", b"", "是空的")],
)
def test_file_that_is_not_allowed_is_refused_by_name(qihe, name, content, sentence):
    with pytest.raises(UserError, match=sentence) as refusal:
        stored(make_project(qihe), upload=make_upload(name, content), field="voucher_file")
    assert refusal.value.field == "voucher_file"
    assert f"“{name}”" in refusal.value.message
    assert not ProjectFile.objects.exists()


def test_stored_name_says_nothing(qihe):
    row = stored(make_project(qihe), upload=make_upload("../../etc/合同.pdf"))
    assert row.name == "合同.pdf"
    assert "合同" not in row.path
    assert files.path_of(row.path).read_bytes() == make_upload().read()
