"""The check of everything that must not change: each alteration is found and named, and nothing else is."""

import hashlib
import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection

from accounts.models import User
from common import audit, jobs
from common.files import write_file
from common.models import AuditEntry, ImportBatch
from common.tasks import export_audit_head
from indicators.models import AssessmentResult
from projects.models import FundEntry, ProjectFile
from reports.bulletins import building, publishing
from reports.bulletins.editions import Edition
from reports.integrity.findings import Findings
from reports.integrity.issues import check_bulletins
from reports.models import Bulletin, NewsItem
from tasklists.models import Evidence
from tests.reports.test_bulletins import PNG

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_site")]

TODAY = date(2023, 12, 13)


def check():
    """Return (exit status, document) of the command."""
    output, status = StringIO(), 0
    try:
        call_command("check_integrity", "--json", stdout=output)
    except SystemExit as end:
        status = end.code
    return status, json.loads(output.getvalue())


def faults(kind):
    status, document = check()
    assert {fault["kind"] for fault in document["faults"]} == {kind}
    assert (status, document["ok"]) == (1, False)
    return document["faults"]


@pytest.fixture
def folders(tmp_path, settings):
    """Places of the test's own for what is written, with the demonstration's attachments in them."""
    own = tmp_path / "uploads"
    for model in (Evidence, ProjectFile):
        for row in model.objects.all():
            write_file(own / row.path, (Path(settings.MEDIA_ROOT) / row.path).read_bytes())
    settings.DATA_DIR, settings.MEDIA_ROOT, settings.DOCUMENT_ROOT = tmp_path, own, tmp_path / "documents"


@pytest.fixture
def issue(monkeypatch, folders):
    """An issue as the leader publishes it, with pictures."""
    monkeypatch.setattr(building, "chart_png", lambda figure, width, height: PNG)
    office, leader = User.objects.get(username="xietiaoban"), User.objects.get(username="lingdao")
    draft = building.store_built(building.build(Edition("monthly", "2023-11"), today=TODAY), by=office)
    sent = publishing.send_for_signing(bulletin=draft, version=draft.version, by=office, answer="均已核对。")
    assert jobs.run(publishing.request_publishing(bulletin=sent, by=leader).pk)
    return Bulletin.objects.get(pk=draft.pk)


def execute(*statements):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def alter_trail(statement):
    """Change the audit trail as someone would who owns the database: its triggers out of force."""
    if connection.vendor == "postgresql":
        execute("SET LOCAL session_replication_role = replica", statement)
        execute("SET LOCAL session_replication_role = origin")
    else:
        execute("DROP TRIGGER audit_entry_no_update", "DROP TRIGGER audit_entry_no_delete", statement)


def flip_a_bit(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_the_demonstration_is_sound_and_everything_was_looked_at(folders):
    status, document = check()
    assert (status, document["ok"], document["faults"]) == (0, True, [])
    checked = document["checked"]
    assert checked["audit"] == AuditEntry.objects.count() > 0
    assert checked["bulletins"] == Bulletin.objects.filter(state="published").count() > 40
    assert checked["attachments"] == Evidence.objects.count() + ProjectFile.objects.count() > 0
    assert checked["assessments"] == AssessmentResult.objects.count() > 0
    assert checked["vouchers"] > 0 and checked["figures"] > 100


def test_the_check_itself_changes_nothing(folders):
    before = audit.data_stamp()
    check()
    assert audit.data_stamp() == before


def test_without_json_it_says_the_same_in_words(folders):
    output = StringIO()
    call_command("check_integrity", stdout=output)
    assert "已印发的通报 43" in output.getvalue() and "发现问题 0 处" in output.getvalue()


def test_an_argument_that_is_none_is_refused_with_status_2(capsys):
    with pytest.raises(SystemExit) as end:
        call_command("check_integrity", "--all")
    assert end.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_an_altered_audit_row_is_named(folders):
    alter_trail("UPDATE common_auditentry SET action = '改头换面' WHERE sequence = 2")
    assert [(f["target"], f["message"]) for f in faults("audit")] == [
        ("common.AuditEntry 2", "审计记录第 2 条内容被改动")
    ]


def test_a_deleted_audit_row_is_named(folders):
    alter_trail("DELETE FROM common_auditentry WHERE sequence = 3")
    assert faults("audit")[0]["message"] == "审计记录第 3 条缺失"


def test_a_chain_made_anew_does_not_have_the_exported_head(folders):
    """Whoever rewrites the last entry with its digest, and the head's, is told by the file of the day."""
    export_audit_head()
    last = AuditEntry.objects.order_by("-sequence").first()
    last.action = "改头换面"
    digest = audit.digest_of(last)
    alter_trail(
        f"UPDATE common_auditentry SET action = '改头换面', digest = '{digest}' WHERE sequence = {last.sequence}"
    )
    execute(f"UPDATE common_audithead SET digest = '{digest}'")
    assert audit.broken_links() == []
    (found,) = faults("audit")
    assert found["message"] == f"审计记录第 {last.sequence} 条与当日导出的链条末端不一致"


def test_a_cut_chain_does_not_reach_the_exported_head(folders):
    export_audit_head()
    last, before = AuditEntry.objects.order_by("-sequence")[:2]
    alter_trail(f"DELETE FROM common_auditentry WHERE sequence = {last.sequence}")
    execute(f"UPDATE common_audithead SET sequence = {before.sequence}, digest = '{before.digest}'")
    assert audit.broken_links() == []
    (found,) = faults("audit")
    assert found["message"] == f"审计记录第 {last.sequence} 条已导出过链条末端，现在缺失"


def test_an_issue_is_sound_when_published_and_when_withdrawn(issue):
    assert check()[0] == 0
    office = User.objects.get(username="lingdao")
    publishing.withdraw(bulletin=issue, version=issue.version, reason="附件有误。", by=office, on=TODAY)
    status, document = check()
    assert (status, document["checked"]["bulletins"]) == (0, 44)


def test_one_flipped_bit_of_an_issue_is_named(issue):
    files = {"Word": building.document_path(issue.docx_sha256, "docx")}
    files["PDF"] = building.document_path(issue.pdf_sha256, "pdf")
    for path in files.values():
        flip_a_bit(path)
    found = faults("bulletins")
    assert {fault["target"] for fault in found} == {f"reports.Bulletin {issue.pk}"}
    assert [fault["message"].partition("》")[2] for fault in found] == [
        f"的 {word} 文件内容与登记的摘要不符（{path.name}）" for word, path in files.items()
    ]
    assert found[0]["message"].startswith(f"第{issue.issue}期《{issue.title}》")


def test_a_deleted_file_of_an_issue_is_named(issue):
    building.document_path(issue.pdf_sha256, "pdf").unlink()
    assert "的 PDF 文件缺失" in faults("bulletins")[0]["message"]


def test_an_altered_picture_of_an_issue_is_named(issue):
    digest = next(iter(issue.figures["pictures"].values()))
    flip_a_bit(building.document_path(digest, "png"))
    assert all(f"文件内容与登记的摘要不符（{digest}.png）" in found["message"] for found in faults("bulletins"))


def test_a_file_put_in_place_of_the_issued_one_with_its_digest_is_named(issue):
    false = b"%PDF-1.7 another text"
    digest = hashlib.sha256(false).hexdigest()
    write_file(building.document_path(digest, "pdf"), false)
    Bulletin.objects.filter(pk=issue.pk).update(pdf_sha256=digest, pdf_file=f"{digest}.pdf")
    (found,) = faults("bulletins")
    assert "登记的 PDF 摘要与印发时的审计记录不符" in found["message"]


def test_altered_words_and_figures_of_an_issue_are_named(issue):
    for field in ("content", "figures", "plain_text", "title"):
        true = getattr(issue, field)
        altered = json.loads(json.dumps(true, ensure_ascii=False).replace("2", "3", 1))
        assert altered != true
        Bulletin.objects.filter(pk=issue.pk).update(**{field: altered})
        findings = Findings()
        check_bulletins(findings)
        assert ["的正文或数字与印发时不符" in fault.message for fault in findings.faults] == [True], field
        Bulletin.objects.filter(pk=issue.pk).update(**{field: true})
    Bulletin.objects.filter(pk=issue.pk).update(state="draft")
    (found,) = faults("bulletins")
    assert found["message"] == f"已印发的《{issue.title}》不在已印发的通报中"


@pytest.mark.parametrize("model", [Evidence, ProjectFile])
def test_altered_and_deleted_attachments_are_named(folders, model):
    first, second = model.objects.order_by("pk")[:2]
    flip_a_bit(Path(settings.MEDIA_ROOT) / first.path)
    (Path(settings.MEDIA_ROOT) / second.path).unlink()
    found = faults("attachments")
    assert [fault["target"] for fault in found] == [f"{model._meta.label} {row.pk}" for row in (first, second)]
    assert f"“{first.name}”文件内容与登记的摘要不符" in found[0]["message"]
    assert f"“{second.name}”文件缺失" in found[1]["message"]


def test_photos_and_ledgers_are_checked(folders):
    kept = {"photo": ("news/aa/1.png", PNG), "ledger": ("ledgers/1", b"ledger")}
    for stored, content in kept.values():
        write_file(Path(settings.MEDIA_ROOT) / stored, content)
    news = NewsItem.objects.first()
    NewsItem.objects.filter(pk=news.pk).update(
        photo=kept["photo"][0], photo_sha256=hashlib.sha256(PNG).hexdigest(), photo_caption="现场"
    )
    batch = ImportBatch.objects.create(
        kind="tasks", file_name="台账.xlsx", digest=hashlib.sha256(b"ledger").hexdigest(), path=kept["ledger"][0]
    )
    assert check()[0] == 0
    for stored, _ in kept.values():
        flip_a_bit(Path(settings.MEDIA_ROOT) / stored)
    assert {fault["target"] for fault in faults("attachments")} == {
        f"reports.NewsItem {news.pk}",
        f"common.ImportBatch {batch.pk}",
    }


def test_an_altered_result_of_an_assessment_is_named(folders):
    result = AssessmentResult.objects.select_related("scheme_version__scheme").first()
    content = result.content
    content["groups"][0]["rows"][0]["rank"] = 99
    AssessmentResult.objects.filter(pk=result.pk).update(content=content)
    (found,) = faults("assessments")
    assert found["target"] == f"indicators.AssessmentResult {result.pk}"
    assert result.scheme_version.scheme.name in found["message"]


def test_a_voucher_that_is_not_its_file_is_named(folders):
    entry = FundEntry.objects.exclude(voucher_sha256=None).exclude(voucher_file=None).first()
    FundEntry.objects.filter(pk=entry.pk).update(voucher_sha256="0" * 64)
    (found,) = faults("vouchers")
    assert found["target"] == f"projects.FundEntry {entry.pk}"


def test_a_remembered_figure_that_the_rows_do_not_bear_out_is_named(folders):
    assert check()[0] == 0
    name = f"project-summary:{TODAY}:{audit.data_stamp()}"
    summary = cache.get(name)
    FundEntry.objects.filter(state="city_verified", month="2023-05").update(amount=1)  # not told to the audit chain
    assert cache.get(name) == summary
    keys = {fault["target"] for fault in faults("figures")}
    assert "funds.in_place" in keys


def test_figures_come_from_the_rows_when_computed_anew(folders):
    from common.remember import computed_anew, remembered

    cache.set(f"a-figure:{audit.data_stamp()}", 1)
    assert remembered("a-figure", lambda: 2) == 1
    with computed_anew():
        assert remembered("a-figure", lambda: 2) == 2
    assert remembered("a-figure", lambda: 2) == 1
