"""The kind of ledgers of this app: values of indicators."""

from django.urls import reverse

from common.ledgers.kinds import Kind, register
from indicators.ledgers.fields import KIND_NAME, NEEDED, OBSERVATIONS, fields
from indicators.ledgers.observation_rows import check_observations
from indicators.ledgers.writing import undo_observations, write_observations


def _line(row: dict) -> dict:
    if "values" not in row:
        return row
    return row | {"value": "；".join(f"{key} {value}" for key, value in row["values"].items())}


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
)
register(OBSERVATION_KIND)
