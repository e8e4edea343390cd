"""Make the fonts of reports/bulletins/fonts from the packages of Debian 12.

Run once by hand, when a font or the character set changes; setting up the site never runs it:

    uv run --no-project --with fonttools python tools/fonts/subset.py FOLDER

FOLDER holds the unpacked packages texlive-lang-chinese, fonts-noto-cjk and fonts-lxgw-wenkai
(`apt-get download`, then `dpkg-deb -x PACKAGE FOLDER`). The same packages give the same bytes.
"""

import hashlib
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

HERE = Path(__file__).resolve().parent
TARGET = HERE.parent.parent / "reports" / "bulletins" / "fonts"
FANDOL = "usr/share/texlive/texmf-dist/fonts/opentype/public/fandol/"
NOTO = "usr/share/fonts/opentype/noto/"
WENKAI = "usr/share/fonts/truetype/lxgw-wenkai/"
SC = 2  # the place of the SC face in the Noto CJK collections
FEATURES = ("kern", "halt", "locl", "ccmp")
# Beside the general characters: CJK Unified Ideographs and Extension A; of the extensions after them what is in use.
UNIFIED = {*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000)}
EXTENDED = {*range(0x3400, 0x4DC0), *range(0x20000, 0x323B0)}

# Ranges of signs that an official text may hold beside the characters of the two lists.
SIGNS = (
    (0x20, 0x7E), (0xA0, 0xFF), (0x391, 0x3C9), (0x2010, 0x2027), (0x2030, 0x203B), (0x20AC, 0x20AC),
    (0x2103, 0x2103), (0x2116, 0x2116), (0x2160, 0x217F), (0x2190, 0x2199), (0x2200, 0x22FF), (0x2460, 0x24FF),
    (0x2500, 0x257F), (0x25A0, 0x25FF), (0x2605, 0x2606), (0x2713, 0x2717), (0x3000, 0x3029), (0x3220, 0x3243),
    (0x338E, 0x33D5), (0xFE30, 0xFE4F), (0xFF01, 0xFF5E), (0xFFE0, 0xFFE5),
)  # fmt: skip


def general_characters() -> set[int]:
    """《通用规范汉字表》 (8105), GB 2312 and the signs, as code points."""
    wanted = {ord(char) for char in (HERE / "tongyong8105.txt").read_text("utf-8") if not char.isspace()}
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                wanted.add(ord(bytes((high, low)).decode("gb2312")))
            except UnicodeDecodeError:
                continue
    for first, last in SIGNS:
        wanted.update(range(first, last + 1))
    return wanted


def write_subset(
    source: Path, target: Path, characters: set[int], number: int = -1, family: str = "", features: tuple = FEATURES
) -> None:
    """Write the font with only `characters`; `family` renames it (its licence reserves the name)."""
    options = subset.Options()
    options.layout_features = list(features)
    options.hinting = False
    options.glyph_names = False
    options.name_IDs = ["*"]
    options.drop_tables += ["vhea", "vmtx", "VORG", "DSIG", "BASE"]
    font = TTFont(source, fontNumber=number, recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    if family:
        rename(font, family)
    font.save(target)
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    print(f"{target.name}\t{target.stat().st_size}\t{len(font.getBestCmap())}\t{digest}")


def rename(font: TTFont, family: str) -> None:
    """Give the font another family name everywhere and drop its names in other languages."""
    names = font["name"]
    for name_id in (1, 3, 4, 6, 16, 17, 21, 22):
        names.removeNames(nameID=name_id)
    texts = {1: family, 2: "Regular", 3: f"{family} subset", 4: family, 6: family.replace(" ", "")}
    for name_id, text in texts.items():
        names.removeNames(nameID=name_id)
        names.setName(text, name_id, 3, 1, 0x409)
    font["OS/2"].usWeightClass = 400


def main(folder: Path) -> None:
    """Write every font and print name, size, number of characters and SHA-256 of each."""
    TARGET.mkdir(parents=True, exist_ok=True)
    general = general_characters()
    write_subset(folder / FANDOL / "FandolFang-Regular.otf", TARGET / "FandolFang-Regular.otf", general)
    write_subset(folder / FANDOL / "FandolKai-Regular.otf", TARGET / "FandolKai-Regular.otf", general)
    sans = folder / NOTO / "NotoSansCJK-Regular.ttc"
    write_subset(sans, TARGET / "NotoSansCJKsc-Regular.otf", general, SC)
    serif = folder / NOTO / "NotoSerifCJK-Bold.ttc"
    write_subset(serif, TARGET / "NotoSerifCJKsc-Bold.otf", general, SC)
    # Page numbers are set in 宋体: digits and dashes are all that is needed of it.
    digits = set(range(0x20, 0x7F)) | {0x2013, 0x2014}
    regular = folder / NOTO / "NotoSerifCJK-Regular.ttc"
    write_subset(regular, TARGET / "NotoSerifCJKsc-Regular.otf", digits, SC)
    fandol = set(TTFont(TARGET / "FandolFang-Regular.otf").getBestCmap())
    fandol &= set(TTFont(TARGET / "FandolKai-Regular.otf").getBestCmap())
    # WenKai draws, of the characters beyond the general ones, those that are in use; the black face draws the rest.
    wenkai = folder / WENKAI / "LXGWWenKai-Light.ttf"
    drawn = set(TTFont(sans, fontNumber=SC, lazy=True).getBestCmap())
    in_use = set(TTFont(wenkai, lazy=True).getBestCmap()) & (EXTENDED | (UNIFIED - drawn))
    rare = (general | in_use) - fandol
    write_subset(wenkai, TARGET / "RareKai-Regular.ttf", rare, family="Rare Kai")
    rest = UNIFIED - fandol - rare
    write_subset(sans, TARGET / "RareSans-Regular.otf", rest, SC, family="Rare Sans", features=())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
