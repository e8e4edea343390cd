"""The PDF and DOCX of a bulletin, measured: grid, margins, rules, fonts, tables, rare characters, same bytes."""

import io
import json
import re
import unicodedata

import docx
import pymupdf
import pytest

from reports.bulletins.arrange import column_widths, missing_charts
from reports.bulletins.content import (
    Annex,
    Chart,
    Column,
    Document,
    Heading,
    Paragraph,
    Table,
)  # fmt: skip
from reports.bulletins.docx import build_docx
from reports.bulletins.fonts import SHIPPED, FontsMissing, covered_characters, families, font_characters
from reports.bulletins.pdf import PdfError, build_pdf
from tests.reports.bulletin_documents import RARE, make_charts, make_document, make_png, make_task_annex

MM = 72 / 25.4
PITCH = 225 * MM / 22
MARKUP = "#set page(fill: red) *bold* $x^2$ <w:p/> & _it_ @ref \\ // [a] {b} \"q\" 's' ~"


@pytest.fixture(scope="module")
def pdf():
    with pymupdf.open(stream=build_pdf(make_document(), make_charts())) as opened:
        yield opened


def open_pdf(document, charts=None):
    return pymupdf.open(stream=build_pdf(document, charts or {}))


def text_lines(page):
    """(text, baseline, left, right, size, font) of every line of a page."""
    for block in page.get_text("dict")["blocks"]:
        for line in block.get("lines", []):
            span = line["spans"][0]
            text = "".join(part["text"] for part in line["spans"])
            left, _, right, _ = line["bbox"]
            yield text, span["origin"][1], left, right, span["size"], span["font"]


def folded(text):
    """The text without widths and line breaks, to be compared with what was written."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def all_text(pages):
    return folded("".join(page.get_text() for page in pages))


# --- the grid of the PDF


def test_full_page_holds_22_lines_of_28_characters():
    text = "\u5fb7" * (28 * 60 - 2)
    with open_pdf(make_document(blocks=[Paragraph([text])], annexes=[])) as opened:
        page = opened[1]
        lines = [line for line in text_lines(page) if line[4] == pytest.approx(16, abs=0.1)]
    assert len(lines) == 22
    assert {len(line[0]) for line in lines} == {28}
    baselines = [line[1] for line in lines]
    steps = [b - a for a, b in zip(baselines, baselines[1:], strict=False)]
    assert steps == pytest.approx([PITCH] * 21, abs=0.02)
    assert min(line[2] for line in lines) == pytest.approx(28 * MM, abs=0.3)
    assert max(line[3] for line in lines) == pytest.approx((210 - 26) * MM, abs=0.5)
    assert baselines[0] - 0.88 * 16 == pytest.approx(37 * MM, abs=0.1)
    assert baselines[-1] <= (297 - 35) * MM


def test_body_after_heading_table_and_chart_stands_on_the_grid(pdf):
    found = 0
    for page in list(pdf)[1:6]:
        for _, baseline, _, _, size, _ in text_lines(page):
            if size == pytest.approx(16, abs=0.1):
                lines = (baseline - 0.88 * 16 - 37 * MM) / PITCH
                assert lines == pytest.approx(round(lines), abs=0.02)
                found += 1
    assert found > 50


def test_banner_number_rule_and_title_stand_where_the_standard_puts_them(pdf):
    page = pdf[0]
    assert (page.rect.width, page.rect.height) == pytest.approx((210 * MM, 297 * MM), abs=0.1)
    lines = {folded(line[0]): line for line in text_lines(page)}
    banner, number = lines["情况通报"], lines["德京津冀办通〔2023〕44号"]
    assert banner[1] - 0.88 * banner[4] == pytest.approx((37 + 35) * MM, abs=0.5)
    assert banner[5].startswith("NotoSerifCJKsc-Bold")
    (rule,) = [drawing for drawing in page.get_drawings() if drawing["rect"].width > 100 * MM]
    assert rule["rect"].x0 == pytest.approx(28 * MM, abs=0.1)
    assert rule["rect"].x1 == pytest.approx((210 - 26) * MM, abs=0.1)
    red, green, blue = rule["color"]
    assert red > 0.8 and green < 0.1 and blue < 0.15
    assert rule["rect"].y0 - (number[1] + 0.12 * 16) == pytest.approx(4 * MM, abs=0.1)
    title = next(line for line in text_lines(page) if line[4] == pytest.approx(22, abs=0.1))
    assert title[1] - 0.88 * 22 - rule["rect"].y0 == pytest.approx(2 * PITCH, abs=3)
    assert (title[2] + title[3]) / 2 == pytest.approx((28 + 78) * MM, abs=1)


def test_levels_have_their_fonts(pdf):
    fonts = {folded(line[0]): line[5] for page in pdf for line in text_lines(page)}
    assert fonts["一、总体进展"].startswith("NotoSansCJKsc")
    assert fonts["(一)承接产业转移"].startswith("FandolKai")
    assert fonts["(1)责任分工。"].startswith("FandolFang")


def test_every_font_is_embedded(pdf):
    for page in pdf:
        for xref, kind, *_ in page.get_fonts():
            assert kind != "n/a"
            assert pdf.extract_font(xref)[3], "no font program in the file"


def test_page_numbers_stand_outside_with_dashes(pdf):
    for index, outside in ((0, "right"), (1, "left")):
        line = next(line for line in text_lines(pdf[index]) if line[4] == pytest.approx(14, abs=0.1))
        assert line[0].strip() == f"\u2014 {index + 1} \u2014"
        if outside == "right":
            assert line[3] == pytest.approx((210 - 26) * MM - 14, abs=1)
        else:
            assert line[2] == pytest.approx(28 * MM + 14, abs=1)
        dash = line[1] - 0.38 * 14
        assert dash - (297 - 35) * MM == pytest.approx(7 * MM, abs=2)


def test_imprint_closes_the_type_area_of_the_last_page(pdf):
    page = pdf[-1]
    rules = sorted(drawing["rect"].y0 for drawing in page.get_drawings() if drawing["rect"].width > 150 * MM)
    widths = [round(d["width"] / MM, 2) for d in page.get_drawings() if d["rect"].width > 150 * MM]
    assert len(rules) == 3 and sorted(widths) == [0.25, 0.35, 0.35]
    assert rules[-1] == pytest.approx((297 - 35) * MM, abs=0.6)
    text = all_text([page])
    assert "抄送:市委各部门" in text and "2023年12月14日印发" in text


def test_signature_and_date_are_indented(pdf):
    lines = {folded(line[0]): line for page in list(pdf)[:8] for line in text_lines(page)}
    name, day = lines["德州市深化融入京津冀协同发展领导小组办公室"], lines["2023年12月13日"]
    character = 156 * MM / 28
    assert (210 - 26) * MM - name[3] == pytest.approx(2 * character, abs=1.5)
    assert day[2] - name[2] == pytest.approx(2 * character, abs=1)


def test_turned_page_keeps_the_number_at_the_left(pdf):
    page = pdf[-2]
    assert page.rect.width > page.rect.height
    number = next(line for line in text_lines(page) if line[4] == pytest.approx(14, abs=0.1))
    assert number[2] < 35 * MM


# --- tables and charts


def test_annex_of_150_rows_repeats_its_header_and_splits_no_row():
    rows = 150
    with open_pdf(make_document(annexes=[make_task_annex(rows)])) as opened:
        pages = [page for page in opened if "完成时限" in page.get_text()]
        assert 5 <= len(pages) == opened.page_count - pages[0].number
        seen = []
        for page in pages:
            assert page.get_text().count("完成时限") == 1
            tables = page.find_tables().tables
            assert len(tables) == 1
            body = tables[0].extract()[1:]
            for cells in body:
                seen.append(int(cells[0]))
                assert cells[1].startswith(f"第{cells[0]}项任务") and folded(cells[1]).endswith("落地见效")
    assert seen == list(range(1, rows + 1))


def test_captions_are_numbered_and_stand_with_their_table(pdf):
    text = all_text(pdf)
    for caption in ("图1重点任务按月完成情况", "表1市直部门重点任务推进情况", "图3各方面任务状态"):
        assert text.count(caption) == 1
    for page in pdf:
        if "表1 市直" in page.get_text():
            assert page.find_tables().tables


def test_charts_are_in_the_file_once_each(pdf):
    assert len({image[0] for page in pdf for image in page.get_images()}) == 3


def test_missing_or_broken_chart_becomes_a_sentence():
    charts = {"progress": make_png()[:-40], "counties": b"no picture"}
    document = make_document(annexes=[])
    assert missing_charts(document, charts) == ["progress", "counties", "aspects"]
    with open_pdf(document, charts) as opened:
        assert all_text(opened).count("图表暂缺") == 3
    words = docx.Document(io.BytesIO(build_docx(document, charts)))
    assert sum("图表暂缺" in paragraph.text for paragraph in words.paragraphs) == 3


def test_pushed_chart_leaves_no_blank_foot():
    lead = [Paragraph(["\u5fb7" * (28 * 12)]) for _ in range(2)]
    blocks = [*lead, Chart("counties", "县区"), *[Paragraph(["\u5dde" * (28 * 10)]) for _ in range(3)]]
    with open_pdf(make_document(blocks=blocks, annexes=[]), make_charts()) as opened:
        number = next(page.number for page in opened if page.get_images())
        before = [line[1] for line in text_lines(opened[number - 1]) if line[4] == pytest.approx(16, abs=0.1)]
    assert max(before) > (297 - 35) * MM - 3 * PITCH


def test_short_cells_are_not_torn():
    columns = [Column("序号", weight=0.1), Column("状态", weight=0.1), Column("说明", weight=5)]
    widths = column_widths(columns, [["100", "推进中", "\u957f" * 200]], 36.8)
    assert sum(widths) == pytest.approx(36.8)
    assert widths[1] >= 3 and widths[2] > widths[1]


# --- text is data


def test_markup_stays_text():
    document = make_document(
        title="标题" + MARKUP, blocks=[Heading(1, "一、" + MARKUP), Paragraph([MARKUP], lead=MARKUP),
                                       Table(MARKUP, [Column(MARKUP)], [[MARKUP]], MARKUP)],
        copies=MARKUP, issuer=MARKUP, annexes=[Annex(MARKUP, [])],
    )  # fmt: skip
    with open_pdf(document) as opened:
        assert all_text(opened).count(folded("#set page(fill: red) *bold* $x^2$")) >= 9
        corner = opened[0].get_pixmap(dpi=20).pixel(1, 1)
        assert corner == (255, 255, 255)
    words = docx.Document(io.BytesIO(build_docx(document, {})))
    assert words.tables[0].rows[1].cells[0].text == MARKUP
    assert sum(MARKUP in paragraph.text for paragraph in words.paragraphs) == 5


def test_rare_characters_are_printed_and_selectable():
    with open_pdf(make_document(title=RARE, blocks=[Heading(2, RARE), Paragraph([RARE])], annexes=[])) as opened:
        text = all_text(opened)
        assert text.count(RARE) == 3
        assert "\u3013" not in text


@pytest.mark.parametrize("char", ["\u3653", "\u9c4f", "\u4dac", "\U00020bb7"])
def test_names_beyond_the_general_characters_are_printed_and_selectable(char):
    name = f"\u738b{char}\u660e"
    blocks = [Heading(1, name), Heading(2, name), Paragraph([name]), Table("", [Column("\u59d3\u540d")], [[name]])]
    with open_pdf(make_document(title=name, blocks=blocks, annexes=[])) as opened:
        text = "".join(page.get_text() for page in opened)
        assert text.count(name) == 5 and "\u3013" not in text
        spans = [s for page in opened for b in page.get_text("dict")["blocks"] for n in b.get("lines", [])
                 for s in n["spans"] if char in s["text"]]  # fmt: skip
        assert {span["font"] for span in spans} <= {"RareKai", "RareSans"}


def test_unknown_and_control_characters_do_not_stop_the_files():
    hostile = "甲\x00\x07\u202e乙\ufffe\ud800丙\U0001f600丁"
    document = make_document(blocks=[Paragraph([hostile]), Paragraph([]), Heading(1, "")], annexes=[])
    with open_pdf(document) as opened:
        assert "甲乙丙\u3013丁" in all_text(opened)
    words = docx.Document(io.BytesIO(build_docx(document, {})))
    assert "甲乙丙\U0001f600丁" in [paragraph.text for paragraph in words.paragraphs]


def test_long_addresses_stay_inside_the_type_area_and_can_be_copied():
    address = "https://www.example.gov.cn/" + "abcdefghij0123456789" * 8
    columns = [Column("甲", weight=1), Column("乙", weight=5)]
    blocks = [Paragraph(["见" + address]), Table("", columns, [["x" * 60, "y"]])]
    with open_pdf(make_document(blocks=blocks, annexes=[])) as opened:
        assert address in all_text(opened)
        for page in opened:
            # Half a character more is the blank half of a mark at the end of a line.
            assert all(line[3] <= (210 - 26) * MM + 9 for line in text_lines(page))


def test_empty_document_and_title_of_200_characters_build():
    with open_pdf(Document(title="")) as opened:
        assert opened.page_count == 1
    with open_pdf(make_document(title="深化融入京津冀协同发展" * 18, blocks=[], annexes=[])) as opened:
        title = [line for page in opened for line in text_lines(page) if line[4] == pytest.approx(22, abs=0.1)]
        assert "".join(line[0] for line in title) == "深化融入京津冀协同发展" * 18


def test_row_higher_than_a_page_is_split_rather_than_lost():
    table = Table("", [Column("序号", weight=1), Column("说明", weight=9)], [["1", "\u957f" * 3000]])
    with open_pdf(make_document(blocks=[table], annexes=[])) as opened:
        assert all_text(opened).count("\u957f") == 3000


# --- files


def test_same_data_gives_the_same_bytes():
    document, charts = make_document(), make_charts()
    again = Document.from_json(json.loads(json.dumps(document.to_json())))
    assert build_pdf(document, charts) == build_pdf(again, dict(reversed(charts.items())))
    assert build_docx(document, charts) == build_docx(again, dict(reversed(charts.items())))
    assert build_pdf(document, charts) != build_pdf(make_document(signature="另一单位"), charts)


def test_pdf_is_archival_with_bookmarks_and_properties(pdf):
    assert "<pdfaid:part>2</pdfaid:part>" in pdf.get_xml_metadata()
    assert pdf.metadata["title"].startswith("关于2023年11月份")
    assert pdf.metadata["creationDate"].startswith("D:20231214")
    outline = [(level, folded(text)) for level, text, _ in pdf.get_toc()]
    assert (1, "一、总体进展") in outline and (2, "(一)承接产业转移") in outline and (1, "附件1") in outline


def test_demo_mark_is_on_every_page(pdf):
    assert all("含示例数据" in page.get_text() for page in pdf)


def test_folder_of_the_site_without_fonts_changes_nothing(tmp_path):
    document = make_document(annexes=[])
    assert build_pdf(document, {}, font_dirs=[tmp_path]) == build_pdf(document, {})


def test_missing_fonts_are_named(monkeypatch, tmp_path):
    families.cache_clear()
    monkeypatch.setattr("reports.bulletins.fonts.load_fonts", lambda folders: type("None_", (), {"fonts": list})())
    with pytest.raises(FontsMissing, match="缺少公文字体"):
        families((str(tmp_path),))
    families.cache_clear()


def test_broken_jpeg_is_a_clear_error():
    with pytest.raises(PdfError, match="PDF 排版失败"):
        build_pdf(make_document(), {**make_charts(), "progress": b"\xff\xd8\xff broken"})


def test_shipped_fonts_cover_the_general_characters():
    covered = covered_characters()
    listed = (SHIPPED.parents[2] / "tools" / "fonts" / "tongyong8105.txt").read_text("utf-8").replace("\n", "")
    assert len(listed) == 8105
    assert not [char for char in listed if ord(char) not in covered]
    rare = font_characters((SHIPPED / "RareKai-Regular.ttf").read_bytes())
    assert {ord(char) for char in RARE} <= rare
    assert not [code for code in (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000)) if code not in covered]
