"""What a backup's archive is: a zip of rows (a table, a member), files, and a manifest with every member's SHA-256.

``manifest.json`` comes last: {"format", "made_at", "migrations", "tables": {label: {"columns", "rows"}},
"members": {name: {"bytes", "sha256"}}}.
"""

import hashlib
import json
import re
import zipfile
from pathlib import Path, PurePosixPath

from django.conf import settings

from common.errors import UserError
from common.files import BLOCK

FORMAT = "dezhou-jjj-backup-1"
MANIFEST = "manifest.json"
MANIFEST_LIMIT = 256 * BLOCK
NOT_KEPT = "plan-drafts"  # previews that are good for a day
DAMAGED = "备份文件不完整或已被改动，没有恢复任何数据。请换一份备份。"
_ROWS = re.compile(r"rows/[A-Za-z_]+\.[A-Za-z_]+\.jsonl")


def folders() -> dict[str, Path]:
    """Return the site's folders that a backup holds, by their name in the archive."""
    return {
        "uploads": Path(settings.MEDIA_ROOT),
        "documents": Path(settings.DOCUMENT_ROOT),
        "audit-heads": Path(settings.DATA_DIR) / "audit-heads",
        "audit-archive": Path(settings.DATA_DIR) / "audit-archive",
    }


def rows_member(label: str) -> str:
    return f"rows/{label}.jsonl"


def target_of(name: str) -> Path:
    """Return where a file of the archive belongs on this site. Raises UserError for a name that leads elsewhere."""
    parts = PurePosixPath(name).parts
    plain = not re.search(r"[\x00-\x1f\x7f\\:]", name) and "/".join(parts) == name
    if not plain or len(parts) < 3 or parts[0] != "files" or parts[1] not in folders() or ".." in parts:
        raise UserError(f"备份文件中有不允许的文件名“{name[:80]!a}”，没有恢复任何数据。")
    return folders()[parts[1]].joinpath(*parts[2:])


def read_manifest(archive: zipfile.ZipFile) -> dict:
    """Return the manifest after comparing the archive's members with it by name. Raises UserError."""
    names = archive.namelist()
    for name in names:
        if name != MANIFEST and not _ROWS.fullmatch(name):
            target_of(name)
    if names.count(MANIFEST) != 1 or archive.getinfo(MANIFEST).file_size > MANIFEST_LIMIT:
        raise UserError(DAMAGED)
    try:
        manifest = json.loads(archive.read(MANIFEST))
        found = manifest["format"], sorted([*manifest["members"], MANIFEST])
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(DAMAGED) from error
    if found[0] != FORMAT:
        raise UserError("这不是本平台的备份文件，没有恢复任何数据。")
    if found[1] != sorted(names):
        raise UserError(DAMAGED)
    return manifest


def check_members(archive: zipfile.ZipFile, manifest: dict) -> None:
    """Read every member once and compare it with the manifest. Raises UserError when any differs."""
    for name, told in manifest["members"].items():
        digest, size = hashlib.sha256(), 0
        with archive.open(name) as stream:
            while block := stream.read(BLOCK):
                digest.update(block)
                size += len(block)
                if size > told["bytes"]:
                    break
        if (size, digest.hexdigest()) != (told["bytes"], told["sha256"]):
            raise UserError(DAMAGED)
