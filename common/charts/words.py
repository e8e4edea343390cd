"""The table under a chart and the sentence that stands for it."""

from common.charts.description import ChartDescription, chinese_date, number_text, rate
from common.charts.funnel import funnel_table
from common.charts.maps import without_polygon
from common.lights import WORDS


def chart_table(desc: ChartDescription) -> tuple[list[str], list[list]]:
    """Heads and rows with the raw values; None where a value is missing. All points, drawn or not."""
    if desc.kind == "progress":
        return _progress_table(desc)
    if desc.kind == "funnel":
        return funnel_table(desc)
    if desc.kind == "timeline":
        heads = [desc.category, "开始", "时限", f"{desc.value_name}（{desc.unit}）", "灯"]
        return heads, [
            [p.label, _day(p.starts_on), _day(p.ends_on), p.value, WORDS.get(p.light, "–")] for p in desc.points
        ]
    if desc.kind == "bars_with_target":
        heads = [
            desc.category,
            f"{desc.value_name}（{desc.unit}）",
            f"{desc.target_name}（{desc.unit}）",
            f"{desc.rate_name}（%）",
        ]
        return heads, [[p.label, p.value, p.target, rate(p)] for p in desc.points]
    if desc.kind == "sankey":
        heads = [desc.category, desc.target_name, f"{desc.value_name}（{desc.unit}）"]
        return heads, [[p.label, p.to, p.value] for p in desc.points]
    if desc.kind in ("map", "bars") and len(desc.series) == 1:
        return [desc.category, f"{desc.value_name}（{desc.unit}）"], [[p.label, p.value] for p in desc.points]
    heads = [desc.category, *(f"{series.name}（{desc.unit}）" for series in desc.series)]
    rows = [[label, *(s.points[i].value for s in desc.series)] for i, label in enumerate(desc.categories)]
    if desc.kind == "stacked":
        heads.append(f"合计（{desc.unit}）")
        for row in rows:
            row.append(sum(value or 0 for value in row[1:]))
    return heads, rows


def _day(day) -> str:
    return day.isoformat() if day else "–"


def _progress_table(desc: ChartDescription) -> tuple[list[str], list[list]]:
    counted = any(p.total is not None for p in desc.points)
    lit = any(p.light for p in desc.points)
    heads = [
        desc.category,
        *([desc.done_name, desc.total_name] if counted else []),
        f"{desc.value_name}（%）",
        *(["灯"] if lit else []),
    ]
    rows = []
    for p in desc.points:
        rows.append(
            [
                p.label,
                *([p.done, p.total] if counted else []),
                p.value,
                *([WORDS.get(p.light, "–")] if lit else []),
            ]
        )
    return heads, rows


def chart_sentence(desc: ChartDescription) -> str:
    """One sentence that says what the picture shows, for readers who do not see it."""
    day = f"，截至{chinese_date(desc.as_of)}" if desc.as_of else ""
    if desc.is_empty:
        return f"{desc.title}{day}：{desc.empty_text}。"
    return f"{desc.title}{day}：{_says(desc)}。"


def _says(desc: ChartDescription) -> str:
    unit = "%" if desc.kind == "progress" else f" {desc.unit}"
    if desc.kind in ("trend", "line"):
        parts = []
        for series in desc.series:
            known = [p for p in series.points if p.value is not None]
            if known:
                parts.append(
                    f"{series.name} {known[0].label} {number_text(known[0].value, desc.decimals)}{unit}、"
                    f"{known[-1].label} {number_text(known[-1].value, desc.decimals)}{unit}"
                )
        return "；".join(parts)
    if desc.kind == "funnel":
        parts = (f"{p.label} {number_text(p.value, desc.decimals)}{unit}" for p in desc.points)
        return "、".join(parts)
    if desc.kind == "timeline":
        drawn = [p for p in desc.points if p.starts_on and p.ends_on]
        first, last = min(drawn, key=lambda p: p.ends_on), max(drawn, key=lambda p: p.ends_on)
        return f"{len(drawn)} 项，最早{first.label} {first.ends_on}，最晚{last.label} {last.ends_on}"
    if desc.kind == "sankey":
        most = max((p for p in desc.points if p.value), key=lambda p: p.value)
        ends = f"{len({p.label for p in desc.points})} 个{desc.category}到 {len({p.to for p in desc.points})} 个"
        return f"{ends}{desc.target_name}，最多{most.label}到{most.to} {number_text(most.value, desc.decimals)}{unit}"
    if desc.kind == "stacked":
        sums = (
            f"{s.name} {number_text(sum(p.value or 0 for p in s.points), desc.decimals)}{unit}" for s in desc.series
        )
        return f"{len(desc.categories)} 类，" + "、".join(sums)
    parts = []
    for series in desc.series:
        known = [p for p in series.points if p.value is not None]
        if not known:
            continue
        most, least = max(known, key=lambda p: p.value), min(known, key=lambda p: p.value)
        name = f"{series.name} " if len(desc.series) > 1 else ""
        parts.append(
            f"{name}最高{most.label} {number_text(most.value, desc.decimals)}{unit}，"
            f"最低{least.label} {number_text(least.value, desc.decimals)}{unit}"
        )
    if desc.pace is not None:
        parts.append(f"{desc.pace_name} {number_text(desc.pace, 1).removesuffix('.0')}%")
    return f"{len(desc.categories)} 个{desc.category}，" + "；".join(parts)


def chart_note(desc: ChartDescription) -> str:
    """The note under the chart; a map names what has no polygon and the whole."""
    if desc.kind != "map":
        return desc.note
    apart = "、".join(f"{p.label} {number_text(p.value, desc.decimals)} {desc.unit}" for p in without_polygon(desc))
    total = sum(p.value for p in desc.points if p.value is not None)
    parts = [
        desc.unit,
        "颜色深浅同数量。"
        + (f"{apart}单列，" if apart else "")
        + f"合计 {number_text(total, desc.decimals)} {desc.unit}",
    ]
    note = "；".join(parts)
    return f"{note}。{desc.note}" if desc.note else note
