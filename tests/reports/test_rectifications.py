"""The printed rectification slip: what was found, until when, the same bytes each time; for its county alone."""

import io

import docx
import pymupdf
import pytest
from django.urls import reverse

from common.models import AuditEntry
from projects.models import HealthFinding
from reports.rectifications import rectification_file
from tests import make
from tests.make import TODAY, client_of, make_user
from tests.projects.make import make_county, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def finding():
    make.make_business_date()
    county = make_county("齐河县")
    project = make_project(county, name="装备制造二期", investor="京禾科技", stages=[])
    return HealthFinding.objects.create(
        project=project, rule="no_funds", basis="2023-08-01 开工，没有经市级核实的到位资金。", owner=county,
        found_on=TODAY, due_on=TODAY, year=2023, number=12,
    )  # fmt: skip


def url(finding, ending="docx"):
    return reverse("reports:rectification_file", args=[finding.pk, ending])


def lines_of(content):
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in document.paragraphs] + cells


def test_slip_says_what_was_found_and_until_when(finding):
    lines = lines_of(rectification_file(finding, "docx"))
    assert "德京津冀整〔2023〕12号" in lines and "京禾科技" in lines and "20,000万元" in lines
    assert f"2023年12月13日体检：{finding.basis}" in lines and not any("四、整改情况" in line for line in lines)
    with pymupdf.open(stream=rectification_file(finding, "pdf")) as pdf:
        page = "".join("".join(one.get_text() for one in pdf).split())
    assert "德京津冀整〔2023〕12号" in page and "2023年12月13日前完成整改" in page
    assert rectification_file(finding, "pdf") == rectification_file(finding, "pdf")


def test_answer_and_its_end_stand_in_the_slip(finding):
    HealthFinding.objects.filter(pk=finding.pk).update(
        state="closed", answer="资金已到位。", answered_on=TODAY, closed_on=TODAY
    )
    finding.refresh_from_db()
    lines = lines_of(rectification_file(finding, "docx"))
    assert "资金已到位。" in lines and "2023年12月13日复核办结。" in lines


def test_a_download_is_audited_and_another_county_finds_nothing(finding):
    own = client_of(make_user("county_reporter", finding.owner))
    page = own.get(reverse("projects:finding", args=[finding.pk])).content.decode()
    assert url(finding, "pdf") in page and url(finding) in page
    answer = own.get(url(finding))
    assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"]
    assert AuditEntry.objects.filter(action="下载整改单", target_label=finding.full_number).count() == 1
    assert own.get(url(finding, "xlsx")).status_code == 404
    assert client_of(make_user("county_reporter", make_county("外县"))).get(url(finding)).status_code == 404
