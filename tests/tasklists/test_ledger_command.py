"""The command ``import_ledger``: its JSON, all or nothing, its refusals."""

import json

import pytest
from django.core.management import call_command

from accounts.loading import load_organisations
from accounts.models import Organisation
from common.ledgers.writing import undo_batch
from common.models import AuditEntry, ImportBatch, UnlockRequest
from tasklists.models import ProgressReport, ReportRevision, TaskList
from tests import make
from tests.tasklists.ledger_files import progress, tasks

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site(db):
    make.make_business_date()
    load_organisations()


@pytest.fixture
def run(tmp_path, capsys):
    def command(kind, content, *options, name="台账.xlsx"):
        path = tmp_path / name
        path.write_bytes(content)
        status = 0
        try:
            call_command("import_ledger", kind, str(path), "--json", *options)
        except SystemExit as end:
            status = end.code
        said = capsys.readouterr()
        return status, json.loads(said.out) if said.out else None, said.err.strip()

    return command


GOOD = tasks(
    ["1", "产业", "甲", "市商务局", "市财政局", "2023年底"], ["2", "交通", "乙", "各县(市、区)人民政府", "", "长期"]
)
BAD = tasks(["1", "产业", "甲", "市商务局", "", "2023年底"], ["2", "交通", "乙", "市火星局", "", "长期"])


def test_without_commit_nothing_is_written(run):
    status, found, _ = run("tasks", GOOD)
    assert status == 0
    assert {key: found[key] for key in ("kind", "sheet", "header_row", "rows", "accepted", "errors", "batch")} == {
        "kind": "tasks", "sheet": "Sheet", "header_row": 2, "rows": 2, "accepted": 2, "errors": [], "batch": None,
    }  # fmt: skip
    assert found["preview"][0]["due_on"] == "2023-12-31"
    assert not TaskList.objects.exists() and not ImportBatch.objects.exists()


def test_commit_makes_a_draft_list_that_can_be_undone(run):
    status, found, _ = run("tasks", GOOD, "--commit")
    assert status == 0
    task_list = TaskList.objects.get()
    assert (task_list.state, task_list.title, task_list.items.count()) == ("draft", "2023年重点任务表", 2)
    first, second = task_list.items.order_by("order")
    assert set(first.assignments.values_list("organisation__short", "role", "decides")) == {
        ("市商务局", "lead", True),
        ("市财政局", "supporting", False),
    }
    counties = Organisation.objects.filter(kind="county").count()
    assert second.assignments.count() == counties
    assert [node.title for node in task_list.nodes.all()] == ["产业", "交通"]
    batch = ImportBatch.objects.get(pk=found["batch"])
    assert AuditEntry.objects.filter(action="导入台账", target_id=str(batch.pk)).exists()
    undo_batch(batch=batch, by=None)
    assert not TaskList.objects.exists()


def test_commit_with_an_error_writes_nothing(run):
    status, found, said = run("tasks", BAD, "--commit")
    assert (status, found["accepted"], found["batch"]) == (2, 1, None)
    assert [error["cell"] for error in found["errors"]] == ["D4"]
    assert "没有导入任何数据" in said and "\n" not in said
    assert not TaskList.objects.exists() and not ImportBatch.objects.exists()


def test_same_file_again_is_refused(run):
    run("tasks", GOOD, "--commit")
    status, _, said = run("tasks", GOOD, "--commit")
    assert status == 2 and "以前已导入" in said
    assert TaskList.objects.count() == 1


def test_progress_of_all_organisations(run):
    item = make.make_item(lead=Organisation.objects.get(short="市商务局"), code="7", title="办展会")
    status, found, _ = run("progress", progress(["7", "办展会", "序时推进", 60, "进展"]), "--commit")
    assert status == 0
    report = ProgressReport.objects.get(assignment__item=item)
    assert (report.period, report.state, report.percent, report.version) == ("2023-12", "draft", 60, 1)
    again = run("progress", progress(["7", "办展会", "序时推进", 70, "又有进展"]), "--commit")[1]
    report.refresh_from_db()
    assert (report.percent, report.version) == (70, 2)
    undo_batch(batch=ImportBatch.objects.get(pk=again["batch"]), by=None)
    report.refresh_from_db()
    assert (report.percent, report.text, report.version) == (60, "进展", 3)


def test_undo_is_refused_when_a_row_has_changed_since(run):
    from common.errors import UserError

    make.make_item(lead=Organisation.objects.get(short="市商务局"), code="7", title="办展会")
    found = run("progress", progress(["7", "办展会", "序时推进", 60, "进展"]), "--commit")[1]
    ProgressReport.objects.update(percent=80, version=2)
    with pytest.raises(UserError, match="又有改动"):
        undo_batch(batch=ImportBatch.objects.get(pk=found["batch"]), by=None)
    assert ProgressReport.objects.get().percent == 80


@pytest.mark.parametrize(
    ("kind", "content", "name", "message"),
    [
        ("weather", GOOD, "台账.xlsx", "台账种类"),
        ("tasks", b"", "台账.xlsx", "空的"),
        ("tasks", b"\xd0\xcf\x11\xe0", "台账.xls", "另存为 .xlsx"),
        ("tasks", tasks(), "台账.xlsx", "没有数据行"),
        ("tasks", "编号,重点任务\n".encode() + "1,甲\n".encode() * 20_001, "台账.csv", "超过 20,000 行"),
    ],
)
def test_refusals_are_one_sentence(run, kind, content, name, message):
    status, found, said = run(kind, content, "--commit", name=name)
    assert (status, found) == (2, None)
    assert message in said and "\n" not in said


def test_what_a_ledger_changes_in_a_month_opened_again_is_kept_as_a_correction(run):
    item = make.make_item(lead=Organisation.objects.get(short="市商务局"), code="7", title="办展会")
    make.make_report(item.assignments.get(), "2023-11", state="draft", percent=40, text="旧")
    asking, agreeing = make.make_user("coordinator"), make.make_user("coordinator")
    UnlockRequest.objects.create(
        area="tasks",
        period="2023-11",
        reason="漏报",
        asked_by=asking,
        asked_on=make.TODAY,
        agreed_by=agreeing,
        agreed_on=make.TODAY,
    )
    status, _, said = run(
        "progress", progress(["7", "办展会", "序时推进", 45, "旧"]), "--period", "2023-11", "--commit"
    )
    assert status == 0, said
    kept = ReportRevision.objects.get(field="percent")
    assert (kept.old, kept.new, kept.reason) == ("40", "45", "漏报")
