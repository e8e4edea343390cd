"""Tables understood: headers, labels of rows, and numbers with the units that the headers give them."""

import re
from dataclasses import dataclass, field

from reports.proofreading.layout import Cell, Table
from reports.proofreading.numbers import MONEY, PERCENT, POINTS, SCALES, Number

TOTAL_ROW = re.compile(r"^\s*(?:合\s*计|总\s*计|共\s*计|小\s*计|全市(?:合计|总计)?|总体|全部|合计数|总数)\s*$")
ORDINAL = re.compile(r"^(?:序号|编号|名次|排名|位次|排序|代码|文号|年份|年度|时间|日期|电话|期号|期数)$")
RELATIVE = re.compile(
    r"率|占比|比重|比例|增长|增幅|增速|同比|环比|得分|分值|平均|人均|均价|单价|指数|进度|名次|排名|位次|[±%％]|天数|年限"
)
RATE = re.compile(r"率|完成比例|完成进度|进度")
SHARE = re.compile(r"占比|比重|占全市|占总|占比例|份额|所占比例")
WHOLE_COLUMN = re.compile(r"合计|小计|总计|总数|共计|任务数|任务总|总量|数量|总投资|计划|目标|项目数|件数|总")
UNIT = re.compile(
    r"[（(](?:单位[：:])?(?P<scale>万亿|千万|百万|亿|万|千)?(?P<unit>元|%|个百分点|百分点|[个项家件条期名人位次户处座台套批场宗份篇种类辆所支亩吨]|平方公里|公里)[)）]"
)
UNIT_CELL = re.compile(
    r"^\s*(?P<scale>万亿|千万|百万|亿|万|千)?(?P<unit>元|%|个百分点|百分点|[个项家件条期名人位次户处座台套批场宗份篇种类辆所支亩吨])\s*$"
)
CAPTION_UNIT = re.compile(r"单位[：:]\s*(?P<scale>万亿|千万|百万|亿|万|千)?(?P<unit>元|%|[个项家件条期名人位次户])")


@dataclass
class Grid:
    """A table understood: its header, the rows' labels, the numbers by row and column."""

    table: Table
    headers: list[str]
    labels: list[str]
    cells: list[list[Number | None]]
    columns: list[int] = field(default_factory=list)

    def column(self, index) -> list[tuple[int, Number]]:
        return [(row, cells[index]) for row, cells in enumerate(self.cells) if cells[index]]

    def is_total(self, row) -> bool:
        return bool(TOTAL_ROW.match(self.labels[row]))


def read_grids(page) -> list[Grid]:
    """The tables of the page with units put on their numbers."""
    return [grid for table in page.tables if (grid := _grid(table))]


def _grid(table):
    width = max(len(row) for row in table.rows)
    header = table.rows[0]
    if sum(cell.number is not None for cell in header) > len(header) / 2:
        return None
    body = table.rows[1:]
    headers = [cell.text.strip() for cell in header] + [""] * (width - len(header))
    if body and len(body) > 1 and not any(cell.number for cell in body[0]) and _is_second_header(body[0]):
        headers = [
            f"{a}{b.text.strip()}" if b.text.strip() != a else a for a, b in zip(headers, body[0], strict=False)
        ]
        headers += [""] * (width - len(headers))
        body = body[1:]
    labels = [_label(row, headers) for row in body]
    cells = [[_number_of(row, index) for index in range(width)] for row in body]
    grid = Grid(table, headers, labels, cells)
    unit_column = next((i for i, h in enumerate(headers) if re.fullmatch(r"(?:计量)?单位", h)), None)
    for index, name in enumerate(headers):
        numbers = grid.column(index)
        if not numbers or ORDINAL.match(name) or _is_sequence(numbers, name):
            for row, number in numbers:
                cells[row][index] = None
                number.bare = True
                number.cell = None
            continue
        grid.columns.append(index)
        for row, number in numbers:
            _put_unit(
                number,
                name,
                body[row][unit_column].text if unit_column is not None and unit_column < len(body[row]) else "",
                table.caption,
            )
    return grid


def _is_second_header(row: list[Cell]):
    texts = [cell.text.strip() for cell in row]
    return sum(bool(UNIT.search(text) or RELATIVE.search(text) or WHOLE_COLUMN.search(text)) for text in texts) >= 2


def _label(row, headers):
    for cell, name in zip(row, headers, strict=False):
        text = cell.text.strip()
        if cell.number is None and text and (TOTAL_ROW.match(text) or not ORDINAL.match(name)):
            return text
    return ""


def _number_of(row, index):
    return row[index].number if index < len(row) else None


def _is_sequence(numbers, name):
    """A column of 1, 2, 3 … without a name that counts anything."""
    values = [int(n.value) for _, n in numbers if n.value == n.value.to_integral_value()]
    return (
        len(values) > 2
        and values == list(range(values[0], values[0] + len(values)))
        and values[0] == 1
        and not UNIT.search(name)
        and len(name) <= 2
    )


def _put_unit(number, header, unit_text, caption):
    if not number.bare:
        return
    match = (
        UNIT.search(header)
        or UNIT_CELL.match(unit_text)
        or (None if RELATIVE.search(header) else CAPTION_UNIT.search(caption))
    )
    if match:
        unit = match["unit"]
        number.unit = {"%": PERCENT, "个百分点": POINTS, "百分点": POINTS, "元": MONEY}.get(unit, unit)
        number.scale = SCALES[match["scale"] or ""]
    elif RATE.search(header) or SHARE.search(header):
        number.unit = PERCENT
    else:
        number.unit = "项"  # one unit for all columns that name none, so that they can be added
    number.bare = False
