"""The city's monthly bulletin: its seven sections and annexes, composed from figures as of the period's last day."""

from datetime import date

from accounts.models import Organisation
from common import periods
from common.amounts import in_yi, share, trim
from common.charts import chart_sentence
from indicators.figures import county_funds_targets
from projects.figures import project_summary
from reports import charts
from reports.bulletins import wording
from reports.bulletins.content import Annex, Chart, Column, Document, FigureRef, Heading, Paragraph, Table
from reports.figures import find_figure
from reports.models import NewsItem
from tasklists import rules
from tasklists.figures import county_progress, department_progress, measured
from tasklists.models import TaskItem
from tasklists.summary import ALL, task_summary

OFFICE = "德州市深化融入京津冀协同发展领导小组办公室"
ADDRESSEES = "各县（市、区）人民政府，天衢新区管委会，市直有关部门、单位："
NUMERALS = "一二三四五六七八九十"


def compose(period: str, *, as_of: date, dated: date, issue: int) -> tuple[Document, dict]:
    """Return the bulletin's content and its charts' descriptions by key.

    ``as_of`` is the day the figures stand at, ``dated`` the date under the text.
    """
    month = _Month(period, as_of)
    sections = [
        ("总体进展", month.overall()),
        ("重点任务", month.tasks()),
        ("项目招引", month.projects()),
        ("主要指标", month.indicators()),
        ("工作动态", month.news()),
        ("存在问题", month.problems()),
        ("下步要求", month.next_steps()),
    ]
    blocks = []
    for number, (title, content) in enumerate(((t, c) for t, c in sections if c), start=1):
        blocks.append(Heading(1, f"{NUMERALS[number - 1]}、{title}"))
        blocks += content
    document = Document(
        title=f"关于{periods.label(period)}京津冀协同发展重点任务推进情况的通报",
        doc_no=f"德京津冀办通〔{dated.year}〕{issue}号",
        issue=issue,
        addressees=ADDRESSEES,
        blocks=blocks,
        signature=OFFICE,
        signed_on=dated,
        copies="市委、市政府领导同志，市委办公室，市政府办公室。",
        issuer=OFFICE,
        issued_on=dated,
        annexes=month.annexes(),
        metadata={"author": OFFICE, "subject": f"情况通报第{issue}期"},
        demo_mark="含示例数据，仅供演示" if month.is_demo else "",
    )
    return document, month.charts


class _Month:
    """The figures of one period and the day before it began, and the blocks made of them."""

    def __init__(self, period, as_of):
        self.period, self.as_of = period, as_of
        self.before = periods.last_day(periods.shift(period, -1))
        self.summary = task_summary(as_of)
        self.is_demo = any(found.is_demo for found in self.summary.lists) or project_summary(as_of).is_demo
        self.charts = {
            "closing": charts.closing_chart(self.summary),
            "county": charts.county_chart(self.summary),
            "funds": charts.funds_chart(as_of),
        }

    def figure(self, key, **parameters):
        return find_figure(key, self.as_of, **parameters)

    def cite(self, key, unit=True, **parameters):
        return wording.cite(self.figure(key, **parameters), unit)

    def earlier(self, key):
        return find_figure(key, self.before)

    def _chart(self, key):
        description = self.charts[key]
        return Chart(key, f"{description.title}（{description.unit}）", chart_sentence(description))

    # --- 一 -------------------------------------------------------------------------------------
    def overall(self):
        total = self.figure(f"tasks.{ALL}.total")
        if not total.value:
            return [Paragraph([f"截至{wording.day(self.as_of)}，尚无交办的任务。"])]
        closed, before = self.figure(f"tasks.{ALL}.closed"), self.earlier(f"tasks.{ALL}.closed")
        runs = [
            f"截至{wording.day(self.as_of)}，全市列入清单的任务共",
            wording.cite(total),
            "，已完成",
            wording.cite(closed),
            f"，占{self.figure(f'tasks.{ALL}.closed_share').text}%，较上月末",
            wording.change(closed.value, before.value, "项"),
            "；正在推进",
            self.cite(f"tasks.{ALL}.under_way"),
        ]
        overdue = self.figure(f"tasks.{ALL}.overdue")
        runs += ["，其中逾期", wording.cite(overdue), "。"] if overdue.value else ["，没有逾期任务。"]
        return [
            Paragraph(runs),
            *(self._list_paragraph(found) for found in self.summary.lists),
            self._chart("closing"),
        ]

    def _list_paragraph(self, found):
        key = f"tasks.{found.slug}"
        closed_share, before = self.figure(f"{key}.closed_share"), self.earlier(f"{key}.closed_share")
        moved = wording.change_of_share(closed_share.value, before and before.value)
        return Paragraph(
            [
                f"{found.title}共",
                self.cite(f"{key}.total"),
                "，涉及",
                self.cite(f"{key}.organisations"),
                "市直部门单位，已完成",
                self.cite(f"{key}.closed"),
                "，完成率",
                FigureRef(f"{closed_share.text}%", closed_share.key),
                f"，较上月末{moved}" if moved else "",
                "，正在推进",
                self.cite(f"{key}.under_way"),
                "。",
            ]
        )

    # --- 二 -------------------------------------------------------------------------------------
    def tasks(self):
        blocks = [Heading(2, "（一）分方面情况")]
        for found in self.summary.lists:
            blocks += [self._aspect_sentence(found), self._aspect_table(found)]
        departments, counties = department_progress(self.summary), county_progress(self.summary)
        blocks += [Heading(2, "（二）市直部门"), *self._ranking(departments, "个部门单位")]
        blocks += [Heading(2, "（三）县（市、区）"), *self._ranking(counties, "个县（市、区）"), self._chart("county")]
        return blocks if self.summary.count("total") else []

    def _aspect_sentence(self, found):
        """Return a sentence on the aspects furthest ahead and behind; only their number when all are level."""
        aspects = [a for a in self.summary.aspects.get(found.slug, []) if self._aspect_share(found, a) is not None]
        aspects.sort(key=lambda aspect: -self._aspect_share(found, aspect))
        runs = [f"{found.short}分为{len(aspects)}个方面"]
        if len(aspects) > 1 and self._aspect_share(found, aspects[0]) != self._aspect_share(found, aspects[-1]):
            for words, aspect in (("，完成率最高的是", aspects[0]), ("，最低的是", aspects[-1])):
                rate = self.figure(f"tasks.{found.slug}.closed_share", aspect=aspect)
                runs += [words, aspect, "（", FigureRef(f"{rate.text}%", rate.reference), "）"]
        return Paragraph([*runs, "。"])

    def _aspect_share(self, found, aspect):
        return self.figure(f"tasks.{found.slug}.closed_share", aspect=aspect).value

    def _aspect_table(self, found):
        def row(aspect):
            numbers = [
                measured(self.summary, m, found.slug, aspect) for m in ("total", "closed", "under_way", "overdue")
            ]
            return [aspect, *map(str, numbers), f"{share(numbers[1], numbers[0])}"]

        aspects = self.summary.aspects.get(found.slug, [])
        aspects = sorted(aspects, key=lambda aspect: -measured(self.summary, "total", found.slug, aspect))
        totals = [measured(self.summary, m, found.slug) for m in ("total", "closed", "under_way", "overdue")]
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

    def _ranking(self, progress, noun):
        if not progress:
            return []
        whole = [o for o in progress if o.done == o.total]
        runs = [f"{len(progress)}{noun}承担任务"]
        if whole:
            runs.append(
                f"，其中{wording.names([o.short for o in whole[:5]])}{'等' if len(whole) > 5 else ''}已全部完成"
            )
        rest = [o for o in progress if o.done != o.total]
        first, last = wording.first_and_last(rest)
        if first:
            runs += ["；完成率居前的有", *self._with_rates(first), "，靠后的有", *self._with_rates(last)]
        return [Paragraph([*runs, "。"])]

    def _with_rates(self, progress):
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

    # --- 三 -------------------------------------------------------------------------------------
    def projects(self):
        signed, started = self.figure("projects.signed.count"), self.figure("projects.started.count")
        funds, goal = self.figure("funds.in_place"), self.figure("funds.goal")
        blocks = []
        if signed.value:
            blocks.append(
                Paragraph(
                    [
                        "今年以来，签约项目",
                        wording.cite(signed),
                        "，总投资",
                        self.cite("projects.signed.investment"),
                        "；其中已注册",
                        self.cite("projects.signed.registered"),
                        "，已开工",
                        self.cite("projects.signed.started"),
                        "。",
                    ]
                )
            )
        if started.value:
            blocks.append(
                Paragraph(
                    [
                        "新开工京津冀地区过亿元项目",
                        wording.cite(started),
                        "，总投资",
                        self.cite("projects.started.investment"),
                        "。",
                    ]
                )
            )
        if funds.value:
            runs = ["到位资金", wording.cite(funds)]
            if goal.value:
                runs += [f"，完成年度目标的{share(funds.value, goal.value)}%"]
            top = self._top_counties()
            runs += [f"，{wording.names(top)}居前三位" if len(top) == 3 else "", "。"]
            blocks.append(Paragraph(runs))
        if blocks:
            blocks += [self._county_table(), self._chart("funds")]
        return blocks

    def _county_rows(self):
        summary, goals = project_summary(self.as_of), county_funds_targets(self.as_of)
        rows = []
        for county in Organisation.objects.counties_and_zones():
            amount = summary.amounts.get(("funds.in_place", county.code), 0)
            investment = summary.amounts.get(("projects.started.investment", county.code), 0)
            rows.append((county, summary.counts[("projects.started.count", county.code)], investment, amount,
                         goals.get(county.code)))  # fmt: skip
        return sorted(rows, key=lambda row: (-row[3], row[0].order))

    def _top_counties(self):
        return [county.short for county, _, _, amount, _ in self._county_rows()[:3] if amount]

    def _county_table(self):
        lines = []
        for number, (county, count, investment, amount, goal) in enumerate(self._county_rows(), start=1):
            rate = share(amount, goal * 10000) if goal else None
            lines.append(
                [
                    str(number),
                    county.short,
                    FigureRef(str(count), f"projects.started.count?county={county.code}"),
                    in_yi(investment),
                    FigureRef(in_yi(amount), f"funds.in_place?county={county.code}"),
                    trim(goal) if goal else "–",
                    f"{rate}" if rate is not None else "–",
                ]
            )
        return Table(
            "县（市、区）项目招引情况",
            [
                Column("序号", "center", 0.8),
                Column("县（市、区）", "left", 1.8),
                Column("新开工（个）", "center", 1.5),
                Column("总投资（亿元）", "center", 1.7),
                Column("到位资金（亿元）", "center", 1.9),
                Column("年度目标（亿元）", "center", 1.9),
                Column("完成率（%）", "center", 1.4),
            ],
            lines,
        )

    # --- 四 -------------------------------------------------------------------------------------
    def indicators(self):
        keys = (
            f"tasks.{ALL}.closed", f"tasks.{ALL}.closed_share", "projects.signed.count", "projects.signed.investment",
            "projects.started.count", "funds.in_place", "investments.completed",
        )  # fmt: skip
        rows = []
        for key in keys:
            now, before = self.figure(key), self.earlier(key)
            if now.value is None:
                continue
            moved = wording.change_of_share if now.unit == "%" else lambda a, b, u=now.unit: wording.change(a, b, u)
            known = before is not None and before.value is not None and before.period == now.period
            rows.append(
                [
                    now.label,
                    now.unit,
                    FigureRef(now.text, now.key),
                    before.text if known else "–",
                    moved(now.value, before.value) if known else "–",
                ]
            )
        return [
            Table(
                "主要指标完成情况",
                [
                    Column("指标", "left", 3),
                    Column("单位", "center", 0.9),
                    Column("本月末", "center", 1.2),
                    Column("上月末", "center", 1.2),
                    Column("增减", "center", 2),
                ],
                rows,
            )
        ]

    # --- 五 -------------------------------------------------------------------------------------
    def news(self):
        month = (periods.first_day(self.period), self.as_of)
        items = list(
            NewsItem.objects.adopted(self.as_of)
            .filter(adopted_on__range=month)
            .select_related("organisation")
            .order_by("adopted_on", "pk")
        )
        if not items:
            return []
        blocks = [
            Paragraph([f"本月采用工作动态{len(items)}条，累计", self.cite("news.adopted"), "。部分单位动态如下。"])
        ]
        for number, item in enumerate(items[:5], start=1):
            blocks.append(
                Paragraph(
                    [f"{item.organisation.short}（{wording.short_day(item.occurred_on)}）。"],
                    lead=f"{number}.{item.title}。",
                )
            )
        return blocks

    # --- 六 -------------------------------------------------------------------------------------
    def _overdue_items(self):
        items = (
            TaskItem.objects.supervised(self.as_of).overdue(self.as_of).prefetch_related("assignments__organisation")
        )
        return list(items.order_by("due_on", "pk"))

    def problems(self):
        items = self._overdue_items()
        behind = self.summary.count(f"reason.{rules.BEHIND}")
        blocks = []
        if items:
            blocks.append(
                Paragraph([f"截至{wording.short_day(self.as_of)}，", self.cite(f"tasks.{ALL}.overdue"), "任务逾期："])
            )
            for number, item in enumerate(items, start=1):
                owners = [a.organisation.short for a in item.assignments.all() if a.decides]
                blocks.append(
                    Paragraph(
                        [
                            f"{wording.names(owners[:3])}承担，时限{wording.day(item.due_on)}，"
                            f"已逾期{-item.days_left}天，填报进度{item.percent}%。"
                        ],
                        lead=f"{number}.{item.title}。",
                    )
                )
        if behind:
            blocks.append(Paragraph([f"另有{behind}项任务进度落后序时10个百分点以上。"]))
        return blocks

    # --- 七 -------------------------------------------------------------------------------------
    def next_steps(self):
        following = periods.shift(self.period, 1)
        due = (
            TaskItem.objects.supervised(self.as_of)
            .as_of(self.as_of)
            .filter(state="open", due_on__gt=self.as_of, due_on__lte=periods.last_day(following))
            .count()
        )
        requests = []
        if self.summary.count(f"reason.{rules.OVERDUE}"):
            requests.append(
                (
                    "逾期任务限期销号。",
                    "有关责任单位逐项说明原因，明确补救措施和完成日期，5个工作日内报领导小组办公室。",
                )
            )
        if due:
            requests.append(
                (
                    f"{int(following[5:])}月到期任务抓紧收尾。",
                    f"{int(following[5:])}月底前到期的{due}项任务，要提前备齐佐证材料，按期申请办结。",
                )
            )
        requests.append(
            ("按月如实填报。", f"各单位于每月{rules.REPORT_DUE_DAY}日前完成填报，进度、困难、佐证要与实际一致。")
        )
        return [Paragraph([text], lead=f"{number}.{lead}") for number, (lead, text) in enumerate(requests, start=1)]

    # --- 附件 -----------------------------------------------------------------------------------
    def annexes(self):
        annexes = [
            Annex(f"{found.title}进展情况", [self._task_table(found)], landscape=True) for found in self.summary.lists
        ]
        for title, progress in (
            ("市直部门单位任务完成情况", department_progress(self.summary)),
            ("县（市、区）任务完成情况", county_progress(self.summary)),
        ):
            if progress:
                annexes.append(Annex(title, [self._progress_table(title, progress)]))
        return annexes

    def _task_table(self, found):
        items = (
            TaskItem.objects.filter(task_list__slug=found.slug)
            .supervised(self.as_of)
            .as_of(self.as_of)
            .select_related("aspect")
            .prefetch_related("assignments__organisation")
            .order_by("order")
        )
        rows = []
        for item in items:
            owners = [a.organisation.short for a in item.assignments.all() if a.decides]
            shown = wording.names(owners[:2]) + ("等" if len(owners) > 2 else "")
            rows.append(
                [
                    item.code,
                    item.aspect.title,
                    item.title,
                    shown,
                    item.due_on.isoformat() if item.due_on else "长期坚持" if item.long_term else "–",
                    "100" if item.state == "closed" else str(item.percent),
                    rules.REASON_WORDS[item.light_reason],
                ]
            )
        return Table(
            f"{found.short}（截至{wording.day(self.as_of)}）",
            [
                Column("编号", "center", 0.9),
                Column("方面", "left", 2.2),
                Column("任务", "left", 4.2),
                Column("牵头（责任）单位", "left", 2.2),
                Column("完成时限", "center", 1.4),
                Column("进度（%）", "center", 1),
                Column("状态", "center", 1.1),
            ],
            rows,
        )

    def _progress_table(self, title, progress):
        return Table(
            f"{title}（截至{wording.day(self.as_of)}）",
            [
                Column("序号", "center", 0.7),
                Column("单位", "left", 2.6),
                Column("任务数（项）", "center", 1.4),
                Column("已完成（项）", "center", 1.4),
                Column("逾期（项）", "center", 1.3),
                Column("完成率（%）", "center", 1.4),
            ],
            [
                [str(number), o.short, str(o.total), str(o.done), str(o.overdue), f"{o.rate}"]
                for number, o in enumerate(progress, start=1)
            ],
        )
