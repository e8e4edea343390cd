"""Cells as people type them, and the files that may not be read at all."""

import io
import json
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook

from common.errors import UserError
from common.ledgers import reading
from common.ledgers.columns import Field, find_header
from common.ledgers.dates import read_date
from common.ledgers.reading import read_sheets
from common.ledgers.sheets import Sheet, cell_name
from common.ledgers.table import read_table
from common.ledgers.values import read_percent, read_quantity, read_status, split_glued, written_as_fractions

CASES = json.loads((Path(__file__).parent / "ledger_cases.json").read_text(encoding="utf-8"))
FIELDS = (
    Field("code", "编号", ("编号", "序号")),
    Field("title", "任务", ("重点任务", "任务")),
    Field("lead", "牵头单位", ("牵头单位",)),
    Field("supporting", "配合单位", ("配合单位",)),
    Field("due", "完成时限", ("完成时限",)),
)


def named(case):
    return str(case["input"]).replace("\n", " ")


def book(rows, *, merged=(), name="Sheet"):
    made = Workbook()
    sheet = made.active
    sheet.title = name
    for row in rows:
        sheet.append(row)
    for place in merged:
        sheet.merge_cells(place)
    return made


def content_of(made) -> bytes:
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def table_of(rows, **options):
    return read_table(read_sheets("台账.xlsx", content_of(book(rows, **options))), FIELDS, needed={"title"})


@pytest.mark.parametrize("case", CASES["dates"], ids=named)
def test_dates(case):
    expected = case["expected"]
    if "error" in expected:
        with pytest.raises(ValueError, match="不是有效日期"):
            read_date(case["input"], year=case.get("year"))
        return
    read = read_date(case["input"], year=case.get("year"))
    assert read.day == (date.fromisoformat(expected["date"]) if expected["date"] else None)
    assert read.precision == expected["precision"]
    assert read.before == (expected.get("relation") == "before") or "每" in str(case["input"])
    assert read.ambiguous == expected.get("ambiguous", False)
    assert read.repaired == expected.get("repaired", False)
    assert read.milestone == expected.get("milestone", "")
    assert read.start == (date.fromisoformat(expected["start"]) if "start" in expected else None)
    assert read.doubt or not (read.ambiguous or read.repaired)


@pytest.mark.parametrize("text", ["6月底前", "年底前", "一季度末"])
def test_date_without_any_year_is_refused(text):
    with pytest.raises(ValueError, match="没有写明年份"):
        read_date(text)


@pytest.mark.parametrize("text", ["2023年13月", "抓紧", "20231340"])
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError):
        read_date(text, year=2023)


def test_several_dates_take_the_last_and_say_so():
    read = read_date("2023年6月底完成选址,2023年12月底建成")
    assert (read.day, read.ambiguous) == (date(2023, 12, 31), True)


@pytest.mark.parametrize("case", CASES["statuses"], ids=named)
def test_statuses(case):
    read = read_status(case["input"])
    assert read.status == case["expected"]["status"]
    assert read.percent == case["expected"].get("pct")


@pytest.mark.parametrize(
    ("mark", "header", "meant"),
    [
        ("√", "是否达序", "on_track"),
        ("×", "是否达序时", "behind"),
        ("是", "是否完成", "done"),
        ("否", "是否完成", "in_progress"),
    ],
)
def test_marks_mean_what_their_header_asks(mark, header, meant):
    assert read_status(mark, header=header).status == meant


def test_unknown_status_is_refused():
    with pytest.raises(ValueError, match="不认识的状态"):
        read_status("见附件")


@pytest.mark.parametrize("case", CASES["quantities"], ids=named)
def test_quantities(case):
    expected = case["expected"]
    if "score" in expected:
        assert split_glued(case["input"]) == ("兖州区", expected["rank"], Decimal(str(expected["score"])))
        return
    read = read_quantity(case["input"], is_percent_cell=case.get("percent_cell", False))
    if "actual" in expected:
        assert (read.actual, read.value, read.unit) == (expected["actual"], expected["target"], expected["unit"])
        return
    low, high = expected["value"] if isinstance(expected["value"], list) else (expected["value"], None)
    assert (read.value, read.value_to, read.unit) == (low, high, expected["unit"])
    assert read.comparator == expected.get("comparator", "=")


@pytest.mark.parametrize(
    ("value", "options", "percent"),
    [
        (0.85, {"is_percent_cell": True}, 85),
        ("85%", {}, 85),
        (85, {}, 85),
        ("８５％", {}, 85),
        (0.855, {"fractions": True}, 86),
        ("——", {}, None),
        (1, {"is_percent_cell": True}, 100),
    ],
)
def test_percents(value, options, percent):
    assert read_percent(value, **options) == percent


@pytest.mark.parametrize("value", [130, "130%", -5, "大部分"])
def test_percent_out_of_range_is_refused(value):
    with pytest.raises(ValueError, match="0—100"):
        read_percent(value)


def test_column_of_fractions_is_told_from_percents():
    assert written_as_fractions([0.5, 1, "0.85"])
    assert not written_as_fractions([0, 1, 1])
    assert not written_as_fractions([0.5, 60])


def test_cell_names():
    assert [cell_name(16, 5), cell_name(0, 25), cell_name(0, 26), cell_name(9, 701)] == ["F17", "Z1", "AA1", "ZZ10"]


def test_title_rows_two_header_rows_chapters_totals_and_notes():
    table = table_of(
        [
            ["2023年重点任务表"],
            ["填报单位:某局"],
            ["序 号", "重点任务", "责任单位", None, "完成\n时限"],
            [None, None, "牵头单位", "配合单位", None],
            ["一、承接产业(2项)"],
            [1, "甲", "市A局", None, "6月底前"],
            [2, "乙", None, "市B局", None],
            ["小计", 2],
            ["注:时限为月底"],
        ],
        merged=["A1:E1", "C3:D3", "A3:A4", "B3:B4", "E3:E4", "A5:E5", "C6:C7"],
    )
    assert (table.header.last + 1, table.year, table.title) == (4, 2023, "2023年重点任务表")
    assert [row.cells["title"].text for row in table.rows] == ["甲", "乙"]
    assert {row.chapter for row in table.rows} == {"一、承接产业"}
    second = table.rows[1].cells
    assert (second["lead"].text, second["lead"].name, second["lead"].own) == ("市A局", "C6", False)
    assert second["supporting"].name == "D7"


def test_blank_cells_without_merge_are_not_filled_down():
    table = table_of([["序号", "重点任务", "牵头单位"], [1, "甲", "市A局"], [2, "乙", None]])
    assert "lead" not in table.rows[1].cells


def test_hidden_rows_count_and_missing_values_are_known():
    made = book([["序号", "重点任务", "完成时限"], [1, "甲", "=TODAY()"], [2, "乙", "长期"]])
    made.active.row_dimensions[3].hidden = True
    table = read_table(read_sheets("t.xlsx", content_of(made)), FIELDS, needed={"title"})
    assert [row.hidden for row in table.rows] == [False, True]
    assert table.is_broken(table.rows[0].cells["due"])


def test_dates_and_percent_cells_keep_their_kind():
    made = book([["序号", "重点任务", "完成时限", "率"], [1, "甲", 45107, 0.85]])
    made.active["C2"].number_format = 'yyyy"年"m"月"d"日"'
    made.active["D2"].number_format = "0%"
    sheet = read_sheets("t.xlsx", content_of(made))[0]
    assert sheet.value(1, 2) == date(2023, 6, 30)
    assert (1, 3) in sheet.percents


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_in_every_usual_encoding(encoding):
    text = '序号,重点任务,完成时限\r\n1,"甲,乙",2023年12月底\r\n'
    table = read_table(read_sheets("t.csv", text.encode(encoding)), FIELDS, needed={"title"})
    assert table.rows[0].cells["title"].text == "甲,乙"


def test_header_chosen_by_hand_goes_before_known_words():
    sheet = Sheet("s", [["序号", "任务", "其他", "完成时限"], ["1", "甲", "乙", "2023"]])
    assert find_header(sheet, FIELDS, {"title": "其他"}).columns["title"] == 2
    assert "due" not in find_header(sheet, FIELDS, {"due": ""}).columns
    assert find_header(sheet, FIELDS, {"due": "没有这一列"}).columns["due"] == 3


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("t.xls", b"\xd0\xcf\x11\xe0", "另存为 .xlsx"),
        ("t.et", b"x", "WPS"),
        ("t.xlsm", b"PK\x03\x04", "含宏"),
        ("t.txt", b"x", ".xlsx 或 .csv"),
        ("t.xlsx", b"", "空的"),
        ("t.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "加密"),
        ("t.xlsx", b"PK\x03\x04broken", "损坏"),
        ("t.csv", b"PK\x03\x04", "不符"),
        ("t.csv", b"a\x00b", "编码"),
        ("t.csv", b"\r\n ", "空的"),
    ],
)
def test_files_that_are_refused(name, content, message):
    with pytest.raises(UserError) as refusal:
        read_sheets(name, content)
    assert message in refusal.value.message


def test_sheet_that_claims_the_whole_grid_is_refused_by_the_child():
    made = content_of(book([["序号", "重点任务"], [1, "甲"]]))
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            data = old.read(member)
            if member.endswith("sheet1.xml"):
                far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
                data = data.replace(b"</sheetData>", far)
            new.writestr(member, data)
    with pytest.raises(UserError, match="无法读取|超过 20,000 行"):
        read_sheets("t.xlsx", buffer.getvalue())


def test_too_many_rows_are_refused_in_one_sentence():
    text = "序号,重点任务\n" + "1,甲\n" * (reading.MAX_ROWS + reading.SPARE_ROWS)
    with pytest.raises(UserError, match="超过 20,000 行"):
        read_sheets("t.csv", text.encode())


def test_sheet_without_header_or_rows_is_refused():
    with pytest.raises(UserError, match="没有找到表头"):
        table_of([["甲", "乙"], [1, 2]])
    with pytest.raises(UserError, match="没有数据行"):
        table_of([["序号", "重点任务"], ["合计", 0]])
