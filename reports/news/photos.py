"""The photo of an item: scaled down as it comes in, stored with its thumbnail under a random name."""

import secrets
from pathlib import Path

from django.conf import settings
from django.db import transaction

from common.errors import UserError
from common.files import write_file
from common.pictures import ACCEPT, Scaled, scaled_content, scaled_photo

__all__ = ["ACCEPT", "scaled_photo"]

KINDS = {"jpg": "image/jpeg", "png": "image/png"}  # photos from before they were scaled may be png


def store_photo(picture: Scaled) -> dict:
    """Write the photo with its thumbnail and return the item's fields."""
    stored = f"news/{secrets.token_hex(2)}/{secrets.token_hex(16)}.jpg"
    write_file(path_of(stored), picture.photo)
    write_file(path_of(thumb_of(stored)), picture.thumb)
    return {"photo": stored, "photo_sha256": picture.sha256}


def drop_photo(stored: str) -> None:
    """Delete a photo that no item names any more, once that is certain."""
    if stored:
        transaction.on_commit(lambda: unlink_photo(stored))


def unlink_photo(stored: str) -> None:
    for name in (stored, thumb_of(stored)):
        path_of(name).unlink(missing_ok=True)


def thumb_of(stored: str) -> str:
    """The name of a photo's thumbnail, beside it."""
    return f"{stored.rpartition('.')[0]}.small.jpg"


def shown_file(stored: str, *, small: bool = False) -> Path | None:
    """Return the file to show: the thumbnail where asked for and kept, else the photo; None where it is gone."""
    names = ([thumb_of(stored)] if small else []) + [stored] if stored else []
    return next((path_of(name) for name in names if path_of(name).is_file()), None)


def printable(stored: str) -> bytes | None:
    """Return a photo as a document takes it: scaled now where it was kept unscaled; None where it is gone."""
    path = path_of(stored)
    if not path.is_file():
        return None
    content = path.read_bytes()
    if path_of(thumb_of(stored)).is_file():
        return content
    try:
        return scaled_content(content).photo
    except UserError:
        return None


def path_of(stored: str) -> Path:
    return Path(settings.MEDIA_ROOT) / stored


def kind_of(stored: str) -> str:
    return stored.rpartition(".")[2]
