"""The paragraph styles, page and settings of the .docx file, by GB/T 9704-2012.

Written as XML with the children in the order of the schema, because Word refuses any other. The
file only names the official fonts; they are on the readers' machines.
"""

import re

from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm

FANG, KAI, HEI, TITLE, SONG = "仿宋_GB2312", "楷体_GB2312", "黑体", "方正小标宋简体", "宋体"
LINE = 579  # twips: 225 mm in 22 lines
CHARACTER = 316  # twips: 156 mm in 28 characters
BANNER_TOP = 1984  # 35 mm
BANNER_LINE = 1497  # with 35 mm before and two blank lines after it the number stands on the ninth line
EXACT = f'<w:spacing w:before="0" w:after="0" w:line="{LINE}" w:lineRule="exact"/>'
INDENT = f'<w:ind w:firstLineChars="200" w:firstLine="{2 * CHARACTER}"/>'
NO_AUTO_SPACE = '<w:overflowPunct w:val="0"/><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'


def _run(font: str, half_points: int, *, spacing: int = 0, color: str = "000000", bold: bool = False) -> str:
    weight = f'<w:b w:val="{int(bold)}"/><w:bCs w:val="{int(bold)}"/><w:i w:val="0"/>'
    return (
        f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:eastAsia="{font}" w:cs="{font}"/>{weight}'
        f'<w:color w:val="{color}"/><w:spacing w:val="{spacing}"/><w:kern w:val="0"/>'
        f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/><w:u w:val="none"/>'
        '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'
    )


def _auto(jc: str, before: int = 0, after: int = 0, keep: str = "") -> str:
    """Paragraph settings off the grid: for tables, captions and pictures."""
    return (
        f'{keep}<w:wordWrap w:val="0"/>{NO_AUTO_SPACE}<w:snapToGrid w:val="0"/>'
        f'<w:spacing w:before="{before}" w:after="{after}" w:line="240" w:lineRule="auto"/>'
        f'<w:ind w:firstLine="0"/><w:jc w:val="{jc}"/>'
    )


def _heading(level: int) -> str:
    return (
        f'<w:keepNext/><w:keepLines/>{NO_AUTO_SPACE}{EXACT}{INDENT}<w:jc w:val="both"/>'
        f'<w:outlineLvl w:val="{level - 1}"/>'
    )


def _styles(bold_third_level: bool) -> list[tuple[str, str, str, str]]:
    """Name, id, paragraph and run settings of every style; a built-in name keeps its own id."""
    flush = f'{NO_AUTO_SPACE}{EXACT}<w:ind w:firstLine="0"/>'
    rule = '<w:pBdr><w:bottom w:val="single" w:sz="8" w:space="{}" w:color="E60012"/></w:pBdr>'
    # LibreOffice would stretch these exact heights to whole lines of the grid.
    free = '<w:snapToGrid w:val="0"/>'
    banner = f'{free}<w:spacing w:before="{BANNER_TOP}" w:after="0" w:line="{BANNER_LINE}" w:lineRule="exact"/>'
    centred = '<w:jc w:val="center"/>'
    title = f'{free}<w:spacing w:before="0" w:after="0" w:line="680" w:lineRule="exact"/>'
    hint = f'{free}<w:spacing w:before="0" w:after="0" w:line="280" w:lineRule="exact"/>'
    return [
        ("Normal", "Normal", f'{NO_AUTO_SPACE}{EXACT}<w:jc w:val="both"/>', _run(FANG, 32, spacing=-5)),
        ("Body Text", "BodyText", f'{NO_AUTO_SPACE}{EXACT}{INDENT}<w:jc w:val="both"/>', ""),
        ("Heading 1", "Heading1", _heading(1), _run(HEI, 32, spacing=-5)),
        ("Heading 2", "Heading2", _heading(2), _run(KAI, 32, spacing=-5)),
        ("Heading 3", "Heading3", _heading(3), _run(FANG, 32, spacing=-5, bold=bold_third_level)),
        ("Heading 4", "Heading4", _heading(4), _run(FANG, 32, spacing=-5)),
        ("Title", "Title", f'<w:pBdr/>{NO_AUTO_SPACE}{title}<w:ind w:firstLine="0"/>{centred}', _run(TITLE, 44)),
        ("Caption", "Caption", _auto("center", 60, 60), _run(HEI, 24)),
        ("Header", "Header", f'{NO_AUTO_SPACE}{hint}<w:jc w:val="right"/>', _run(HEI, 18, color="6E6E6E")),
        ("Footer", "Footer", f'{NO_AUTO_SPACE}{hint}<w:jc w:val="left"/>', _run(SONG, 28)),
        ("公文红头", "DocBanner", f'{banner}<w:ind w:firstLine="0"/>{centred}',
         _run(TITLE, 144, spacing=240, color="E60012")),
        ("发文字号", "DocNumber", f'{rule.format(11)}{flush}{centred}', ""),
        ("主送单位", "DocAddressees", f'{flush}<w:jc w:val="both"/>', ""),
        ("附件标记", "AnnexLabel", f'<w:keepNext/><w:pageBreakBefore/>{flush}<w:jc w:val="left"/>'
         '<w:outlineLvl w:val="0"/>', _run(HEI, 32, spacing=-5)),
        ("表格表头", "TableHead", _auto("center", keep="<w:keepNext/>"), _run(HEI, 24)),
        ("表格文字", "TableText", _auto("left"), _run(FANG, 24)),
        ("附件表头", "AnnexTableHead", _auto("center", keep="<w:keepNext/>"), _run(HEI, 21)),
        ("附件表格文字", "AnnexTableText", _auto("left"), _run(FANG, 21)),
        ("表注", "TableNotes", _auto("left", 40, 120), _run(FANG, 21)),
        ("图片", "Picture", _auto("center", 60, 0, keep="<w:keepNext/>"), ""),
        ("版记", "Imprint", f'{NO_AUTO_SPACE}<w:snapToGrid w:val="0"/><w:spacing w:before="60" w:after="60"'
         ' w:line="400" w:lineRule="exact"/><w:ind w:firstLine="0"/><w:jc w:val="both"/>', _run(FANG, 28)),
    ]  # fmt: skip


def set_styles(word: WordDocument, bold_third_level: bool) -> None:
    """Give the file all styles; built-in ones keep their names, so that Word's outline knows them."""
    present = {style.name for style in word.styles}
    for name, style_id, paragraph, run in _styles(bold_third_level):
        if name not in present:
            word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            word.styles[name].element.set(qn("w:styleId"), style_id)
            word.styles[name].element.set(qn("w:customStyle"), "1")
            if style_id != "Normal":
                word.styles[name].base_style = word.styles["Normal"]
        element = word.styles[name].element
        for tag in ("w:pPr", "w:rPr"):
            for old in element.findall(qn(tag)):
                element.remove(old)
        element.append(parse_xml(f"<w:pPr {nsdecls('w')}>{paragraph}</w:pPr>"))
        if run:
            element.append(parse_xml(f"<w:rPr {nsdecls('w')}>{run}</w:rPr>"))
    for style in word.styles:
        style.quick_style = style.name in {entry[0] for entry in _styles(bold_third_level)}


def fonts_by_style() -> dict[str, str]:
    """Return the font of every style by the style's id."""
    found = ((style_id, re.search(r'w:eastAsia="([^"]+)"', run)) for _, style_id, _, run in _styles(False))
    return {style_id: match[1] if match else FANG for style_id, match in found}


def set_page(section, landscape: bool = False) -> None:
    """A4 with the type area of 156 × 225 mm, upright or turned; page numbers 7 mm below it."""
    if landscape:
        section.page_width, section.page_height = Mm(297), Mm(210)
        section.top_margin, section.bottom_margin = Mm(28), Mm(26)
        section.left_margin, section.right_margin = Mm(35), Mm(37)
        section.footer_distance = Mm(14)
    else:
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(37), Mm(35)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
        section.footer_distance = Mm(25.5)
    section.header_distance = Mm(15)
    properties = section._sectPr
    for old in properties.findall(qn("w:docGrid")):
        properties.remove(old)
    properties.append(parse_xml(f'<w:docGrid {nsdecls("w")} w:type="lines" w:linePitch="{LINE}"/>'))


def narrow_margins(section) -> None:
    """Give an upright page three lines more than the type area has, half of them above."""
    section.top_margin, section.bottom_margin, section.footer_distance = Mm(22), Mm(20), Mm(11)
    section.header_distance = Mm(11)


def set_settings(word: WordDocument) -> None:
    """Page numbers that differ on odd and even pages, squeezed punctuation, the layout of today's Word."""
    word.settings.odd_and_even_pages_header_footer = True
    settings = word.settings.element
    for tag in ("w:characterSpacingControl", "w:compat"):
        for old in settings.findall(qn(tag)):
            settings.remove(old)
    control = parse_xml(f'<w:characterSpacingControl {nsdecls("w")} w:val="compressPunctuation"/>')
    compat = parse_xml(
        f'<w:compat {nsdecls("w")}><w:useFELayout/><w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    )
    followers = ("rsids", "mathPr", "attachedSchema", "themeFontLang", "clrSchemeMapping", "shapeDefaults",
                 "decimalSymbol", "listSeparator")  # fmt: skip
    names = [child.tag.rsplit("}", 1)[-1] for child in settings]
    place = min((names.index(name) for name in followers if name in names), default=len(names))
    settings.insert(place, compat)
    settings.insert(place, control)
