"""Figures of a text against each other: planted faults are found, right texts are left alone."""

import json
from pathlib import Path

import pytest

from reports.proofreading.checking import check_text

TEXTS = Path(__file__).parent / "proof_texts"
FAULTS = json.loads((TEXTS / "faulty.json").read_text(encoding="utf-8"))
CLEAN = json.loads((TEXTS / "clean.json").read_text(encoding="utf-8"))
UNRELATED = json.loads((TEXTS / "unrelated.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["text"][:30])
def test_a_planted_fault_is_found_once(fault):
    report = check_text(fault["text"])
    found = [(f.kind, f.written) for f in report.findings]
    assert found == [(fault["kind"], fault["written"])], [f.because for f in report.findings]
    if fault["expected"] is not None:
        assert report.findings[0].expected == fault["expected"]


@pytest.mark.parametrize("text", CLEAN, ids=lambda text: text[:30])
def test_a_right_text_has_no_finding(text):
    report = check_text(text)
    assert report.findings == []
    assert report.checked > 0


@pytest.mark.parametrize("text", UNRELATED, ids=lambda text: text[:30])
def test_numbers_that_nothing_relates_are_neither_doubted_nor_called_checked(text):
    report = check_text(text)
    assert report.findings == [] and report.checked == 0
    assert len(report.unchecked) == report.numbers


def test_the_corpus_covers_every_kind_the_text_itself_can_show():
    kinds = {"sum", "share", "rate", "difference", "growth", "total", "count", "scope"}
    assert {fault["kind"] for fault in FAULTS} == kinds
    assert len(FAULTS) >= 450 and len(CLEAN) >= 400


def test_offsets_point_at_what_is_written_and_the_replacement_mends_the_text():
    for fault in FAULTS:
        text, finding = fault["text"], check_text(fault["text"]).findings[0]
        assert text[finding.start : finding.end] == finding.written or not finding.replacement
        assert finding.quote in text
        if finding.replacement:
            mended = text[: finding.start] + finding.replacement + text[finding.end :]
            assert check_text(mended).findings == [], text


def test_the_report_says_how_many_relations_of_which_kind_and_what_it_could_not_check():
    report = check_text("共127项，已完成49项，占38.6%，正在推进78项。走访企业20家。")
    assert report.checked == 2
    assert report.by_kind == {"sum": 1, "share": 1}
    assert report.numbers == 5
    assert [item.text for item in report.unchecked] == ["20家"]


def test_dates_numbers_of_documents_and_telephones_are_no_figures():
    text = "德政办字〔2023〕44号，2023年11月30日印发，第43期，电话0534-2687001、13800138000，5个工作日内反馈。"
    assert check_text(text).numbers == 0


def test_a_text_of_any_marks_is_read_without_an_error():
    for text in (
        "",
        "\n\n",
        "占%",
        "共项，其中个",
        "\t\t\n\t",
        "｜|",
        "9" * 5000,
        "共" + "12个、" * 3000,
        "（" * 2000 + "3个",
    ):
        assert check_text(text).findings == []
