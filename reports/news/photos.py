"""The photo of an item: jpg or png, stored under a random name outside the web root."""

import hashlib
import secrets
from pathlib import Path

from django.conf import settings
from django.db import transaction

from common import uploads
from common.errors import UserError
from common.files import write_file

KINDS = {"jpg": "image/jpeg", "png": "image/png"}
ACCEPT = ".jpg,.jpeg,.png"


def checked_photo(upload) -> tuple[bytes, str]:
    """Return a photo's bytes and kind. Raises UserError with one sentence at the field ``photo``."""
    if upload.size > uploads.MAX_BYTES:
        raise UserError("照片超过 20 MB，请压缩后上传。", field="photo")
    content = upload.read()
    try:
        kind = uploads.check_upload(uploads.clean_name(upload.name), content)
    except UserError as refusal:
        raise UserError(f"照片未上传：{refusal.message}", field="photo") from None
    if kind not in KINDS:
        raise UserError("照片只能是 jpg、png 文件。", field="photo")
    return content, kind


def store_photo(content: bytes, kind: str) -> dict:
    """Write the photo and return the item's fields; the file goes again when the transaction fails to follow."""
    stored = f"news/{secrets.token_hex(2)}/{secrets.token_hex(16)}.{kind}"
    write_file(path_of(stored), content)
    return {"photo": stored, "photo_sha256": hashlib.sha256(content).hexdigest()}


def drop_photo(stored: str) -> None:
    """Delete a photo that no item names any more, once that is certain."""
    if stored:
        transaction.on_commit(lambda: path_of(stored).unlink(missing_ok=True))


def path_of(stored: str) -> Path:
    return Path(settings.MEDIA_ROOT) / stored


def kind_of(stored: str) -> str:
    return stored.rpartition(".")[2]
