"""Photos as telephones and strangers send them, made for tests."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def picture(width=800, height=600, kind="JPEG", mode="RGB", shade=120, **options) -> bytes:
    """Return a picture's bytes: one colour, a darker band on its left side."""
    image = Image.new(mode, (width, height), shade if mode in ("L", "1") else (shade,) * len(mode))
    image.paste((0,) * len(mode) if len(mode) > 1 else 0, (0, 0, width // 4, height))
    packed = io.BytesIO()
    image.save(packed, kind, **options)
    return packed.getvalue()


def photo_file(name="a.jpg", content=None, **options) -> SimpleUploadedFile:
    kind = "PNG" if name.endswith(".png") else "JPEG"
    return SimpleUploadedFile(name, picture(kind=kind, **options) if content is None else content)
