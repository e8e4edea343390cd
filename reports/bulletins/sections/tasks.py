"""The sections 总体进展 and 重点任务 of the city's bulletins."""

from itertools import chain, groupby

from common.amounts import share, trim
from reports.bulletins import wording
from reports.bulletins.content import Column, FigureRef, Heading, Paragraph, Table
from tasklists.figures import county_progress, department_progress, measured
from tasklists.summary import ALL

NAMED = 5


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
        *(list_paragraph(material, found) for found in material.lists),
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
            *(["，涉及", material.cite(f"{key}.organisations"), "市直部门单位"] if found.organisations else []),
            "，已完成",
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
    departments, counties = department_progress(material.summary), county_progress(material.summary)
    parts = {"分方面情况": [], "市直部门": _ranking(material, departments, "部门单位")}
    for found in material.lists:
        parts["分方面情况"] += [aspect_sentence(material, found), aspect_table(material, found)]
    if counties:
        parts["县（市、区）"] = [*_ranking(material, counties, "县（市、区）"), material.chart("county")]
    said = [(title, blocks) for title, blocks in parts.items() if blocks]
    headed = ([Heading(2, f"（{no}）{title}"), *blocks] for no, (title, blocks) in zip("一二三", said, strict=False))
    return list(chain.from_iterable(headed))


def aspect_sentence(material, found):
    """Return a sentence on the aspects furthest ahead and behind with all that tie; the number when all are level."""
    key = f"tasks.{found.slug}.closed_share"
    rates = {aspect: material.figure(key, aspect=aspect) for aspect in material.summary.aspects.get(found.slug, [])}
    rates = {aspect: rate for aspect, rate in rates.items() if rate.value is not None}
    runs = [f"{found.short}分为{len(rates)}个方面"]
    values = [rate.value for rate in rates.values()]
    if len(set(values)) > 1:
        for words, value in (("，完成率最高的是", max(values)), ("，最低的是", min(values))):
            level = [(aspect, rate) for aspect, rate in rates.items() if rate.value == value]
            runs.append(words)
            for place, (aspect, rate) in enumerate(level):
                runs += ["、" if place else "", aspect, "（", FigureRef(f"{rate.text}%", rate.reference), "）"]
    return Paragraph([*runs, "。"])


def aspect_table(material, found):
    """Return the table by aspect; cancelled tasks, where there are any, have a column: the parts make the whole."""
    columns = [("total", "任务数（项）", 1.5), ("closed", "已完成", 1.2), ("cancelled", "已取消", 1.2),
               ("under_way", "正在推进", 1.3), ("overdue", "其中逾期", 1.3)]  # fmt: skip
    if not measured(material.summary, "cancelled", found.slug):
        columns = [column for column in columns if column[0] != "cancelled"]

    def row(name, aspect=""):
        counts = {key: measured(material.summary, key, found.slug, aspect) for key, _, _ in columns}
        return [name, *map(str, counts.values()), f"{share(counts['closed'], counts['total'])}"]

    aspects = material.summary.aspects.get(found.slug, [])
    aspects = sorted(aspects, key=lambda aspect: -measured(material.summary, "total", found.slug, aspect))
    return Table(
        f"{found.short}分方面进展",
        [
            Column("方面", "left", 3.4),
            *(Column(header, "center", width) for _, header, width in columns),
            Column("完成率（%）", "center", 1.5),
        ],
        [*(row(aspect, aspect) for aspect in aspects), row("合计")],
    )


def _ranking(material, progress, noun):
    if not progress:
        return []
    whole = [o for o in progress if o.done == o.total]
    rest = [o for o in progress if o.done != o.total]
    if not rest:
        return [Paragraph([f"{len(progress)}个{noun}承担任务，均已全部完成。"])]
    runs = [f"{len(progress)}个{noun}承担任务"]
    if whole:
        more = f"等{len(whole)}个{noun}" if len(whole) > NAMED else ""
        runs.append(f"，其中{wording.names([o.short for o in whole[:NAMED]])}{more}已全部完成")
    first, last = wording.first_and_last(rest)
    words = f"；其余{noun}中" if whole else "；"
    for where, group in (("完成率居前的有", first), ("完成率靠后的有", last)):
        if group:
            runs += [words, where, *_with_rates(material, group, noun)]
            words = "，"
    return [Paragraph([*runs, "。"])]


def _with_rates(material, progress, noun):
    """Return them with their rates; of a longer list, many that tie are told by their number."""
    runs = []
    for _, level in groupby(progress, key=lambda o: o.rate):
        level = list(level)
        many = len(progress) > NAMED and len(level) > 2
        for o in level[:1] if many else level:
            rate = FigureRef(f"{trim(o.rate)}%", f"organisations.{o.code}.rate")
            who = [f"{len(level)}个{noun}（均为"] if many else [o.short, "（"]
            runs += ["、" if runs else "", *who, rate, "）"]
    return runs
