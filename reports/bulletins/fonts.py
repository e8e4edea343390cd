"""Which fonts set which part of a bulletin, and which characters they can show.

A site's own licensed fonts (folders given first) take priority over the free ones that ship here.
"""

import struct
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import typst

from reports.bulletins.texts import clean_text

SHIPPED = Path(__file__).resolve().parent / "fonts"
# What replaces a character that no font shows: the mark Chinese typesetters put for a missing type.
MISSING = "〓"
# Names under which each kind of font is found, the official ones first, the shipped one last.
ROLES = {
    "fang": ("FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋", "STFangsong", "FandolFang R"),
    "kai": ("KaiTi_GB2312", "楷体_GB2312", "KaiTi", "楷体", "STKaiti", "FandolKai"),
    "hei": ("SimHei", "黑体", "STHeiti", "Noto Sans CJK SC"),
    "title": ("FZXiaoBiaoSong-B05S", "方正小标宋简体", "FZXiaoBiaoSong-B05", "Noto Serif CJK SC"),
    "number": ("SimSun", "宋体", "STSong", "Noto Serif CJK SC"),
}
FALLBACK = ("Rare Kai", "Noto Sans CJK SC", "Rare Sans")


class FontsMissing(RuntimeError):
    """The fonts that a bulletin needs are not there."""


@lru_cache(maxsize=8)
def load_fonts(font_dirs: tuple[str, ...] = ()) -> typst.Fonts:
    """The fonts of the given folders and the shipped ones; nothing of the machine's own."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[*font_dirs, str(SHIPPED)])


@lru_cache(maxsize=8)
def families(font_dirs: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """For each role the families that are present, best first. Raises FontsMissing."""
    present = {info.family.lower(): info.family for info in load_fonts(font_dirs).fonts()}
    chosen = {}
    for role, names in ROLES.items():
        found = [present[name.lower()] for name in names if name.lower() in present]
        if not found:
            raise FontsMissing(f"缺少公文字体（{names[1]}），请检查字体目录 {SHIPPED}。")
        found += [name for name in FALLBACK if name.lower() in present and name not in found]
        chosen[role] = found
    return chosen


@lru_cache(maxsize=8)
def covered_characters(font_dirs: tuple[str, ...] = ()) -> frozenset[int]:
    """The code points that every role can show, by its own fonts or by the fallback."""
    by_family: dict[str, set[int]] = {}
    for info in load_fonts(font_dirs).fonts():
        characters = by_family.setdefault(info.family, set())
        characters |= font_characters(Path(info.path).read_bytes(), info.index)
    roles = families(font_dirs)
    covered = [set().union(*(by_family[name] for name in names)) for role, names in roles.items() if role != "number"]
    return frozenset(set.intersection(*covered))


def showable(text: str, font_dirs: tuple[str, ...] = ()) -> str:
    """The text with 〓 for each character that no font shows."""
    covered = covered_characters(font_dirs)
    if all(ord(char) in covered for char in text):
        return text
    return "".join(char if ord(char) in covered else MISSING for char in text)


def unshown_characters(text: str, font_dirs: Sequence[str] = ()) -> list[str]:
    """The characters of the text that no font shows, each once, in their order."""
    covered = covered_characters(tuple(str(folder) for folder in font_dirs))
    return [char for char in dict.fromkeys(clean_text(text)) if ord(char) not in covered]


def font_characters(data: bytes, index: int = 0) -> set[int]:
    """The code points in the character map of a TrueType or OpenType font or collection."""
    start = 0
    if data[:4] == b"ttcf":
        start = struct.unpack_from(">I", data, 12 + 4 * index)[0]
    for i in range(struct.unpack_from(">H", data, start + 4)[0]):
        tag, _, offset, _ = struct.unpack_from(">4sIII", data, start + 12 + 16 * i)
        if tag == b"cmap":
            return _map_characters(data, offset)
    return set()


def _map_characters(data: bytes, cmap: int) -> set[int]:
    characters: set[int] = set()
    for i in range(struct.unpack_from(">H", data, cmap + 2)[0]):
        platform, _, offset = struct.unpack_from(">HHI", data, cmap + 4 + 8 * i)
        table = cmap + offset
        kind = struct.unpack_from(">H", data, table)[0]
        if platform not in (0, 3):
            continue
        if kind == 4:
            count = struct.unpack_from(">H", data, table + 6)[0] // 2
            ends = struct.unpack_from(f">{count}H", data, table + 14)
            starts = struct.unpack_from(f">{count}H", data, table + 16 + 2 * count)
            for first, last in zip(starts, ends, strict=True):
                characters.update(range(first, min(last, 0xFFFE) + 1))
        elif kind == 12:
            for group in range(struct.unpack_from(">I", data, table + 12)[0]):
                first, last, _ = struct.unpack_from(">III", data, table + 16 + 12 * group)
                characters.update(range(first, last + 1))
    return characters
