"""Old entries go to a file and the chain stays verifiable; nothing else ever leaves."""

import gzip
import json
from datetime import timedelta
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from common import audit, audit_archive
from common.models import AuditArchive, AuditEntry
from common.tasks import archive_audit
from tests.make import client_of, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def trail(monkeypatch, tmp_path, settings):
    """Entries 1000, 999, … days old, ten of them, and one of 100 days; each in its own transaction."""
    settings.DATA_DIR = tmp_path
    user = make_user("coordinator")
    now = timezone.now()
    for number, days in enumerate([*range(1000, 990, -1), 100], 1):
        monkeypatch.setattr(audit, "timezone", SimpleNamespace(now=lambda days=days: now - timedelta(days=days)))
        with transaction.atomic():
            after = {"值": "1.50", "号": number}
            if number in (4, 11):
                audit.record(by=user, action="封存", target=user, label=f"第 {number} 笔", after=after | {"seal": "a"})
            else:
                audit.record(by=user, action="试写", label=f"第 {number} 笔", after=after)
    monkeypatch.setattr(audit, "timezone", timezone)
    return tmp_path / "audit-archive"


def archive(*words):
    """Return (exit status, standard output, standard error) of the command."""
    output, errors, status = StringIO(), StringIO(), 0
    try:
        call_command("archive_audit", *words, stdout=output, stderr=errors)
    except SystemExit as end:
        status = end.code
    return status, output.getvalue(), errors.getvalue()


def numbers():
    return list(AuditEntry.objects.order_by("sequence").values_list("sequence", flat=True))


def execute(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def triggers_off():
    """Do what only someone with the database's own rights could."""
    if connection.vendor == "postgresql":
        execute("SET LOCAL session_replication_role = replica")
    else:
        for name in ("entry_no_update", "entry_no_delete", "archive_no_update", "archive_no_delete"):
            execute(f"DROP TRIGGER audit_{name}")


def all_faults():
    register = AuditArchive.objects.get()
    return audit.broken_links() + list(audit_archive.archive_faults(register, {}))


def test_old_entries_go_to_a_file_and_the_chain_goes_on(trail):
    held = {entry.sequence: audit.digest_of(entry) for entry in AuditEntry.objects.all()}
    status, output, _ = archive("--days", "990", "--json")
    told = json.loads(output)
    assert (status, told["archived"], told["first"], told["last"]) == (0, 10, 1, 10)
    assert numbers() == [11, 12] and all_faults() == []
    (path,) = trail.iterdir()
    assert path.name == told["file"] and path.stat().st_mode & 0o777 == 0o600
    found = list(audit_archive.read_file(path))
    assert {entry.sequence: audit.digest_of(entry) for entry in found} == {n: held[n] for n in range(1, 11)}
    assert AuditEntry.objects.get(sequence=12).action == "归档审计记录"


def test_a_second_archive_begins_where_the_first_ended(trail, monkeypatch):
    archive("--days", "995")
    assert numbers()[0] == 7
    archive("--days", "990")
    first, second = AuditArchive.objects.order_by("last_sequence")
    assert (first.last_sequence + 1, first.last_digest) == (second.first_sequence, second.previous_digest)
    assert audit.broken_links() == []
    assert not [fault for one in (first, second) for fault in audit_archive.archive_faults(one, {})]
    assert audit.data_stamp() == numbers()[-1] == 13


def test_nothing_old_enough_changes_nothing(trail):
    assert archive("--days", "2000") == (0, "没有超过 2000 天的审计记录。\n", "")
    assert len(numbers()) == 11 and not AuditArchive.objects.exists() and not trail.exists()


@pytest.mark.parametrize("days", ["179", "0", "-5"])
def test_under_180_days_is_refused(trail, days):
    status, output, errors = archive("--days", days)
    assert (status, output) == (2, "") and "至少在库中保存 180 天" in errors
    assert len(numbers()) == 11


def test_every_month_what_is_past_three_years_goes(trail, settings):
    assert settings.AUDIT_KEEP_DAYS == 1095
    archive_audit()
    assert len(numbers()) == 11
    settings.AUDIT_KEEP_DAYS = 30  # taken as 180
    archive_audit()
    assert numbers() == [11, 12]


def test_a_broken_chain_is_not_archived(trail):
    triggers_off()
    AuditEntry.objects.filter(sequence=3).update(action="改头换面")
    status, _, errors = archive("--days", "990")
    assert status == 2 and "第 3 条内容被改动" in errors
    assert len(numbers()) == 11 and not trail.exists()


def refused(statement):
    with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic():
        execute(statement)


def test_the_database_lets_go_only_of_what_an_archive_holds_and_is_old(trail):
    refused("DELETE FROM common_auditentry WHERE sequence = 1")
    archive("--days", "995")
    refused("DELETE FROM common_auditentry WHERE sequence = 7")
    false = AuditArchive.objects.get()
    false.pk, false.last_sequence = None, 13  # a register that claims young entries as well
    false.save()
    refused("DELETE FROM common_auditentry WHERE sequence = 11")
    refused("UPDATE common_auditarchive SET last_sequence = 1")
    refused("DELETE FROM common_auditarchive")
    assert "归档至第 13 条的登记与链条所记不符" in audit.broken_links()[0]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE common_auditarchive SET last_digest = previous_digest",
        "UPDATE common_auditarchive SET sha256 = previous_digest",
        "UPDATE common_auditarchive SET kept = '[1]'",
        "UPDATE common_auditarchive SET first_sequence = 2",
        "DELETE FROM common_auditarchive",
        "UPDATE common_auditentry SET after = NULL WHERE action = '归档审计记录'",
        "DELETE FROM common_auditentry WHERE action = '归档审计记录'",
        "DELETE FROM common_auditentry WHERE sequence = 11",
    ],
)
def test_whoever_changes_the_register_is_found(trail, change):
    archive("--days", "990")
    triggers_off()
    execute(change)
    assert audit.broken_links()


def test_whoever_changes_the_file_is_found(trail):
    archive("--days", "990")
    (path,) = trail.iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:])
    assert "内容与登记的摘要不符" in all_faults()[0]
    path.unlink()
    assert "缺失或不能读取" in all_faults()[0]


def test_whoever_changes_an_archived_entry_with_the_files_digest_is_found(trail):
    archive("--days", "990")
    (path,) = trail.iterdir()
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()).replace("第 4 笔".encode(), "第 5 笔".encode())))
    triggers_off()
    AuditArchive.objects.update(sha256=audit_archive.file_digest(path)[0])
    found = all_faults()
    assert any("归档至第 10 条的登记与链条所记不符" in sentence for sentence in found)
    assert any("第 4 条内容被改动" in sentence for sentence in found)


def test_a_head_exported_before_still_counts(trail):
    heads = {10: "0" * 64, 3: "1" * 64}
    archive("--days", "990")
    assert [number for number, _ in audit.chain_faults(heads)] == [10]
    faults = list(audit_archive.archive_faults(AuditArchive.objects.get(), heads))
    assert len(faults) == 2 and "第 3 条与当日导出的链条末端不一致" in faults[0]


def sealed():
    found = audit_archive.sealing_entries(target_kind="accounts.User", action="封存")
    return [(entry.sequence, entry.target_label, entry.after) for entry in found]


def test_what_holds_a_seal_stays_at_hand(trail):
    before = sealed()
    assert [number for number, *_ in before] == [4, 11]
    archive("--days", "990")
    assert numbers()[0] == 11 and sealed() == before
    assert [held["sequence"] for held in AuditArchive.objects.get().kept] == [4]


def test_clocks_that_went_back_let_nothing_young_go(trail, monkeypatch):
    """An entry of 985 days follows one of 100: numbers decide, and it stays with what it follows."""
    old = timezone.now() - timedelta(days=985)
    monkeypatch.setattr(audit, "timezone", SimpleNamespace(now=lambda: old))
    with transaction.atomic():
        audit.record(by=None, action="试写")
    monkeypatch.setattr(audit, "timezone", timezone)
    archive("--days", "980")
    assert numbers() == [11, 12, 13] and all_faults() == []


def test_the_auditor_sees_what_was_archived(trail):
    archive("--days", "990")
    page = client_of(make_user("auditor")).get("/audit/check/").content.decode()
    assert "1–10" in page and AuditArchive.objects.get().sha256 in page and "首尾相接" in page
