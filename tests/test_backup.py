"""The restore drill: a site backed up and restored elsewhere is the same site; what is not whole is refused."""

import hashlib
import json
import shutil
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest

from tests.program import Program

TODAY = "2023-12-13"
OUTSIDE = ("files/uploads/../../outside.txt", "/etc/outside.txt", "files/secret_key", "files/no/a.txt", "..\\a.txt")
LONG_AGO = """
from datetime import timedelta
from types import SimpleNamespace
from django.db import transaction
from django.utils import timezone
from common import audit
now = timezone.now() - timedelta(days=2000)
audit.timezone = SimpleNamespace(now=lambda: now)
for number in range(3):
    with transaction.atomic():
        audit.record(by=None, action="试写", label=f"第 {number} 笔")
"""
CHAIN = {"common.AuditEntry", "common.AuditHead"}  # the restore adds its own entry


def manage(program, *words):
    return program.command("manage.py", *words)


def done(answer):
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout


def refused(answer, words):
    assert answer.returncode == 2
    assert words in answer.stderr and answer.stderr.strip().count("\n") == 0
    assert answer.stdout == ""


def rows_of(archive):
    """The rows of each table in an archive, as values."""
    with zipfile.ZipFile(archive) as opened:
        names = [name for name in opened.namelist() if name.startswith("rows/")]
        return {
            name[len("rows/") : -len(".jsonl")]: [json.loads(line) for line in opened.read(name).splitlines()]
            for name in names
        }


def files_of(folder):
    """Every attachment and document below a DATA_DIR with its bytes."""
    parts = ("uploads", "documents", "audit-heads", "audit-archive")
    found = (path for part in parts for path in (folder / part).rglob("*"))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found if path.is_file()}


def rewrite(archive, target, change):
    """Copy an archive, each member as ``change(name, content)`` gives it; None leaves it out."""
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if (content := change(name, old.read(name))) is not None:
                new.writestr(name, content)
    return target


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """A site with the demonstration, a document, an exported head of its audit chain and its archived beginning."""
    program = Program(tmp_path_factory.mktemp("source"))
    done(manage(program, "migrate", "-v0"))
    done(manage(program, "shell", "-c", LONG_AGO))
    done(manage(program, "load_demo"))
    assert json.loads(done(manage(program, "archive_audit", "--json")))["archived"] == 3
    (program.data_dir / "documents" / "ab").mkdir(parents=True)
    (program.data_dir / "documents" / "ab" / "abc.pdf").write_bytes(b"%PDF-1.7 document")
    done(manage(program, "shell", "-c", "from common.tasks import export_audit_head; export_audit_head()"))
    return program


@pytest.fixture(scope="module")
def backup(source, tmp_path_factory):
    """(archive, what the command said)."""
    path = tmp_path_factory.mktemp("backup") / "site.zip"
    return path, json.loads(done(manage(source, "backup", "--out", str(path), "--json")))


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A migrated site without a row; tests that fill one take a copy."""
    program = Program(tmp_path_factory.mktemp("empty"))
    done(manage(program, "migrate", "-v0"))
    return program


def state_of(program):
    """All that a refused restore could have left: the database's rows and the files."""
    with closing(sqlite3.connect(program.data_dir / "db.sqlite3")) as database:
        dump = list(database.iterdump())
    return dump, sorted(p.as_posix() for p in program.data_dir.rglob("*") if p.suffix not in (".sqlite3-wal", ""))


def test_the_archive_is_whole_and_for_its_owner_only(source, backup):
    path, said = backup
    assert path.stat().st_mode & 0o777 == 0o600
    assert [left.name for left in path.parent.iterdir()] == [path.name]
    assert said["bytes"] == path.stat().st_size
    assert said["files"] == len(files_of(source.data_dir)) > 10
    assert said["tables"] == {label: len(rows) for label, rows in rows_of(path).items()}
    assert said["tables"]["accounts.User"] == 9 and said["tables"]["tasklists.ProgressReport"] > 3000


def test_restore_drill(source, backup, empty, tmp_path):
    path, said = backup
    restored = Program(shutil.copytree(empty.data_dir, tmp_path / "restored"))
    assert json.loads(done(manage(restored, "restore", str(path), "--json")))["tables"] == said["tables"]
    check = json.loads(done(manage(restored, "check_integrity", "--json")))
    assert check["ok"] and check["checked"]["audit"] == said["tables"]["common.AuditEntry"] + 1
    assert (check["checked"]["audit_heads"], check["checked"]["audit_archives"]) == (1, 1)
    figures = ("figures", "--as-of", TODAY, "--json")
    assert done(manage(restored, *figures)) == done(manage(source, *figures))
    assert files_of(restored.data_dir) == files_of(source.data_dir)
    again = tmp_path / "again.zip"
    done(manage(restored, "backup", "--out", str(again)))
    first, second = rows_of(path), rows_of(again)
    assert {t for t in first if first[t] != second[t]} == CHAIN
    assert second["common.AuditEntry"][: len(first["common.AuditEntry"])] == first["common.AuditEntry"]
    refused(manage(restored, "restore", str(path)), "本站已有账号")
    assert rows_of(path) == first


def test_a_backup_of_sqlite_lives_on_in_postgresql_and_comes_back(backup, empty, tmp_path, postgres_server):
    path, said = backup
    url = urlsplit(postgres_server.url)
    with closing(psycopg2.connect(postgres_server.url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("CREATE DATABASE restored")
    server = Program(tmp_path / "server", DATABASE_URL=url._replace(path="/restored").geturl())
    server.data_dir.mkdir()
    done(manage(server, "migrate", "-v0"))
    done(manage(server, "restore", str(path)))
    assert json.loads(done(manage(server, "check_integrity", "--json")))["ok"]
    # the next row of each kind gets a number of its own
    done(manage(server, "create_account", "xinren", "--role", "leader", "--generate"))
    back = tmp_path / "back.zip"
    done(manage(server, "backup", "--out", str(back)))
    first, second = rows_of(path), rows_of(back)
    changed = {"accounts.User", "accounts.PasswordHistory"}
    assert {t for t in first if first[t] != second[t]} <= CHAIN | changed
    assert len(second["accounts.User"]) == said["tables"]["accounts.User"] + 1
    home = Program(shutil.copytree(empty.data_dir, tmp_path / "home"))
    done(manage(home, "restore", str(back)))
    assert json.loads(done(manage(home, "check_integrity", "--json")))["ok"]


def test_what_is_not_whole_is_refused_and_writes_nothing(backup, empty, tmp_path):
    path, _ = backup
    before = state_of(empty)
    whole = path.read_bytes()
    damaged = {
        "truncated.zip": whole[: len(whole) * 2 // 3],
        "flipped.zip": whole[: len(whole) // 2] + bytes([whole[len(whole) // 2] ^ 1]) + whole[len(whole) // 2 + 1 :],
        "empty.zip": b"",
        "text.zip": b"not an archive",
    }
    for name, content in damaged.items():
        (tmp_path / name).write_bytes(content)
        refused(manage(empty, "restore", str(tmp_path / name)), "备份文件不完整或已被改动")
    rows = "rows/projects.FundEntry.jsonl"
    altered = {
        "a row altered": lambda name, held: held.replace(b"2023", b"2022", 1) if name == rows else held,
        "a table gone": lambda name, held: None if name == rows else held,
        "a file gone": lambda name, held: None if name.startswith("files/documents/") else held,
    }
    for name, change in altered.items():
        archive = rewrite(path, tmp_path / f"{name}.zip", change)
        refused(manage(empty, "restore", str(archive)), "备份文件不完整或已被改动")
    refused(manage(empty, "restore", str(tmp_path / "absent.zip")), "没有找到备份文件")
    assert state_of(empty) == before


def test_an_archive_whose_audit_chain_is_broken_is_refused_whole(backup, empty, tmp_path):
    """Rows altered together with the manifest: the chain tells, after rows were written and before they stay."""
    path, _ = backup
    before, member = state_of(empty), "rows/common.AuditEntry.jsonl"
    with zipfile.ZipFile(path) as opened:
        false = opened.read(member).replace("载入演示数据".encode(), "载入真实数据".encode(), 1)

    def change(name, held):
        if name == member:
            return false
        return json.dumps(resealed(json.loads(held), member, false)) if name == "manifest.json" else held

    archive = rewrite(path, tmp_path / "chain.zip", change)
    refused(manage(empty, "restore", str(archive)), "备份中的审计链条不完整（审计记录第")
    assert state_of(empty) == before


def resealed(manifest, name, content):
    manifest["members"][name] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    return manifest


@pytest.mark.parametrize(
    "name",
    [
        "files/uploads/../../outside.txt",
        "/etc/outside.txt",
        "files/secret_key",
        "files/other/a.txt",
        "..\\outside.txt",
    ],
)
def test_names_that_lead_out_of_the_folders_are_refused(backup, empty, tmp_path, name):
    path, _ = backup

    def change(member, held):
        return json.dumps(resealed(json.loads(held), name, b"outside")) if member == "manifest.json" else held

    before = state_of(empty)
    archive = rewrite(path, tmp_path / "names.zip", change)
    with zipfile.ZipFile(archive, "a") as opened:
        opened.writestr(name, b"outside")
    refused(manage(empty, "restore", str(archive)), "备份文件中有不允许的文件名")
    assert state_of(empty) == before
    assert not list(Path(empty.data_dir).parent.rglob("outside.txt"))


def test_a_backup_of_another_version_is_refused(backup, empty, tmp_path):
    path, _ = backup

    def change(name, held):
        if name != "manifest.json":
            return held
        manifest = json.loads(held)
        return json.dumps(manifest | {"migrations": [*manifest["migrations"], "reports.9999_later"]})

    archive = rewrite(path, tmp_path / "later.zip", change)
    refused(manage(empty, "restore", str(archive)), "备份来自另一版本的平台")


def test_a_place_that_cannot_be_written_is_refused(source, tmp_path):
    refused(manage(source, "backup", "--out", str(tmp_path / "absent" / "site.zip")), "请给出已有目录中的一个文件名")
    refused(manage(source, "backup"), "命令的参数有误")
