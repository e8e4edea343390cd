"""Characters that the official fonts of the .docx file lack: each gets a font of the reader's machine that has it.

仿宋_GB2312 and 楷体_GB2312 end with GB 2312. Without a font named, Word and WPS choose one by themselves, and on
some machines print a box.
"""

import re
from copy import deepcopy

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from reports.bulletins.docx_styles import FANG, HEI, KAI, SONG, TITLE

IDEOGRAPHS = re.compile("([\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]+)")
# The same face with the characters of GBK; 小标宋 has none, 宋体 comes nearest.
WIDER = {FANG: "仿宋", KAI: "楷体", HEI: HEI, TITLE: SONG, SONG: SONG}
BEYOND_BMP = "SimSun-ExtB"


def name_fonts_of_rare_characters(root, style_fonts: dict[str, str]) -> None:
    """Put the rare characters below `root` into runs of their own with a font that has them.

    `style_fonts` gives each paragraph style's font by the style's id.
    """
    for text in list(root.iter(qn("w:t"))):
        if not text.text or not IDEOGRAPHS.search(text.text) or _encodable(text.text, "gb2312"):
            continue
        run = text.getparent()
        style = run.getparent().find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        _split(run, text, style_fonts.get(style.get(qn("w:val")) if style is not None else "", FANG))


def rare_font(char: str, base: str) -> str:
    """Return the font for a character in a text set in `base`; empty where `base` does."""
    if not IDEOGRAPHS.match(char) or _encodable(char, "gb2312"):
        return ""
    if ord(char) > 0xFFFF:
        return BEYOND_BMP
    font = WIDER[base] if _encodable(char, "gbk") else SONG
    return "" if font == base else font


def _split(run, text, base: str) -> None:
    """Replace the run by several, the words before and after the rare characters as they were."""
    pieces: list[tuple[str, str]] = []
    for char in text.text:
        font = rare_font(char, base)
        if pieces and pieces[-1][1] == font:
            pieces[-1] = (pieces[-1][0] + char, font)
        else:
            pieces.append((char, font))
    if len(run.findall(qn("w:t"))) > 1:
        return  # the header of a column in two lines, in 黑体, which has nearly all
    for words, font in pieces:
        piece = deepcopy(run)
        piece.find(qn("w:t")).text = words
        if font:
            properties = piece.find(qn("w:rPr"))
            if properties is None:
                properties = parse_xml(f"<w:rPr {nsdecls('w')}/>")
                piece.insert(0, properties)
            named = f'<w:rFonts {nsdecls("w")} w:eastAsia="{font}" w:hint="eastAsia"/>'
            properties.insert(0, parse_xml(named))
        run.addprevious(piece)
    run.getparent().remove(run)


def _encodable(text: str, codec: str) -> bool:
    try:
        text.encode(codec)
    except UnicodeEncodeError:
        return False
    return True
