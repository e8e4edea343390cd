"""The photos of bulletins: kept among the documents under their digest, which is also their name in the text."""

import re

from common.files import write_file
from common.pictures import Scaled
from reports.bulletins.content import Document, Photo, all_blocks, photo_keys
from reports.bulletins.kept import digest_of, document_path

_KEY = re.compile(r"photo-([0-9a-f]{64})")


def keep_photo(photo: Scaled | bytes) -> str:
    """Keep a scaled photo and return its key; the same photo is kept once."""
    content = photo if isinstance(photo, bytes) else photo.photo
    digest = digest_of(content)
    path = document_path(digest, "jpg")
    if not path.exists():
        write_file(path, content)
    return f"photo-{digest}"


def photo_digest(key: str) -> str:
    """Return the digest that a photo's key names; empty for any other text."""
    found = _KEY.fullmatch(key)
    return found[1] if found else ""


def is_kept(key: str) -> bool:
    digest = photo_digest(key)
    return bool(digest) and document_path(digest, "jpg").exists()


def photos_of(document: Document) -> dict[str, bytes]:
    """Return the document's photos by their keys; one whose file is gone is left out."""
    return {key: document_path(photo_digest(key), "jpg").read_bytes() for key in photo_keys(document) if is_kept(key)}


def missing_photos(document: Document, pictures: dict) -> list[str]:
    """Return the captions of the photos whose file is gone."""
    return [block.caption for block in all_blocks(document) if isinstance(block, Photo) and block.key not in pictures]
