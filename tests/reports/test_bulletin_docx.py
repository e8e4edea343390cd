"""The .docx of a bulletin: page, grid, styles, schema order, tables, pictures, footers, properties."""

import io
import re
import unicodedata
import zipfile
from datetime import date

import docx
import pytest
from docx.oxml.ns import qn

from reports.bulletins.content import Column, Heading, Paragraph, Table
from reports.bulletins.docx import build_docx
from tests.reports.bulletin_documents import make_charts, make_document


@pytest.fixture(scope="module")
def word():
    return docx.Document(io.BytesIO(build_docx(make_document(), make_charts())))


def folded(text):
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def test_docx_page_and_grid(word):
    section = word.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert (round(section.top_margin.mm), round(section.bottom_margin.mm)) == (37, 35)
    assert (round(section.left_margin.mm), round(section.right_margin.mm)) == (28, 26)
    grid = section._sectPr.find(qn("w:docGrid"))
    assert (grid.get(qn("w:type")), grid.get(qn("w:linePitch"))) == ("lines", "579")
    assert section._sectPr[-1] is grid
    assert word.settings.odd_and_even_pages_header_footer


def test_docx_styles_name_the_official_fonts(word):
    fonts = {
        name: word.styles[name].element.rPr.rFonts.get(qn("w:eastAsia"))
        for name in ("Normal", "Heading 1", "Heading 2", "Heading 3", "Title")
    }
    assert fonts == {"Normal": "仿宋_GB2312", "Heading 1": "黑体", "Heading 2": "楷体_GB2312",
                     "Heading 3": "仿宋_GB2312", "Title": "方正小标宋简体"}  # fmt: skip
    normal = word.styles["Normal"].element
    assert normal.rPr.find(qn("w:spacing")).get(qn("w:val")) == "-5"
    assert normal.pPr.find(qn("w:spacing")).get(qn("w:line")) == "579"
    headings = [(p.style.name, folded(p.text)) for p in word.paragraphs if p.style.name.startswith("Heading")]
    assert headings[0] == ("Heading 1", "一、总体进展") and ("Heading 2", "(一)承接产业转移") in headings


def test_docx_properties_stand_in_the_order_of_the_schema(word):
    order = ["pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl", "pBdr", "tabs",
             "wordWrap", "overflowPunct", "autoSpaceDE", "autoSpaceDN", "snapToGrid", "spacing", "ind", "jc",
             "outlineLvl"]  # fmt: skip
    for element in [*word.styles.element.iter(qn("w:pPr")), *word.element.body.iter(qn("w:pPr"))]:
        names = [child.tag.rsplit("}", 1)[1] for child in element]
        known = [order.index(name) for name in names if name in order]
        assert known == sorted(known), names


def test_docx_tables_repeat_headers_and_keep_rows_whole(word):
    assert len(word.tables) == 3
    annex = word.tables[1]
    assert len(annex.rows) == 151
    for number, row in enumerate(annex._tbl.tr_lst):
        properties = row.find(qn("w:trPr"))
        assert properties.find(qn("w:cantSplit")) is not None
        assert (properties.find(qn("w:tblHeader")) is not None) is (number == 0)


def test_docx_pictures_have_alt_text_and_no_exact_line_spacing(word):
    shapes = word.inline_shapes
    assert len(shapes) == 3
    assert shapes[0]._inline.docPr.get("descr") == "柱形图\uff1a1月至11月完成数逐月上升"
    assert shapes[0].width.mm == pytest.approx(156, abs=0.1)
    spacing = word.styles["图片"].element.pPr.find(qn("w:spacing"))
    assert spacing.get(qn("w:lineRule")) == "auto"


def test_docx_names_fonts_for_characters_that_the_official_ones_lack():
    name = "王㙓鱏𠮷堃明"
    table = Table("", [Column("姓名")], [[name]])
    document = make_document(title=name, blocks=[Heading(2, name), Paragraph([name]), table], issuer=name, annexes=[])
    words = docx.Document(io.BytesIO(build_docx(document, {})))
    wider = {"Title": "宋体", "Heading 2": "楷体", "Body Text": "仿宋"}
    for style, font in wider.items():
        (paragraph,) = [p for p in words.paragraphs if p.style.name == style]
        assert paragraph.text == name
        runs = [(run.text, run._r.rPr.rFonts.get(qn("w:eastAsia")) if named(run) else "") for run in paragraph.runs]
        common = [("鱏", font)] if font != "宋体" else []
        rare = [("㙓", "宋体"), *common] if common else [("㙓鱏", "宋体")]
        assert runs == [("王", ""), *rare, ("𠮷", "SimSun-ExtB"), ("堃", font), ("明", "")]
    assert words.tables[0].rows[1].cells[0].text == name
    box = words.element.body.xml
    assert box[box.index("<wps:txbx>") :].count('w:eastAsia="SimSun-ExtB"') == 1


def named(run):
    return run._r.rPr is not None and run._r.rPr.rFonts is not None


def test_docx_ordinary_characters_stay_in_one_run(word):
    assert not [run for p in word.paragraphs for run in p.runs if named(run)]


@pytest.mark.parametrize("place", ["", "齐河县", "天衢新区", "德州市天衢新区管理委员会及"])
def test_docx_date_of_issue_keeps_its_line_beside_any_organisation(place):
    body = body_xml(build_docx(make_document(issuer=f"{place}深化融入京津冀协同发展领导小组办公室"), {}))
    box = body.partition("<wps:txbx>")[2]
    left, right = (int(size) for size in re.findall(r'<w:gridCol w:w="(\d+)"', box)[:2])
    squeeze = int((re.findall(r'<w:spacing w:val="(-\d+)"/></w:rPr><w:t [^>]*>2023年12月14日印发', box) or ["0"])[0])
    assert left + right == 8845
    # In a font with digits of 0.65 of a character, and with its indent of one character.
    assert right - 280 >= (5 + 8 * 0.65) * 280 + 13 * squeeze
    office = len(place) + len("深化融入京津冀协同发展领导小组办公室")
    # Blanks around the digits may wrap it all the same: then the box holds a second line.
    widest = (5 + 8 * 0.65 + 5 * 0.25) * 280
    lines = max(-(-office * (280 + squeeze) // (left - 280)), 1 if widest <= right - 280 else 2)
    assert 'anchor="b"' in box
    height = int(re.search(r'<wp:extent cx="\d+" cy="(\d+)"', body)[1]) / 635
    copies = 2  # lines of 抄送
    assert height >= (lines + copies) * 400 + 4 * 60


def body_xml(packed):
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return archive.read("word/document.xml").decode()


def test_docx_footers_and_properties(word):
    section = word.sections[0]
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        xml = footer._element.xml
        assert " PAGE " in xml and f'<w:jc w:val="{side}"/>' in xml
    core = word.core_properties
    assert core.created.date() == date(2023, 12, 14) and core.modified == core.created
    assert core.author == "领导小组办公室" and core.title.startswith("关于2023年11月份")
    assert [s.orientation for s in word.sections] == [0, 1, 0]


def test_docx_archive_has_fixed_dates_and_an_imprint_box():
    packed = build_docx(make_document(), make_charts())
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        body = archive.read("word/document.xml").decode()
    box = body[body.index("<wps:txbx>") :]
    assert "抄送" in box and "2023年12月14日印发" in box and "<wp:align>bottom</wp:align>" in body


def test_docx_long_signature_leaves_room_for_the_date():
    words = docx.Document(io.BytesIO(build_docx(make_document(signature="德州市第一单位、" * 8), {})))
    (day,) = [paragraph for paragraph in words.paragraphs if paragraph.text == "2023年12月13日"]
    assert day.paragraph_format.right_indent.mm < 156 - 60
