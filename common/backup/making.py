"""Making a backup while the site runs: the rows of one moment, then the files that they refer to."""

import hashlib
import json
import os
import tempfile
import zipfile
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from common import audit
from common.backup import archive, rows
from common.errors import UserError
from common.files import BLOCK, file_digest


def make_backup(path: Path) -> dict:
    """Write the archive and return {"file", "sha256", "bytes", "tables": {label: rows}, "files": n}.

    The file is whole or absent, readable by its owner only: it holds all data and the accounts' password hashes.
    Raises UserError when it cannot be written there.
    """
    if path.is_dir() or not path.parent.is_dir():
        raise UserError(f"不能写到“{path}”：请给出已有目录中的一个文件名。")
    with transaction.atomic():
        audit.record(by=None, action="备份数据", label=path.name)
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise UserError(f"不能写到“{path.parent}”，请检查目录的权限。") from error
    try:
        with os.fdopen(handle, "wb") as file:
            manifest = _write(file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        raise UserError("备份没有写成：磁盘空间不足或文件读写出错。") from error
    finally:
        Path(temporary).unlink(missing_ok=True)
    digest, size = file_digest(path)
    return {
        "file": str(path),
        "sha256": digest,
        "bytes": size,
        "tables": {label: table["rows"] for label, table in manifest["tables"].items()},
        "files": sum(name.startswith("files/") for name in manifest["members"]),
    }


def _write(file) -> dict:
    manifest = {"format": archive.FORMAT, "made_at": timezone.now().isoformat(), "tables": {}, "members": {}}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        with rows.snapshot():
            manifest["migrations"] = rows.applied_migrations()
            for model in rows.kept_models():
                label = model._meta.label
                count = _add(made, manifest, archive.rows_member(label), rows.dump_rows(model))
                columns = [field.attname for field in rows.columns_of(model)]
                manifest["tables"][label] = {"columns": columns, "rows": count}
        for name, folder in archive.folders().items():
            for path in sorted(folder.rglob("*")):
                inside = path.relative_to(folder)
                if path.name.startswith(".") or inside.parts[0] == archive.NOT_KEPT or not path.is_file():
                    continue  # unfinished or short-lived
                _add(made, manifest, f"files/{name}/{inside.as_posix()}", _blocks(path))
        made.writestr(archive.MANIFEST, json.dumps(manifest, ensure_ascii=False))
    return manifest


def _add(made, manifest, name, pieces) -> int:
    """Write one member from its pieces and return how many they were."""
    digest, size, count = hashlib.sha256(), 0, 0
    with made.open(name, "w", force_zip64=True) as member:
        for count, piece in enumerate(pieces, 1):  # noqa: B007 - counted for the caller
            member.write(piece)
            digest.update(piece)
            size += len(piece)
    manifest["members"][name] = {"bytes": size, "sha256": digest.hexdigest()}
    return count


def _blocks(path):
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block
