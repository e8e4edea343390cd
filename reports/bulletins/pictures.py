"""What kind of picture some bytes are, and how large."""

import struct


def picture_kind(data: bytes) -> str:
    """ "png", "jpg" or "svg" by the bytes themselves; "" for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and data.endswith(b"IEND\xaeB`\x82"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if b"<svg" in data[:1000]:
        return "svg"
    return ""


def png_size(data: bytes) -> tuple[int, int]:
    """Width and height of a PNG in pixels."""
    return struct.unpack(">II", data[16:24])
