"""Where the pages of a bulletin's PDF break and how the text finds back to the grid after tables and charts."""

import pymupdf
import pytest

from reports.bulletins.content import Chart, Heading, Paragraph
from reports.bulletins.pdf import build_pdf
from tests.reports.bulletin_documents import make_charts, make_document, make_table

MM = 72 / 25.4
PITCH = 225 * MM / 22


def off_grid(pdf):
    """(page, text) of the body's lines that stand beside the grid of 22 lines."""
    found = []
    for page in pdf:
        for block in page.get_text("dict")["blocks"]:
            for line in block.get("lines", []):
                span = line["spans"][0]
                if span["size"] == pytest.approx(16, abs=0.1) and span["text"].strip():
                    place = (span["origin"][1] - 0.88 * 16 - 37 * MM) / PITCH
                    if place != pytest.approx(round(place), abs=0.02):
                        found.append((page.number + 1, span["text"]))
    return found


@pytest.mark.parametrize("rows", [14, 20, 27, 33, 48, 60])
@pytest.mark.parametrize("lead", [0, 5])
def test_every_line_after_a_table_that_breaks_over_pages_is_on_the_grid(rows, lead):
    text = Paragraph(["\u5dde" * 100])
    blocks = [*[text] * lead, make_table(rows), text, make_table(rows), Heading(1, "一、标题"), text]
    with pymupdf.open(stream=build_pdf(make_document(blocks=blocks, annexes=[]), {})) as pdf:
        assert off_grid(pdf) == []


@pytest.mark.parametrize("title", ["短标题", "关于全市京津冀协同发展重点任务推进情况的通报", "协同发展" * 16])
def test_a_title_of_any_length_leaves_the_text_on_the_grid(title):
    blocks = [Paragraph(["\u5dde" * 300]), Chart("counties", "县区"), Paragraph(["\u5dde" * 300])]
    with pymupdf.open(stream=build_pdf(make_document(title=title, blocks=blocks), make_charts())) as pdf:
        body = [page for page in pdf if page.rect.height > page.rect.width]
        assert off_grid(body) == []
