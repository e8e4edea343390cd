"""The pages of ledgers for projects, money and values: rights, forms to fill in, import and undo."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from accounts.loading import load_organisations
from accounts.models import Organisation
from common.models import ImportBatch
from projects.models import FundEntry, Project
from tests import make
from tests.projects.make import make_fund, make_project
from tests.projects.test_ledgers_projects import ROW, check, sheet

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    make.make_business_date()
    load_organisations()


@pytest.fixture
def county():
    return Organisation.objects.get(short="齐河县")


@pytest.fixture
def reporter(county):
    return make.client_of(make.make_user("county_reporter", county))


def upload(client, content, kind, **data):
    file = SimpleUploadedFile("台账.xlsx", content)
    return client.post(reverse("tasklists:ledgers"), {"kind": kind, "file": file} | data, follow=True)


def act(client, name, batch, **data):
    return client.post(reverse(f"tasklists:ledger_{name}", args=[batch.pk]), data, follow=True)


def template(client, kind, **query):
    answer = client.get(reverse("tasklists:ledger_template"), {"kind": kind} | query)
    assert answer.status_code == 200, answer
    return answer.content


def test_county_reporter_brings_in_projects_and_takes_them_back(reporter):
    page = upload(reporter, sheet(ROW), "projects").content.decode()
    batch = ImportBatch.objects.get()
    assert "将新增或修改 <b>1</b> 个项目" in page and "52000" in page and not Project.objects.exists()
    page = act(reporter, "commit", batch).content.decode()
    assert "已导入" in page and reverse("projects:list") in page
    assert Project.objects.get().created_by is not None
    assert "已撤销这次导入" in act(reporter, "undo", batch).content.decode()
    assert not Project.objects.exists()


def test_department_has_no_kinds_of_projects_and_money(county):
    client = make.client_of(make.make_user("dept_reporter"))
    page = client.get(reverse("tasklists:ledgers")).content.decode()
    assert "指标数据" in page and "项目台账" not in page
    assert upload(client, sheet(ROW), "projects").status_code == 400 and not ImportBatch.objects.exists()
    answer = client.get(reverse("tasklists:ledger_template"), {"kind": "projects"}, follow=True)
    assert "没有项目台账的填报表" in answer.content.decode()


def test_another_countys_ledger_is_not_to_be_seen(reporter):
    upload(reporter, sheet(ROW), "projects")
    stranger = make.client_of(make.make_user("county_reporter", Organisation.objects.get(short="禹城市")))
    assert stranger.get(reverse("tasklists:ledger", args=[ImportBatch.objects.get().pk])).status_code == 404


def test_sheet_of_projects_comes_back_unchanged_and_filled(county):
    make_project(county, code="S-001", name="甲产业园", investor="某公司", stages=[("signed", date(2023, 1, 5))])
    make_project(Organisation.objects.get(short="禹城市"), name="别家的项目")
    user = make.make_user("county_reporter", county)
    content = template(make.client_of(user), "projects")
    checked = check(content, user)
    assert (checked.rows, checked.unchanged, checked.errors, checked.warnings) == (1, 1, [], [])
    book = load_workbook(BytesIO(content))
    book.active["M4"] = "2023-06-01"
    filled = BytesIO()
    book.save(filled)
    row = check(filled.getvalue(), user).ready[0]
    assert row.stages == [("started", date(2023, 6, 1), "项目台账")] and not row.changes


def test_sheet_of_money_comes_back_unchanged_and_filled(county, reporter):
    project = make_project(county, code="S-001", name="甲产业园", stages=[("signed", date(2023, 1, 5))])
    make_fund(project, amount="100.5", month="2023-06")
    content = template(reporter, "funds", measure="funds")
    book = load_workbook(BytesIO(content))
    assert book.active["I4"].value == 100.5
    book.active["J4"] = "1,200"
    filled = BytesIO()
    book.save(filled)
    page = upload(reporter, filled.getvalue(), "funds")
    assert page.context["report"]["errors"] == [] and page.context["report"]["to_write"] == 1
    act(reporter, "commit", ImportBatch.objects.get())
    assert FundEntry.objects.get(month="2023-07").amount == 1200


def test_header_row_is_pointed_at_on_the_page(reporter):
    content = sheet(ROW, above=(["项目名称", "总投资", "进展情况"], ["见说明", "", ""]))
    upload(reporter, content, "projects")
    batch = ImportBatch.objects.get()
    assert batch.report["header_row"] == 3
    act(reporter, "mapping", batch, header_row=1)
    batch.refresh_from_db()
    assert (batch.report["header_row"], batch.report["rows"]) == (1, 3)
    act(reporter, "mapping", batch, header_row=3)
    batch.refresh_from_db()
    assert (batch.report["header_row"], batch.report["error_count"]) == (3, 0)


def test_marked_file_names_the_problems(reporter):
    upload(reporter, sheet([*ROW[:5], "3亿美元", *ROW[6:]]), "projects")
    answer = reporter.get(reverse("tasklists:ledger_marked", args=[ImportBatch.objects.get().pk]))
    cell = load_workbook(BytesIO(answer.content)).active["F3"]
    assert "外币" in cell.comment.text


def test_what_the_import_of_money_promises_is_what_it_does(county, reporter):
    make_project(county, code="S-001", name="甲产业园", stages=[("signed", date(2023, 1, 5))])
    head = ["项目编号", "月份", "到位资金(万元)", "核实日期"]
    rows = [["S-001", "2023-05", 100, "2023-06-10"], ["S-001", "2023-06", 200, None]]
    office = make.client_of(make.make_user("coordinator"))
    page = upload(office, sheet(*rows, head=head), "funds").content.decode()
    assert "其中 1 笔已有核实日期，立即计入；其余 1 笔状态为县级申报" in page
    page = upload(office, sheet(rows[0], head=head), "funds").content.decode()
    assert "写入即为市级核实，立即计入" in page and "县级申报，核实后" not in page
    page = upload(reporter, sheet(*rows, head=head), "funds").content.decode()
    assert "笔资金，状态为县级申报，核实后才计入" in page
    act(office, "commit", ImportBatch.objects.order_by("pk").first())
    assert set(FundEntry.objects.values_list("state", flat=True)) == {"city_verified", "claimed"}
