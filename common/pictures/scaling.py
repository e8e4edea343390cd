"""From a photo's bytes to what is kept of it; refusals are one Chinese sentence (UserError)."""

import hashlib
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from common import uploads
from common.errors import UserError
from common.pictures.child import REFUSED

ACCEPT = ".jpg,.jpeg,.png"
KINDS = ("jpg", "png")
SECONDS = 40
CHILD = Path(__file__).with_name("child.py")


@dataclass(frozen=True)
class Scaled:
    """A photo as JPEG, at most 1800 px on its longer side, and its thumbnail of at most 360 px."""

    photo: bytes
    thumb: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.photo).hexdigest()


def scaled_photo(upload) -> Scaled:
    """Return an uploaded photo scaled down, upright and without EXIF. Raises UserError at the field ``photo``."""
    if upload.size > uploads.MAX_BYTES:
        raise UserError(f"照片有 {upload.size / 1024 / 1024:.0f} MB，超过 20 MB，请缩小后上传。", field="photo")
    content = upload.read()
    name = uploads.clean_name(upload.name)
    if not name.lower().endswith((".jpg", ".jpeg", ".png")):
        raise UserError("照片只能是 jpg、png 文件。", field="photo")
    try:
        uploads.check_upload(name, content)
    except UserError as refusal:
        raise UserError(f"照片未上传：{refusal.message}", field="photo") from None
    return scaled_content(content)


def scaled_content(content: bytes) -> Scaled:
    """Return a photo's bytes scaled down, decoded in a process of its own that may be killed without harm."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(CHILD)],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        )
    except subprocess.TimeoutExpired:
        raise UserError("照片过大，处理不了，请缩小后上传。", field="photo") from None
    if done.returncode == REFUSED:
        raise UserError(done.stdout.decode(), field="photo")
    size = int.from_bytes(done.stdout[:4], "big")
    if done.returncode or not size or len(done.stdout) <= 4 + size:
        raise UserError("照片已损坏或过大，打不开，请换一张。", field="photo")
    return Scaled(done.stdout[4 : 4 + size], done.stdout[4 + size :])
