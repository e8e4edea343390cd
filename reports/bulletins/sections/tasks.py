"""The sections 总体进展 and 重点任务 of the city's bulletins."""

from common.amounts import share, trim
from reports.bulletins import wording
from reports.bulletins.content import Column, FigureRef, Heading, Paragraph, Table
from tasklists.figures import county_progress, department_progress, measured
from tasklists.summary import ALL

ROW = ("total", "closed", "under_way", "overdue")


def overall(material):
    """Return the section's blocks: all lists together, each list, the closings chart."""
    total = material.figure(f"tasks.{ALL}.total")
    if not total.value:
        return [Paragraph([f"截至{wording.day(material.as_of)}，尚无交办的任务。"])]
    closed, before = material.figure(f"tasks.{ALL}.closed"), material.earlier(f"tasks.{ALL}.closed")
    runs = [
        f"截至{wording.day(material.as_of)}，全市列入清单的任务共",
        wording.cite(total),
        "，已完成",
        wording.cite(closed),
        f"，占{material.figure(f'tasks.{ALL}.closed_share').text}%",
        *_since(material, wording.change(closed.value, before.value, "项")),
        "；正在推进",
        material.cite(f"tasks.{ALL}.under_way"),
    ]
    overdue = material.figure(f"tasks.{ALL}.overdue")
    runs += ["，其中逾期", wording.cite(overdue)] if overdue.value else ["，没有逾期任务"]
    runs += [*_cancelled(material.summary.count("cancelled")), "。"]
    return [
        Paragraph(runs),
        *(list_paragraph(material, found) for found in material.summary.lists),
        material.chart("closing"),
    ]


def _cancelled(number):
    """What is neither done nor under way is named too, so that the parts make the whole."""
    return [f"；已取消{number}项"] if number else []


def _since(material, change):
    """Return 较上月末增加12项, or nothing where no task had been assigned before the period."""
    return [f"，较{material.since}{change}"] if change and material.had_tasks_before() else []


def list_paragraph(material, found, more=()):
    """The counts of a list in one sentence; ``more`` is said of those under way."""
    key = f"tasks.{found.slug}"
    closed_share, before = material.figure(f"{key}.closed_share"), material.earlier(f"{key}.closed_share")
    moved = _since(material, wording.change_of_share(closed_share.value, before and before.value))
    return Paragraph(
        [
            f"{found.title}共",
            material.cite(f"{key}.total"),
            "，涉及",
            material.cite(f"{key}.organisations"),
            "市直部门单位，已完成",
            material.cite(f"{key}.closed"),
            "，完成率",
            FigureRef(f"{closed_share.text}%", closed_share.key),
            *moved,
            "，正在推进",
            material.cite(f"{key}.under_way"),
            *more,
            *_cancelled(material.summary.count("cancelled", found.slug)),
            "。",
        ]
    )


def tasks(material):
    """Return the section's blocks by aspect, department and county; empty when nothing was assigned."""
    blocks = [Heading(2, "（一）分方面情况")]
    for found in material.summary.lists:
        blocks += [aspect_sentence(material, found), aspect_table(material, found)]
    departments, counties = department_progress(material.summary), county_progress(material.summary)
    blocks += [Heading(2, "（二）市直部门"), *_ranking(material, departments, "个部门单位")]
    blocks += [
        Heading(2, "（三）县（市、区）"),
        *_ranking(material, counties, "个县（市、区）"),
        material.chart("county"),
    ]
    return blocks if material.summary.count("total") else []


def aspect_sentence(material, found):
    """Return a sentence on the aspects furthest ahead and behind; only their number when all are level."""
    aspects = [
        a for a in material.summary.aspects.get(found.slug, []) if _aspect_share(material, found, a) is not None
    ]
    aspects.sort(key=lambda aspect: -_aspect_share(material, found, aspect))
    runs = [f"{found.short}分为{len(aspects)}个方面"]
    if len(aspects) > 1 and _aspect_share(material, found, aspects[0]) != _aspect_share(material, found, aspects[-1]):
        for words, aspect in (("，完成率最高的是", aspects[0]), ("，最低的是", aspects[-1])):
            rate = material.figure(f"tasks.{found.slug}.closed_share", aspect=aspect)
            runs += [words, aspect, "（", FigureRef(f"{rate.text}%", rate.reference), "）"]
    return Paragraph([*runs, "。"])


def _aspect_share(material, found, aspect):
    return material.figure(f"tasks.{found.slug}.closed_share", aspect=aspect).value


def aspect_table(material, found):
    def row(aspect):
        numbers = [
            measured(material.summary, m, found.slug, aspect) for m in ("total", "closed", "under_way", "overdue")
        ]
        return [aspect, *map(str, numbers), f"{share(numbers[1], numbers[0])}"]

    aspects = material.summary.aspects.get(found.slug, [])
    aspects = sorted(aspects, key=lambda aspect: -measured(material.summary, "total", found.slug, aspect))
    totals = [measured(material.summary, measure, found.slug) for measure in ROW]
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


def _ranking(material, progress, noun):
    if not progress:
        return []
    whole = [o for o in progress if o.done == o.total]
    runs = [f"{len(progress)}{noun}承担任务"]
    if whole:
        runs.append(f"，其中{wording.names([o.short for o in whole[:5]])}{'等' if len(whole) > 5 else ''}已全部完成")
    rest = [o for o in progress if o.done != o.total]
    first, last = wording.first_and_last(rest)
    if first:
        runs += ["；完成率居前的有", *_with_rates(material, first), "，靠后的有", *_with_rates(material, last)]
    return [Paragraph([*runs, "。"])]


def _with_rates(material, progress):
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
