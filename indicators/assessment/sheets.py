"""The assessment's tables as sheets: exactly what the page shows, numbers as numbers, lights as grounds and marks."""

from decimal import Decimal

from django.db import transaction

from common import audit, exports
from common.charts import ChartDescription, chart_table
from common.exports import Lit

EMPTY = "空"  # a term without data, as the page writes it


def download(request, *, title: str, notes: list[str], headers: list[str], rows: list[list], as_of):
    """Return the rows as an .xlsx download and leave the export in the trail."""
    content = exports.workbook(title=title, notes=[n for n in notes if n], headers=headers, rows=rows)
    with transaction.atomic():
        audit.record(by=request.user, action="导出", label=title, after={"as_of": as_of, "rows": len(rows)})
    return exports.attachment(content, name=f"{title}_{as_of}.xlsx", content_type=exports.XLSX)


def chart_download(request, chart: ChartDescription):
    """Return the table under a chart as a download."""
    headers, rows = chart_table(chart)
    notes = [f"截至 {chart.as_of}", f"单位：{chart.unit}", chart.scope, "含示例数据" if chart.demo else ""]
    return download(request, title=chart.title, notes=notes, headers=headers, rows=rows, as_of=chart.as_of)


def frame_notes(assessment) -> list[str]:
    """Return what stands above every sheet: scheme and version, period, day, and that it is an example."""
    demo = "示例方案" if assessment.scheme.is_example else "含示例数据" if assessment.demo else ""
    return [
        f"{assessment.scheme.name}第 {assessment.version.number} 版",
        f"期间 {assessment.span.label}，截至 {assessment.as_of}",
        demo,
    ]


def ranking_table(page: dict) -> tuple[list[str], list[list]]:
    """Return (headers, rows) of the ranking page, its groups one below the other."""
    terms = [f"{line['term'].name}（满 {line['most']} 分）" for line in page["terms"]]
    headers = ["组别", "单位", "名次", "得分", "缺数据的考核项", "名次变化", "得分变化", "距前一名", *terms]
    rows = []
    for group in page["groups"]:
        for row in group["rows"]:
            cells = [Lit(c["score"], c["light"]) if c["score"] is not None else EMPTY for c in row["cells"]]
            fixed = [group["name"], row["organisation"].short, row["rank"], row["score"], "、".join(row["missing"])]
            rows.append([*fixed, _moved(row["moved"]), row["change"], row["gap"], *cells])
    return headers, rows


def _moved(moved: dict | None) -> str | None:
    if moved is None:
        return None
    return f"{'↑' if moved['up'] else '↓'}{moved['steps']}" if moved["steps"] else "持平"


def sheet_table(page: dict) -> tuple[list[str], list[list]]:
    """Return (headers, rows) of an organisation's sheet, the sum at the end."""
    headers = ["考核项", "公式", "取数", "分子分母", "目标", "目标说明", "口径", "代入", "得分", "最多", "再进一步"]
    rows = []
    for line in page["lines"]:
        score = EMPTY if line["score"] is None else Lit(line["score"], line["light"])
        names = ("name", "stated", "actual", "parts", "target", "target_note", "scope", "filled")
        rows.append([*(line[name] for name in names), score, Decimal(line["most"]), line["outlook"].text])
    total = page["row"].score
    rows.append(["合计", *[None] * 7, total, Decimal(page["full"]), None])
    return headers, rows


def sheet_notes(page: dict) -> list[str]:
    """Return rank, gap and what is missing, as the cards above the sheet say them."""
    row = page["row"]
    rank = "没有名次" if row.rank is None else f"名次 {row.rank}（{page['group']} {page['ranked']} 个有分）"
    gap = "" if page["gap"] is None else f"距前一名 {page['gap']} 分"
    missing = f"不完整：{'、'.join(row.missing)} 缺数据，记空" if row.missing else ""
    return [rank, gap, missing]


def scorecard_table(page: dict) -> tuple[list[str], list[list]]:
    """Return (headers, rows) of a scorecard."""
    columns = [f"{column.indicator.name}（{column.indicator.unit}）" for column in page["columns"]]
    ranked = (
        ["名次", "得分", *(f"{t.name}（{t.weight.normalize():f} 分）" for t in page["terms"])] if page["terms"] else []
    )
    headers = ["组别", "单位", *ranked, *columns]
    rows = []
    for group in page["groups"]:
        for row in group["rows"]:
            place = [row["rank"], row["score"]] if page["terms"] else []
            scored, measured = row["values"][: len(page["terms"])], row["values"][len(page["terms"]) :]
            cells = [Lit(score, light) if score is not None else None for score, light in scored]
            cells += [Lit(_short(value), light) if value is not None else None for value, light in measured]
            rows.append([group["name"], row["organisation"].short, *place, *cells])
    return headers, rows


def _short(value: Decimal) -> Decimal | int:
    """Return a value without trailing zeros, as the page writes it."""
    return value if value % 1 else int(value)
