"""Sections 一、总体进展 and 二、重点任务 of the monthly bulletin."""

from common.amounts import share, trim
from reports.bulletins import wording
from reports.bulletins.content import Column, FigureRef, Heading, Paragraph, Table
from tasklists.figures import county_progress, department_progress, measured
from tasklists.summary import ALL


def overall(month):
    """Return the section's blocks: all lists together, each list, the closings chart."""
    total = month.figure(f"tasks.{ALL}.total")
    if not total.value:
        return [Paragraph([f"截至{wording.day(month.as_of)}，尚无交办的任务。"])]
    closed, before = month.figure(f"tasks.{ALL}.closed"), month.earlier(f"tasks.{ALL}.closed")
    runs = [
        f"截至{wording.day(month.as_of)}，全市列入清单的任务共",
        wording.cite(total),
        "，已完成",
        wording.cite(closed),
        f"，占{month.figure(f'tasks.{ALL}.closed_share').text}%，较上月末",
        wording.change(closed.value, before.value, "项"),
        "；正在推进",
        month.cite(f"tasks.{ALL}.under_way"),
    ]
    overdue = month.figure(f"tasks.{ALL}.overdue")
    runs += ["，其中逾期", wording.cite(overdue), "。"] if overdue.value else ["，没有逾期任务。"]
    return [
        Paragraph(runs),
        *(_list_paragraph(month, found) for found in month.summary.lists),
        month.chart("closing"),
    ]


def _list_paragraph(month, found):
    key = f"tasks.{found.slug}"
    closed_share, before = month.figure(f"{key}.closed_share"), month.earlier(f"{key}.closed_share")
    moved = wording.change_of_share(closed_share.value, before and before.value)
    return Paragraph(
        [
            f"{found.title}共",
            month.cite(f"{key}.total"),
            "，涉及",
            month.cite(f"{key}.organisations"),
            "市直部门单位，已完成",
            month.cite(f"{key}.closed"),
            "，完成率",
            FigureRef(f"{closed_share.text}%", closed_share.key),
            f"，较上月末{moved}" if moved else "",
            "，正在推进",
            month.cite(f"{key}.under_way"),
            "。",
        ]
    )


def tasks(month):
    """Return the section's blocks by aspect, department and county; empty when nothing was assigned."""
    blocks = [Heading(2, "（一）分方面情况")]
    for found in month.summary.lists:
        blocks += [_aspect_sentence(month, found), _aspect_table(month, found)]
    departments, counties = department_progress(month.summary), county_progress(month.summary)
    blocks += [Heading(2, "（二）市直部门"), *_ranking(month, departments, "个部门单位")]
    blocks += [Heading(2, "（三）县（市、区）"), *_ranking(month, counties, "个县（市、区）"), month.chart("county")]
    return blocks if month.summary.count("total") else []


def _aspect_sentence(month, found):
    """Return a sentence on the aspects furthest ahead and behind; only their number when all are level."""
    aspects = [a for a in month.summary.aspects.get(found.slug, []) if _aspect_share(month, found, a) is not None]
    aspects.sort(key=lambda aspect: -_aspect_share(month, found, aspect))
    runs = [f"{found.short}分为{len(aspects)}个方面"]
    if len(aspects) > 1 and _aspect_share(month, found, aspects[0]) != _aspect_share(month, found, aspects[-1]):
        for words, aspect in (("，完成率最高的是", aspects[0]), ("，最低的是", aspects[-1])):
            rate = month.figure(f"tasks.{found.slug}.closed_share", aspect=aspect)
            runs += [words, aspect, "（", FigureRef(f"{rate.text}%", rate.reference), "）"]
    return Paragraph([*runs, "。"])


def _aspect_share(month, found, aspect):
    return month.figure(f"tasks.{found.slug}.closed_share", aspect=aspect).value


def _aspect_table(month, found):
    def row(aspect):
        numbers = [measured(month.summary, m, found.slug, aspect) for m in ("total", "closed", "under_way", "overdue")]
        return [aspect, *map(str, numbers), f"{share(numbers[1], numbers[0])}"]

    aspects = month.summary.aspects.get(found.slug, [])
    aspects = sorted(aspects, key=lambda aspect: -measured(month.summary, "total", found.slug, aspect))
    totals = [measured(month.summary, m, found.slug) for m in ("total", "closed", "under_way", "overdue")]
    return Table(
        f"{found.short}分方面进展",
        [
            Column("方面", "left", 3.4),
            Column("任务数（项）", "center", 1.5),
            Column("已完成", "center", 1.2),
            Column("正在推进", "center", 1.3),
            Column("其中逾期", "center", 1.3),
            Column("完成率（%）", "center", 1.5),
        ],
        [*(row(aspect) for aspect in aspects), ["合计", *map(str, totals), f"{share(totals[1], totals[0])}"]],
    )


def _ranking(month, progress, noun):
    if not progress:
        return []
    whole = [o for o in progress if o.done == o.total]
    runs = [f"{len(progress)}{noun}承担任务"]
    if whole:
        runs.append(f"，其中{wording.names([o.short for o in whole[:5]])}{'等' if len(whole) > 5 else ''}已全部完成")
    rest = [o for o in progress if o.done != o.total]
    first, last = wording.first_and_last(rest)
    if first:
        runs += ["；完成率居前的有", *_with_rates(month, first), "，靠后的有", *_with_rates(month, last)]
    return [Paragraph([*runs, "。"])]


def _with_rates(month, progress):
    runs = []
    for index, o in enumerate(progress):
        runs += [
            "、" if index else "",
            o.short,
            "（",
            FigureRef(f"{trim(o.rate)}%", f"organisations.{o.code}.rate"),
            "）",
        ]
    return runs
