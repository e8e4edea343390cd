"""The fact sheet of a project: one page whatever its texts, the same facts in both files, its county's alone."""

import io
import shutil
import subprocess
from datetime import date

import docx
import pymupdf
import pytest
from django.urls import reverse

from common.models import AuditEntry
from projects.models import Project
from reports.fact_sheets import fact_sheet_file
from tests.make import client_of, make_business_date, make_user
from tests.projects.make import make_county, make_fund, make_project, make_stage

pytestmark = pytest.mark.django_db
DAY = date(2023, 12, 13)


@pytest.fixture
def project():
    make_business_date()
    made = make_project(
        make_county("甲县"),
        name="高效电机生产基地项目",
        origin_district="海淀区",
        industry_code="38",
        stages=[("signed", date(2023, 3, 1)), ("started", date(2023, 6, 5))],
    )
    make_fund(made, "3000", "2023-07")
    return made


def read(project):
    return Project.objects.as_of(DAY).select_related("county", "platform", "event").get(pk=project.pk)


def pages_of(content):
    with pymupdf.open(stream=content) as pdf:
        return ["".join(page.get_text().split()) for page in pdf]


def test_both_files_state_the_facts_stages_and_verified_money(project):
    (page,) = pages_of(fact_sheet_file(read(project), DAY, "pdf"))
    word = docx.Document(io.BytesIO(fact_sheet_file(read(project), DAY, "docx")))
    cells = "".join(cell.text for table in word.tables for row in table.rows for cell in row.cells)
    text = "".join(p.text for p in word.paragraphs) + cells
    for said in ("高效电机生产基地项目", "北京市海淀区", "甲县", "2亿元", "2023-06-05", "3,000.00万元", "15.0%", "38"):
        assert said in page and said in text, said


def test_it_stays_one_page_with_the_longest_texts(project):
    for name in ("investor", "officer_post", "helper", "chain", "summary", "name"):
        field = Project._meta.get_field(name)
        setattr(project, name, "长" * field.max_length)
    project.save()
    for n, stage in enumerate(("lead", "negotiating", "registered", "producing", "at_capacity", "paused")):
        make_stage(project, stage, date(2023, 7, n + 1), evidence="据" * 120)
    assert len(pages_of(fact_sheet_file(read(project), DAY, "pdf"))) == 1


def test_the_word_file_stays_one_page_without_the_official_fonts(project, tmp_path):
    texts = {"investor": "某电机制造（集团）股份有限公司华北分公司", "officer": "王某某", "chain": "高端装备制造",
             "officer_post": "市委常委、常务副市长", "helper": "李某某"}  # fmt: skip
    for name, value in texts.items():
        setattr(project, name, value)
    for n, stage in enumerate(("lead", "negotiating", "registered", "producing", "at_capacity")):
        make_stage(project, stage, date(2023, 7, n + 1), evidence="营业执照、备案证明和施工许可证")
    lengths = (0, 60, 120, 200, 300)
    for length in lengths:
        project.summary = ("年产高效电机2万台，2023年投资1.5亿元。" * 20)[:length]
        project.save()
        (tmp_path / f"{length}.docx").write_bytes(fact_sheet_file(read(project), DAY, "docx"))
        section = docx.Document(str(tmp_path / f"{length}.docx")).sections[0]
        # Two lines and more of slack beside the page of the PDF, which it fills at most.
        assert section.top_margin.mm + section.bottom_margin.mm <= 37 + 35 - 2 * 225 / 22
    if not shutil.which("soffice"):
        return
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    files = [str(tmp_path / f"{length}.docx") for length in lengths]
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), *files]
    subprocess.run(command, check=True, capture_output=True, timeout=300)  # noqa: S603
    assert {length: len(pages_of((tmp_path / f"{length}.pdf").read_bytes())) for length in lengths} == dict.fromkeys(
        lengths, 1
    )


def test_a_project_of_which_little_is_known_has_its_sheet_too():
    bare = make_project(None, origin_province="", total_investment=None)
    (page,) = pages_of(fact_sheet_file(read(bare), DAY, "pdf"))
    assert "没有阶段记录" in page and "没有经市级核实" in page


def test_its_county_downloads_it_and_another_finds_nothing(project):
    address = reverse("reports:fact_sheet", args=[project.pk, "pdf"])
    own = client_of(make_user("county_reporter", project.county))
    assert own.get(address).content.startswith(b"%PDF")
    assert AuditEntry.objects.filter(action="下载项目单页").count() == 1
    other = client_of(make_user("county_reporter", make_county("乙县")))
    assert other.get(address).status_code == 404
    assert own.get(reverse("reports:fact_sheet", args=[project.pk, "exe"])).status_code == 404
    assert address in own.get(reverse("projects:detail", args=[project.pk])).content.decode()
