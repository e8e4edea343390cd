"""Where the files of bulletins are kept: each under its own digest, so that none is ever changed."""

import hashlib
from pathlib import Path

from django.conf import settings


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def document_path(digest: str, ending: str) -> Path:
    return settings.DOCUMENT_ROOT / digest[:2] / f"{digest}.{ending}"


def picture_ending(key: str) -> str:
    """Return the kind of file of a chart's (png) or a photo's (jpg) picture."""
    return "jpg" if key.startswith("photo-") else "png"


def picture_path(key: str, digest: str) -> Path:
    return document_path(digest, picture_ending(key))
