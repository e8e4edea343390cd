"""Restoring a backup into an empty site: everything, or nothing at all.

The archive is read through and compared with its manifest before a row is written. The files are laid beside their
places first; rows, counts and the audit chain are checked within one transaction, and the files take their places
just before it is committed. Whatever fails on the way is taken back.
"""

import os
import shutil
import tempfile
import zipfile
import zlib
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection, transaction

from common import audit, workdays
from common.backup import archive, rows
from common.errors import UserError
from common.files import BLOCK, file_digest, sync_folder


def restore_backup(path: Path) -> dict:
    """Restore the archive and return {"tables": {label: rows}, "files": n}. Raises UserError; then nothing is written.

    The restore itself adds the one audit entry that says so.
    """
    check_empty()
    try:
        with zipfile.ZipFile(path) as opened:
            manifest = archive.read_manifest(opened)
            archive.check_members(opened, manifest)
            _check_tables(manifest)
            digest, _ = file_digest(path)
            with _staged(opened, manifest) as staged, _taken_back_on_failure() as placed, transaction.atomic():
                rows.take_time()
                _load(opened, manifest)
                audit.record(by=None, action="恢复备份", label=path.name, after={"sha256": digest})
                _place(staged, placed)
    except FileNotFoundError as error:
        raise UserError(f"没有找到备份文件“{path}”。") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, KeyError, TypeError, ValueError) as error:
        raise UserError(archive.DAMAGED) from error
    except DatabaseError as error:
        raise UserError("备份中的数据与数据库的规则不符，没有恢复任何数据。") from error
    except OSError as error:
        raise UserError("文件读写出错或磁盘空间不足，没有恢复任何数据。") from error
    workdays.stamp_if_edited()
    return {
        "tables": {label: table["rows"] for label, table in manifest["tables"].items()},
        "files": len(staged),
    }


def check_empty() -> None:
    """Raise UserError unless this site has its tables and no rows in them."""
    if get_user_model().objects.exists():
        raise UserError("本站已有账号，不是空站点；请换一个空的 DATA_DIR 或空的数据库再恢复。")
    for model in rows.kept_models():
        if model._base_manager.exists():
            name = model._meta.verbose_name
            raise UserError(f"本站已有数据（{name}），不是空站点；请换一个空的 DATA_DIR 或空的数据库再恢复。")


def _check_tables(manifest) -> None:
    """The tables here must be those of the backup: it is restored by the version that made it, then migrated."""
    here = {model._meta.label: [field.attname for field in rows.columns_of(model)] for model in rows.kept_models()}
    there = {label: table["columns"] for label, table in manifest["tables"].items()}
    if manifest["migrations"] != rows.applied_migrations() or here != there:
        raise UserError("备份来自另一版本的平台，没有恢复任何数据。请用做备份的版本恢复，再升级。")


def _load(opened, manifest) -> None:
    for model in rows.kept_models():
        label = model._meta.label
        table = manifest["tables"][label]
        with opened.open(archive.rows_member(label)) as lines:
            count = rows.load_rows(model, table["columns"], lines)
        if count != table["rows"] or model._base_manager.count() != count:
            raise UserError(archive.DAMAGED)
    rows.reset_sequences()
    connection.check_constraints()
    if broken := audit.broken_links():
        raise UserError(f"备份中的审计链条不完整（{broken[0]}），没有恢复任何数据。")


@contextmanager
def _staged(opened, manifest):
    """Yield {file laid ready: its place}; what was not moved to its place goes in the end."""
    folder = Path(tempfile.mkdtemp(dir=settings.DATA_DIR, prefix=".restore-"))
    try:
        staged = {}
        for number, name in enumerate(name for name in manifest["members"] if name.startswith("files/")):
            ready = folder / str(number)
            with opened.open(name) as stream, ready.open("xb") as file:
                shutil.copyfileobj(stream, file, BLOCK)
                file.flush()
                os.fsync(file.fileno())
            ready.chmod(0o600)
            staged[ready] = archive.target_of(name)
        yield staged
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _taken_back_on_failure():
    """Yield a list for the files put in their places; they go again when the rows do not stay."""
    placed = []
    try:
        yield placed
    except BaseException:
        for path in placed:
            path.unlink(missing_ok=True)
        raise


def _place(staged, placed) -> None:
    for ready, target in staged.items():
        if target.exists():
            if file_digest(target) != file_digest(ready):
                raise UserError(
                    f"本站的文件目录里已有另一份“{target.name}”，没有恢复任何数据。请换一个空的 DATA_DIR。"
                )
            continue  # left by a restore that was killed
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.rename(ready, target)
        placed.append(target)
    for folder in {target.parent for target in placed}:
        sync_folder(folder)
