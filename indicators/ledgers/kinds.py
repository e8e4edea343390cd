"""The kind of ledgers of this app: values of indicators."""

from django.urls import reverse

from common import periods
from common.errors import UserError
from common.ledgers.kinds import Kind, organisation_of, register
from indicators import collecting
from indicators.grid import grid_rows
from indicators.ledgers.fields import KIND_NAME, NEEDED, OBSERVATIONS, fields
from indicators.ledgers.observation_rows import check_observations
from indicators.ledgers.writing import undo_observations, write_observations
from indicators.template_sheet import template_sheet


def _line(row: dict) -> dict:
    if "values" not in row:
        return row
    return row | {"value": "；".join(f"{key} {value}" for key, value in row["values"].items())}


def _sheets(user, on) -> list[tuple[str, str, str]]:
    """The organisation's forms of the newest month, quarter and year for which it has something to report."""
    own = organisation_of(user)
    if own is None:
        return []
    found = []
    for frequency in ("month", "quarter", "year"):
        period = collecting.newest_open(frequency, on)
        if collecting.to_report(own, period).exists():
            label = f"{periods.span_label(period)}指标填报表"
            found.append((label, f"{own.short}应报的指标，已带出上期数", f"period={period}"))
    return found


def _sheet(user, on, query) -> tuple[bytes, str]:
    """Return the period's form of the user's organisation. Raises ValueError for no period."""
    own = organisation_of(user)
    if own is None:
        raise UserError("指标填报表按单位下载，请在指标填报页选择单位。")
    period = query.get("period", "")
    periods.span(period)
    content = template_sheet(own, period, grid_rows(own, period, on))
    return content, f"{own.short}{periods.span_label(period)}指标填报表.xlsx"


OBSERVATION_KIND = Kind(
    key=OBSERVATIONS,
    name=KIND_NAME,
    fields=fields,
    needed=NEEDED,
    may=lambda user: bool({"supervise", "report"} & user.actions),
    check=check_observations,
    write=write_observations,
    undo=undo_observations,
    columns=(
        ("indicator", "代码"),
        ("name", "指标"),
        ("organisation", "单位"),
        ("period", "期间"),
        ("value", "数值"),
        ("unit", "计量单位"),
    ),
    promise=lambda report: (
        "将写入",
        report["to_write"],
        f"个数值，其余 {report['unchanged']} 行没有变化；单位自己的数值导入后是草稿，还要提交。",
    ),
    result=lambda batch, user: ("", reverse("indicators:list"), "看指标"),
    line=_line,
    spans_over=frozenset({"value"}),
    sheets=_sheets,
    sheet=_sheet,
)
register(OBSERVATION_KIND)
