"""The audit trail: chained, insert-only, and written with the change or not at all."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.test import RequestFactory

from common import audit
from common.middleware import RequestContextMiddleware
from common.models import AuditEntry, AuditHead, Source
from tests.common.racing import race
from tests.make import make_user

ON_POSTGRES = connection.vendor == "postgresql"


@pytest.fixture
def chain(db):
    """Five entries, as five transactions would have written them."""
    user = make_user("coordinator")
    for number in range(1, 6):
        with transaction.atomic():
            audit.record(
                by=user, action="试写", label=f"第 {number} 笔", before={"值": number - 1}, after={"值": number}
            )
    return list(AuditEntry.objects.order_by("sequence"))


@pytest.fixture
def triggers_off():
    """Do what only someone with the database's own rights could: change rows behind the triggers."""
    with connection.cursor() as cursor:
        if ON_POSTGRES:
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            cursor.execute("DROP TRIGGER audit_entry_no_update")
            cursor.execute("DROP TRIGGER audit_entry_no_delete")


def test_entries_are_chained_from_the_first_to_the_head(chain):
    assert [entry.sequence for entry in chain] == [1, 2, 3, 4, 5]
    assert [entry.previous_digest for entry in chain] == [audit.GENESIS, *(entry.digest for entry in chain[:-1])]
    head = AuditHead.objects.get()
    assert (head.sequence, head.digest) == (5, chain[-1].digest)
    assert audit.broken_links() == []
    assert audit.data_stamp() == 5


def test_entry_says_who_from_where_what_and_the_result(db):
    user = make_user("leader")

    def view(request):
        with transaction.atomic():
            audit.record(
                by=user,
                action="签发",
                target=user,
                before={"额": Decimal("1.50"), "日": date(2023, 12, 1)},
                after={"额": None},
                succeeded=False,
            )
        return {}

    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.8")
    with pytest.raises(AttributeError):  # the view answers no response; the entry is written all the same
        RequestContextMiddleware(view)(request)
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.actor_name, entry.role, entry.address) == (user, user.username, "leader", "10.0.0.8")
    assert (entry.target_kind, entry.target_id, entry.target_label) == ("accounts.User", str(user.pk), str(user))
    assert (entry.before, entry.after) == ({"额": "1.50", "日": "2023-12-01"}, {"额": None})
    assert (entry.succeeded, entry.request_id) == (False, request.request_id)
    assert audit.broken_links() == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("actor_name", "someone.else"),
        ("action", "别的"),
        ("address", "1.2.3.4"),
        ("before", {"值": 99}),
        ("after", None),
        ("target_label", ""),
        ("succeeded", False),
        ("actor", None),
        ("role", "leader"),
        ("request_id", "x"),
    ],
)
def test_altered_entry_is_named(chain, triggers_off, field, value):
    AuditEntry.objects.filter(sequence=3).update(**{field: value})
    assert audit.broken_links() == ["审计记录第 3 条内容被改动"]


def test_altered_time_is_named(chain, triggers_off):
    entry = chain[1]
    AuditEntry.objects.filter(sequence=2).update(at=entry.at.replace(microsecond=(entry.at.microsecond + 1) % 10**6))
    assert audit.broken_links() == ["审计记录第 2 条内容被改动"]


def test_entry_rewritten_with_its_digest_is_named_by_the_next(chain, triggers_off):
    entry = chain[1]
    entry.action = "别的"
    entry.digest = audit.digest_of(entry)
    entry.save()
    assert audit.broken_links() == ["审计记录第 3 条与前一条不衔接"]


def test_deleted_entry_is_named(chain, triggers_off):
    AuditEntry.objects.filter(sequence=3).delete()
    assert audit.broken_links()[0] == "审计记录第 3 条缺失"


def test_deleted_entries_at_the_end_are_named(chain, triggers_off):
    AuditEntry.objects.filter(sequence__gte=4).delete()
    assert audit.broken_links() == ["审计记录末尾应为第 5 条，实有 3 条"]


def test_deleted_trail_is_named(chain, triggers_off):
    AuditEntry.objects.all().delete()
    assert audit.broken_links() == ["审计记录末尾应为第 5 条，实有 0 条"]


def test_swapped_entries_are_named(chain, triggers_off):
    AuditEntry.objects.filter(sequence=2).update(sequence=99)
    AuditEntry.objects.filter(sequence=3).update(sequence=2)
    AuditEntry.objects.filter(sequence=99).update(sequence=3)
    found = audit.broken_links()
    assert "审计记录第 2 条与前一条不衔接" in found and "审计记录第 3 条与前一条不衔接" in found


def test_chain_without_its_head_is_named(chain):
    AuditHead.objects.all().delete()
    assert audit.broken_links() == ["审计链条末端的登记缺失，实有 5 条"]


def refused(statement):
    """Return the database's words when it refuses the statement."""
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return str(error.value)


def test_database_refuses_to_change_or_delete_entries(chain):
    assert "insert-only" in refused("UPDATE common_auditentry SET action = 'x' WHERE sequence = 2")
    assert "insert-only" in refused("DELETE FROM common_auditentry WHERE sequence = 5")
    assert "insert-only" in refused("DELETE FROM common_auditentry")
    assert audit.broken_links() == []


@pytest.mark.skipif(not ON_POSTGRES, reason="SQLite has no TRUNCATE")
def test_database_refuses_to_empty_the_table(chain):
    connection.check_constraints()  # what is still to be checked would refuse it first
    assert "insert-only" in refused("TRUNCATE common_auditentry CASCADE")


def test_entry_outside_a_transaction_is_refused(transactional_db):
    with pytest.raises(RuntimeError):
        audit.record(by=None, action="试写")
    assert not AuditEntry.objects.exists()


def test_change_is_not_written_when_its_entry_cannot_be(transactional_db, monkeypatch):
    def full_disk(*_, **__):
        raise DatabaseError("disk full")

    monkeypatch.setattr(AuditEntry, "save", full_disk)
    with pytest.raises(DatabaseError), transaction.atomic():
        Source.objects.create(key="new", title="新来源")
        audit.record(by=None, action="新建来源")
    assert not Source.objects.exists() and not AuditHead.objects.exclude(sequence=0).exists()


def test_rolled_back_change_leaves_no_entry_and_no_gap(transactional_db):
    def write(fail):
        with transaction.atomic():
            audit.record(by=None, action="试写")
            if fail:
                raise ValueError

    write(False)
    with pytest.raises(ValueError):
        write(True)
    write(False)
    assert list(AuditEntry.objects.order_by("sequence").values_list("sequence", flat=True)) == [1, 2]
    assert audit.broken_links() == []


def test_writers_at_once_do_not_fork_the_chain(transactional_db):
    def write(number):
        for step in range(5):
            with transaction.atomic():
                audit.record(by=None, action="试写", label=f"{number}-{step}")

    assert [error for error in race(write, 16) if error] == []
    assert list(AuditEntry.objects.order_by("sequence").values_list("sequence", flat=True)) == list(range(1, 81))
    assert audit.broken_links() == []


def test_the_stamp_grows_with_what_can_change_figures_alone(chain):
    user = make_user("coordinator")

    def write(action, many=0):
        with transaction.atomic():
            if many:
                audit.record_many(by=user, action=action, changes=[(user, None, {"值": n}) for n in range(many)])
            else:
                audit.record(by=user, action=action)
        return audit.data_stamp()

    assert [write("登录"), write("导出"), write("下载通报", many=2), write("生成通报草稿")] == [5, 5, 5, 5]
    assert [write("没有人列过的操作"), write("退出"), write("保存填报", many=3)] == [11, 11, 15]
    head = AuditHead.objects.get()
    assert (head.sequence, head.data_sequence) == (15, 15) and audit.broken_links() == []


def test_the_stamp_begins_at_the_last_entry_and_its_column_comes_and_goes(transactional_db):
    with transaction.atomic():
        audit.record(by=None, action="试写")
        audit.record(by=None, action="登录")
    executor = MigrationExecutor(connection)
    leaf = executor.loader.graph.leaf_nodes("common")
    try:
        executor.migrate([("common", "0007_audit_archives")])
        with connection.cursor() as cursor:
            cursor.execute("SELECT sequence FROM common_audithead")
            assert cursor.fetchall() == [(2,)]
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(leaf)
    assert audit.data_stamp() == 2 and audit.broken_links() == []
