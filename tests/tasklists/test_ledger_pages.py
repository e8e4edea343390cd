"""The pages of ledgers: upload, check, map, import, undo, marked file, the month's form."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from accounts.loading import load_organisations
from accounts.models import Organisation
from common import jobs
from common.ledgers import batches
from common.models import AuditEntry, ColumnMapping, ImportBatch, Job, PeriodLock
from tasklists.models import ProgressReport, TaskList
from tests import make
from tests.tasklists.ledger_files import progress, tasks, xlsx

pytestmark = pytest.mark.django_db

GOOD = tasks(["1", "产业", "甲", "市商务局", "市财政局", "2023年底"], ["2", "交通", "乙", "市交通运输局", "", "长期"])
BAD = tasks(["1", "产业", "甲", "市火星局", "", "2023.1"], ["2", "交通", "乙", "市商务局", "", 2023.1])


@pytest.fixture(autouse=True)
def site(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    make.make_business_date()
    load_organisations()


@pytest.fixture
def office():
    return make.client_of(make.make_user("coordinator"))


@pytest.fixture
def unit():
    return Organisation.objects.get(short="市商务局")


@pytest.fixture
def reporter(unit):
    return make.client_of(make.make_user("dept_reporter", unit))


@pytest.fixture
def item(unit):
    return make.make_item(lead=unit, code="7", title="办展会")


def upload(client, content, kind="tasks", name="台账.xlsx", **data):
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("tasklists:ledgers"), {"kind": kind, "file": file} | data, follow=True)


def act(client, name, batch, **data):
    return client.post(reverse(f"tasklists:ledger_{name}", args=[batch.pk]), data, follow=True)


def test_checked_then_imported_then_undone(office):
    page = upload(office, GOOD).content.decode()
    batch = ImportBatch.objects.get()
    assert "将导入 <b>2</b> 项任务" in page and not TaskList.objects.exists()
    page = act(office, "commit", batch).content.decode()
    task_list = TaskList.objects.get()
    assert "已导入" in page and reverse("tasklists:list_detail", args=[task_list.slug]) in page
    act(office, "commit", batch)
    assert TaskList.objects.count() == 1
    page = act(office, "undo", batch).content.decode()
    assert "已撤销这次导入" in page and not TaskList.objects.exists()
    assert "已撤销" in act(office, "commit", batch).content.decode() and not TaskList.objects.exists()
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"上传台账", "导入台账", "撤销台账导入"} <= actions


def test_errors_are_shown_by_cell_and_nothing_can_be_imported(office):
    page = upload(office, BAD).content.decode()
    batch = ImportBatch.objects.get()
    assert "<b>D3</b>" in page and "不认识的单位“市火星局”" in page and "<b>F4</b>" in page
    assert reverse("tasklists:ledger_commit", args=[batch.pk]) not in page
    assert "没有导入任何数据" in act(office, "commit", batch).content.decode()
    assert not TaskList.objects.exists()


def test_marked_file_colours_cells_and_tells_the_reasons(office):
    upload(office, BAD)
    answer = office.get(reverse("tasklists:ledger_marked", args=[ImportBatch.objects.get().pk]))
    sheet = load_workbook(BytesIO(answer.content)).active
    assert (sheet["D3"].value, sheet["F4"].value) == ("市火星局", 2023.1)
    assert "不认识的单位" in sheet["D3"].comment.text and "10 月" in sheet["F4"].comment.text
    assert (sheet["D3"].fill.fgColor.rgb, sheet["F4"].fill.fgColor.rgb) == ("FFF9C5C0", "FFFBE8B0")
    assert sheet["C3"].comment is None and sheet["C3"].fill.fill_type is None


def test_formulas_in_uploaded_text_stay_text_in_the_marked_file(office):
    content = "编号,重点任务,牵头单位\n1,=1+1,市火星局\n".encode()
    upload(office, content, name="台账.csv")
    answer = office.get(reverse("tasklists:ledger_marked", args=[ImportBatch.objects.get().pk]))
    cell = load_workbook(BytesIO(answer.content)).active["B2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_unknown_column_is_mapped_by_hand_and_remembered(office):
    content = xlsx([["序号", "干什么", "牵头单位"], [1, "甲", "市商务局"]])
    page = upload(office, content)
    assert "没有认出" in page.content.decode()
    batch = ImportBatch.objects.get()
    page = act(office, "mapping", batch, map_title="干什么", map_serial="序号", map_lead="牵头单位")
    assert "将导入 <b>1</b> 项任务" in page.content.decode()
    assert ColumnMapping.objects.get().mapping == {"title": "干什么", "serial": "序号", "lead": "牵头单位"}
    again = upload(office, xlsx([["序号", "干什么", "牵头单位"], [1, "乙", "市商务局"]]))
    assert "将导入 <b>1</b> 项任务" in again.content.decode()


def test_one_column_cannot_be_two_fields(office):
    upload(office, GOOD)
    page = act(office, "mapping", ImportBatch.objects.get(), map_title="重点任务", map_measures="重点任务")
    assert "指定了两次" in page.content.decode() and not ColumnMapping.objects.exists()


def test_tasks_are_added_to_a_chosen_draft(office):
    draft = make.make_list(state="draft")
    make.make_item(draft, code="1", assigned_on=None)
    assert "编号“1”重复，清单里已有" in upload(office, GOOD, task_list=draft.slug).content.decode()
    rows = tasks(["5", "产业融入", "丙", "市商务局", "", "长期"])
    upload(office, rows, task_list=draft.slug)
    batch = ImportBatch.objects.first()
    act(office, "commit", batch)
    assert list(draft.items.order_by("order").values_list("code", flat=True))[-1] == "5"
    act(office, "undo", batch)
    assert draft.items.count() == 1


def test_imported_list_that_was_assigned_cannot_be_undone(office):
    upload(office, GOOD)
    batch = ImportBatch.objects.get()
    act(office, "commit", batch)
    TaskList.objects.update(state="in_force")
    assert "不能撤销" in act(office, "undo", batch).content.decode()
    assert TaskList.objects.get().items.count() == 2


def test_reporter_brings_in_their_own_progress(reporter, item):
    upload(reporter, progress(["7", "办展会", "序时推进", 60, "完成选址。"]), "progress")
    batch = ImportBatch.objects.get()
    page = act(reporter, "commit", batch).content.decode()
    report = ProgressReport.objects.get()
    assert (report.state, report.percent, report.text, report.period) == ("draft", 60, "完成选址。", "2023-12")
    assert "去“我的任务”核对、提交" in page
    act(reporter, "undo", batch)
    assert not ProgressReport.objects.exists()


def test_undo_of_progress_is_refused_after_a_change_or_a_lock(reporter, item):
    upload(reporter, progress(["7", "", "", 60, "进展"]), "progress")
    batch = ImportBatch.objects.get()
    act(reporter, "commit", batch)
    PeriodLock.objects.create(area="tasks", period="2023-12", locked_on=make.TODAY)
    assert "已锁定" in act(reporter, "undo", batch).content.decode()
    PeriodLock.objects.all().delete()
    ProgressReport.objects.update(version=2)
    assert "又有改动" in act(reporter, "undo", batch).content.decode()
    assert ProgressReport.objects.get().percent == 60


def test_import_over_somebody_elses_newer_save_is_refused(reporter, item):
    report = make.make_report(item.assignments.get(), "2023-12", state="draft", percent=10)
    upload(reporter, progress(["7", "", "", 60, "进展"]), "progress")
    ProgressReport.objects.filter(pk=report.pk).update(state="submitted", version=2)
    assert "没有导入任何数据" in act(reporter, "commit", ImportBatch.objects.get()).content.decode()
    report.refresh_from_db()
    assert report.percent == 10


def test_reporters_see_their_organisations_ledgers_alone(reporter, item):
    upload(reporter, progress(["7", "", "", 60, "进展"]), "progress")
    url = reverse("tasklists:ledger", args=[ImportBatch.objects.get().pk])
    colleague = make.client_of(make.make_user("dept_reporter", Organisation.objects.get(short="市商务局")))
    stranger = make.client_of(make.make_user("dept_reporter", Organisation.objects.get(short="市财政局")))
    assert (colleague.get(url).status_code, stranger.get(url).status_code) == (200, 404)
    assert "台账.xlsx" not in stranger.get(reverse("tasklists:ledgers")).content.decode()


def test_reporter_cannot_bring_in_tasks(reporter):
    answer = upload(reporter, GOOD, kind="tasks")
    assert answer.status_code == 400 and not ImportBatch.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("台账.xlsx", b"PK\x03\x04nothing", "损坏"),
        ("台账.xls", b"\xd0\xcf\x11\xe0", "另存为 .xlsx"),
        ("台账.xlsx", tasks(), "没有数据行"),
        ("台账.csv", b"a,b\n1,2\n", "没有找到表头"),
    ],
)
def test_refused_files_leave_nothing_behind(office, tmp_path, name, content, message):
    answer = upload(office, content, name=name)
    assert answer.status_code == 400 and message in answer.content.decode()
    assert not ImportBatch.objects.exists() and not list(tmp_path.rglob("ledgers/*"))


def test_form_of_the_month_comes_back_unchanged_and_filled(reporter, item, unit):
    make.make_report(item.assignments.get(), "2023-12", state="returned", percent=50, text="一行\n\n二行")
    other = make.make_item(lead=unit, code="8-1", title="另一件")
    make.make_report(other.assignments.get(), "2023-11", percent=30, text="上期的话")
    answer = reporter.get(reverse("tasklists:ledger_template"), {"period": "2023-12"})
    page = upload(reporter, answer.content, "progress")
    assert page.context["report"]["unchanged"] == page.context["report"]["rows"] == 2
    assert page.context["report"]["to_write"] == 0
    book = load_workbook(BytesIO(answer.content))
    sheet = book.active
    rows = {row[1].value: row for row in sheet.iter_rows(min_row=4)}
    assert (rows["8-1"][5].value, rows["8-1"][6].value) == (30, "上期的话")
    rows["8-1"][8].value, rows["8-1"][9].value = 45, "本期的话"
    filled = BytesIO()
    book.save(filled)
    upload(reporter, filled.getvalue(), "progress")
    act(reporter, "commit", ImportBatch.objects.first())
    report = ProgressReport.objects.get(assignment__item=other, period="2023-12")
    assert (report.percent, report.text, report.status) == (45, "本期的话", "under_way")


def test_form_of_the_month_holds_ones_own_parts_alone(reporter, item):
    stranger = Organisation.objects.get(short="市财政局")
    make.make_item(lead=stranger, title="别家的事")
    answer = reporter.get(reverse("tasklists:ledger_template"))
    text = str([cell.value for row in load_workbook(BytesIO(answer.content)).active for cell in row])
    assert "办展会" in text and "别家的事" not in text


def test_large_ledgers_go_through_a_job(office, monkeypatch):
    monkeypatch.setattr(batches, "SMALL_BYTES", 10)
    page = upload(office, GOOD)
    job = Job.objects.get()
    assert reverse("job", args=[job.pk]) in page.content.decode()
    batch = ImportBatch.objects.get()
    assert batch.report is None and "还没有检查完" in act(office, "commit", batch).content.decode()
    assert jobs.run(job.pk)
    act(office, "commit", batch)
    assert not TaskList.objects.exists()
    assert jobs.run(Job.objects.first().pk)
    batch.refresh_from_db()
    assert (batch.state, TaskList.objects.get().items.count()) == ("committed", 2)


def test_job_of_a_large_file_that_cannot_be_read_says_why(office, monkeypatch):
    monkeypatch.setattr(batches, "SMALL_BYTES", 10)
    upload(office, tasks())
    assert jobs.run(Job.objects.get().pk)
    page = office.get(reverse("tasklists:ledger", args=[ImportBatch.objects.get().pk]))
    assert "没有数据行" in page.content.decode()
