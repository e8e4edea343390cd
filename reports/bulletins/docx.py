"""The bulletin as .docx with real styles, for Word and WPS, by GB/T 9704-2012.

Same document and same charts: same bytes.
"""

import io
import re
import zipfile
from datetime import date, datetime, time
from xml.sax.saxutils import escape

import docx
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm

from reports.bulletins.arrange import MISSING_CHART, arrange
from reports.bulletins.content import Document
from reports.bulletins.docx_imprint import imprint_xml
from reports.bulletins.docx_rare import name_fonts_of_rare_characters
from reports.bulletins.docx_styles import CHARACTER, fonts_by_style, narrow_margins, set_page, set_settings, set_styles
from reports.bulletins.docx_tables import table_xml
from reports.bulletins.pictures import picture_kind
from reports.bulletins.titles import width

PORTRAIT_WIDTH, LANDSCAPE_WIDTH = 156, 225  # mm
PICTURE_HEIGHT = {PORTRAIT_WIDTH: 150, LANDSCAPE_WIDTH: 95}  # mm, a picture is never higher
LINE, CAPTION_ROOM = 225 / 22, 13  # mm
LONGEST_SIGNATURE = 24  # characters; a longer one wraps
LONGEST_LIST_KEPT = 8  # annexes named in one piece with the signature
LONG_LATIN = re.compile(r"[!-~]{24,}")
ARCHIVE_DATE = (1980, 1, 1, 0, 0, 0)
UNDATED = date(2000, 1, 1)


def build_docx(
    document: Document, charts: dict[str, bytes], *, bold_third_level: bool = True, one_sheet: bool = False
) -> bytes:
    """The .docx file of the document. `charts` maps chart keys to PNG or JPEG bytes.

    `one_sheet` narrows the margins of what fills one page of the PDF, so that it stays one page in wider fonts.
    A chart without a usable picture is replaced by a sentence (see `missing_charts`).
    """
    data = arrange(document, {key: value for key, value in charts.items() if picture_kind(value) != "svg"})
    word = docx.Document()
    word.element.body.clear_content()
    _drop_thumbnail(word)
    set_settings(word)
    set_styles(word, bold_third_level)
    set_page(word.sections[0])
    if one_sheet:
        narrow_margins(word.sections[0])
    _page_numbers(word, data["demo_mark"])
    _head(word, data)
    _blocks(word, data["blocks"], charts, PORTRAIT_WIDTH, "")
    _end(word, data)
    _annexes(word, data["annexes"], charts)
    _imprint(word, data)
    name_fonts_of_rare_characters(word.element.body, fonts_by_style())
    _properties(word, data, document)
    packed = io.BytesIO()
    word.save(packed)
    return _rezip(packed.getvalue())


def _paragraph(word: WordDocument, style: str, runs: str, settings: str = ""):
    """Append a paragraph; `runs` is finished XML, `settings` goes behind the style in its properties."""
    xml = f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="{style}"/>{settings}</w:pPr>{runs}</w:p>'
    element = parse_xml(xml)
    word.element.body.insert_element_before(element, "w:sectPr")
    return element


def _run(text: str, settings: str = "") -> str:
    if not text:
        return ""
    return f'<w:r><w:rPr>{settings}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _blank(word: WordDocument, count: int = 1, settings: str = "") -> None:
    for _ in range(count):
        _paragraph(word, "DocAddressees", "", settings)


def _head(word: WordDocument, data: dict) -> None:
    if data["banner"]:
        _banner(word, data)
    _title(word, data["title"])
    if data["addressees"]:
        _blank(word)
        _paragraph(word, "DocAddressees", _run(data["addressees"]))


def _banner(word: WordDocument, data: dict) -> None:
    banner = data["banner"]
    # The banner fills the line at most; 72 pt with wide spacing up to six characters.
    points = min(72, int(425 / max(1, width(banner)))) if len(banner) > 4 else 72
    spacing = 240 if len(banner) <= 4 else 0
    size = f'<w:spacing w:val="{spacing}"/><w:sz w:val="{2 * points}"/><w:szCs w:val="{2 * points}"/>'
    last = size.replace(f'<w:spacing w:val="{spacing}"/>', '<w:spacing w:val="0"/>')
    _paragraph(word, "DocBanner", _run(banner[:-1], size) + _run(banner[-1:], last))
    _blank(word, 2)
    _paragraph(word, "DocNumber", _run(data["number"]))
    _blank(word, 2)


def _title(word: WordDocument, lines: list[str]) -> None:
    _paragraph(word, "Title", "<w:r><w:br/></w:r>".join(_run(line) for line in lines))


def _blocks(word: WordDocument, blocks: list[dict], charts: dict[str, bytes], room: int, prefix: str) -> None:
    for block in blocks:
        kind = block["type"]
        if kind == "heading":
            _paragraph(word, f"Heading{block['level']}", _run(block["text"]))
        elif kind == "paragraph":
            keep = "<w:keepNext/>" if block["sticky"] else ""
            wrap = '<w:wordWrap w:val="0"/>' if LONG_LATIN.search(block["text"]) else ""
            lead = _run(block["lead"], "<w:b/><w:bCs/>")
            _paragraph(word, "BodyText", lead + _run(block["text"]), keep + wrap)
        elif kind == "table":
            _table(word, block, room, prefix)
        elif kind == "chart":
            _picture(word, block, charts[block["key"]], room)
        else:
            _paragraph(word, "Caption", _run(block["text"]))


def _table(word: WordDocument, table: dict, room: int, prefix: str) -> None:
    if table["caption"]:
        _paragraph(word, "Caption", _run(table["caption"]), "<w:keepNext/>")
    element = parse_xml(table_xml(table, room, prefix))
    word.element.body.insert_element_before(element, "w:sectPr")
    # Two tables without a paragraph between them would be one table to Word.
    _paragraph(word, "TableNotes", _run(table["notes"]))


def _picture(word: WordDocument, chart: dict, data: bytes, room: int) -> None:
    """The picture in a paragraph without exact line spacing, which would cut it off."""
    paragraph = word.add_paragraph(style="图片")
    try:
        shape = paragraph.add_run().add_picture(io.BytesIO(data), width=Mm(room * chart["share"]))
    except Exception:  # noqa: BLE001 - whatever the picture reader meets, the bulletin is built without it
        paragraph._p.getparent().remove(paragraph._p)
        _paragraph(word, "Caption", _run(chart["caption"] + MISSING_CHART))
        return
    limit = Mm(min(PICTURE_HEIGHT[room], chart["lines"] * LINE - CAPTION_ROOM))
    if shape.height > limit:
        shape.width, shape.height = int(shape.width * limit / shape.height), limit
    properties = shape._inline.docPr
    properties.set("descr", chart["alt"])
    properties.set("title", chart["caption"])
    if chart["caption"]:
        _paragraph(word, "Caption", _run(chart["caption"]))


def _end(word: WordDocument, data: dict) -> None:
    titles = data["attachments"]
    name, day = data["signature"], data["signed"]
    # The signature never stands on a page of its own: the list goes with it.
    keep = "<w:keepNext/>" if (name or day) and len(titles) <= LONGEST_LIST_KEPT else ""
    if titles:
        _blank(word, settings=keep)
    for number, title in enumerate(titles, start=1):
        mark = f"{number}." if len(titles) > 1 else ""
        label = "附件\uff1a" if number == 1 else ""
        left = 5 + width(mark)
        hanging = left - 2 if number == 1 else width(mark)
        indent = f'<w:ind w:left="{left * CHARACTER:.0f}" w:hanging="{hanging * CHARACTER:.0f}"/>'
        _paragraph(word, "DocAddressees", _run(f"{label}{mark}{title}"), keep + indent)
    if not (name or day):
        return
    _blank(word, settings="<w:keepNext/>")
    # The date's first character stands two to the right of the name's; a longer date keeps two free.
    name_width = min(width(name), LONGEST_SIGNATURE)
    name_free, day_free = 2.0, name_width - width(day)
    if day_free < 0 or not name:
        day_free, name_free = 2.0, max(0.0, 4 + width(day) - name_width)
    for text, free, keep in ((name, name_free, "<w:keepNext/>"), (day, day_free, "")):
        if text:
            indent = f'<w:ind w:right="{free * CHARACTER:.0f}"/><w:jc w:val="right"/>'
            _paragraph(word, "DocAddressees", _run(text), keep + indent)


def _annexes(word: WordDocument, annexes: list[dict], charts: dict[str, bytes]) -> None:
    for annex in annexes:
        _orient(word, annex["landscape"])
        room = LANDSCAPE_WIDTH if annex["landscape"] else PORTRAIT_WIDTH
        _paragraph(word, "AnnexLabel", _run(annex["label"]))
        _blank(word)
        _title(word, annex["lines"])
        _blank(word)
        _blocks(word, annex["blocks"], charts, room, "Annex")


def _orient(word: WordDocument, landscape: bool) -> bool:
    """Begin a section when the page is to be turned; whether one was begun."""
    orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    if word.sections[-1].orientation == orientation:
        return False
    section = word.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = orientation
    set_page(section, landscape)
    return True


def _imprint(word: WordDocument, data: dict) -> None:
    """版记 at the foot of the type area, on the last page."""
    if not (data["copies"] or data["issuer"] or data["issued"]):
        return
    _orient(word, False)
    element = parse_xml(imprint_xml(data["copies"], data["issuer"], data["issued"]))
    word.element.body.insert_element_before(element, "w:sectPr")


def _page_numbers(word: WordDocument, demo_mark: str) -> None:
    section = word.sections[0]
    field = (
        '<w:r><w:t xml:space="preserve">\u2014 </w:t></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        '<w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t xml:space="preserve"> \u2014</w:t></w:r>'
    )
    odd = '<w:ind w:right="280"/><w:jc w:val="right"/>'
    even = '<w:ind w:left="280"/><w:jc w:val="left"/>'
    for part, style, settings, runs in (
        (section.footer, "Footer", odd, field),
        (section.even_page_footer, "Footer", even, field),
        (section.header, "Header", "", _run(demo_mark)),
        (section.even_page_header, "Header", "", _run(demo_mark)),
    ):
        part.is_linked_to_previous = False
        element = part._element
        for child in list(element):
            element.remove(child)
        xml = f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="{style}"/>{settings}</w:pPr>{runs}</w:p>'
        element.append(parse_xml(xml))


def _properties(word: WordDocument, data: dict, document: Document) -> None:
    dated = document.issued_on or document.signed_on or UNDATED
    core = word.core_properties
    core.created = core.modified = datetime.combine(dated, time())
    core.title = "".join(data["title"])[:255]
    core.author = core.last_modified_by = data["author"][:255]
    core.subject, core.keywords = data["subject"][:255], " ".join(data["keywords"])[:255]
    core.comments, core.category, core.language, core.revision = "", "", "zh-CN", 1


def _drop_thumbnail(word: WordDocument) -> None:
    relations = word.part.package.rels
    for key in [key for key, relation in relations.items() if relation.reltype.endswith("/thumbnail")]:
        del relations[key]


def _rezip(packed: bytes) -> bytes:
    """The same archive with fixed dates, so that the same content gives the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, ARCHIVE_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            new.writestr(entry, old.read(name))
    return target.getvalue()
