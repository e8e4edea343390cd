"""What kind of picture some bytes are."""

import struct
import zlib

PNG_START = b"\x89PNG\r\n\x1a\n"


def picture_kind(data: bytes) -> str:
    """ "png", "jpg" or "svg" by the bytes themselves; "" for anything else."""
    if data.startswith(PNG_START):
        return "png" if _is_whole_png(data) else ""
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if b"<svg" in data[:1000]:
        return "svg"
    return ""


def _is_whole_png(data: bytes) -> bool:
    """Whether every chunk is there and unhurt: a picture cut off in writing must not stop a bulletin."""
    place, kinds = len(PNG_START), []
    while place + 12 <= len(data):
        (size,) = struct.unpack_from(">I", data, place)
        body = data[place + 4 : place + 8 + size]
        check = data[place + 8 + size : place + 12 + size]
        if check != struct.pack(">I", zlib.crc32(body)):
            return False
        kinds.append(body[:4])
        place += 12 + size
    return kinds[:1] == [b"IHDR"] and b"IDAT" in kinds and kinds[-1:] == [b"IEND"]
