"""The content tree of a bulletin, its titles and the cleaning of its texts."""

import json

import pytest

from reports.bulletins.arrange import arrange
from reports.bulletins.content import Annex, Column, Document, FigureRef, Table, figure_keys, plain_text
from reports.bulletins.texts import clean_text, full_width_punctuation
from reports.bulletins.titles import break_title, width
from tests.reports.bulletin_documents import make_document, make_table


def test_document_survives_the_round_trip_through_json():
    document = make_document()
    value = json.loads(json.dumps(document.to_json(), ensure_ascii=False))
    assert Document.from_json(value) == document
    assert Document.from_json(value).to_json() == document.to_json()


def test_document_names_its_figures_and_its_text():
    document = make_document(annexes=[])
    assert {"tasks.total", "tasks.closed", "unit.1"} <= set(figure_keys(document))
    assert "重点任务共150项" in plain_text(document)


@pytest.mark.parametrize("broken", [{"type": "script"}, {"type": "heading", "level": 7, "text": "x"},
                                    {"type": "table", "caption": "", "columns": [], "rows": []}])  # fmt: skip
def test_malformed_blocks_are_refused(broken):
    with pytest.raises(ValueError):
        Document.from_json({"title": "t", "blocks": [broken]})


def test_table_row_of_another_length_is_refused():
    with pytest.raises(ValueError, match="2 cells"):
        Table("", [Column("甲")], [["1", FigureRef("2", "k")]])


@pytest.mark.parametrize("title", ["关于2023年11月份全市深化融入京津冀协同发展重点任务推进情况的通报", "\u6df1" * 200])
def test_title_breaks_lose_nothing_and_fit(title):
    lines = break_title(title)
    assert "".join(lines) == title
    assert all(width(line) <= 19 for line in lines)


def test_title_breaks_by_sense():
    lines = break_title("关于2023年11月份全市深化融入京津冀协同发展重点任务推进情况的通报")
    assert lines == ["关于2023年11月份全市深化融入", "京津冀协同发展重点任务推进情况的通报"]


def test_marks_between_characters_become_full_width_and_numbers_stay():
    assert full_width_punctuation("占38.7%,其中(市)12:30,1,234个") == ("占38.7%\uff0c其中\uff08市\uff0912:30,1,234个")
    assert full_width_punctuation("f(x), http://a.b/c?d") == "f(x), http://a.b/c?d"
    assert clean_text("甲\n乙\t丙\x0b丁\u200b") == "甲 乙 丙 丁"


def test_number_line_and_attachments_follow_from_what_is_known():
    assert arrange(make_document(doc_no=""), {})["number"] == "第44期"
    assert "未编号" in arrange(make_document(doc_no="", issue=None), {})["number"]
    assert arrange(make_document(), {})["attachments"][0] == "京津冀协同发展重点任务进展情况明细表"
    assert arrange(make_document(annexes=[Annex("甲", [make_table(1)])]), {})["annexes"][0]["label"] == "附件"
