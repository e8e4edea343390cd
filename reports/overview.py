"""What the overview shows: the sentence that says it all, the headline cards, the charts."""

from datetime import date

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from common import audit, periods
from common.amounts import round_half_up, share, trim
from common.charts import chart_card
from common.figures import Figure
from common.remember import remembered
from reports import charts
from reports.figures import find_figure, passport_url
from tasklists.summary import ALL, task_summary


def overview(as_of: date) -> dict:
    """Return the part of the overview that is the same for all: brief, cards, chart cards, and the state
    of the data (``stamp``) by which the template keeps their HTML.

    Computed once per as-of date and state of the data.
    """
    return remembered(f"overview:{as_of}", lambda: _compose(as_of))


def _compose(as_of):
    stamp, summary = audit.data_stamp(), task_summary(as_of)
    main_list = summary.lists[0].slug if summary.lists else None
    descriptions = {
        "county": charts.county_chart(summary),
        "closing": charts.closing_chart(summary),
        "department": charts.department_chart(summary),
        "funds": charts.funds_chart(as_of),
        "investment": charts.investment_chart(as_of),
        "map": charts.started_map(as_of),
    }
    if main_list:
        descriptions["aspect"] = charts.aspect_chart(summary, main_list)
    return {
        "stamp": stamp,
        "brief": _brief(as_of),
        "cards": [
            *(_list_card(facts, summary, as_of) for facts in summary.lists),
            _overdue_card(as_of),
            _signed_card(as_of),
            _started_card(as_of),
            _funds_card(as_of),
            _bulletin_card(as_of),
        ],
        "charts": {name: _card(description, as_of) for name, description in descriptions.items()},
        "list_count": len(summary.lists),
        "item_count": summary.count("total"),
        "demo": any(facts.is_demo for facts in summary.lists),
    }


def _card(description, as_of):
    """Return one chart's card; the page's head carries the demonstration mark for all of them."""
    url = f"{reverse('chart_sheet', args=[description.key])}?as_of={as_of}"
    return chart_card(description, xlsx_url=url, extra={"demo": False})


def figure_link(figure: Figure | None, *, unit: bool = True, text: str = ""):
    """Return a number as a link to its passport, – where it is not known."""
    if figure is None or figure.value is None:
        return "–"
    url = passport_url(figure.key, figure.as_of, **figure.parameters)
    shown = text or figure.text
    return format_html(
        '<a class="num" href="{0}" data-passport="{0}">{1}</a>{2}', url, shown, f" {figure.unit}" if unit else ""
    )


def _brief(as_of):
    def figure(measure):
        return find_figure(f"tasks.{ALL}.{measure}", as_of)

    total, closed, closed_share = figure("total"), figure("closed"), figure("closed_share")
    overdue, yellow = figure("overdue"), figure("yellow")
    if not total.value:
        return {"text": "截至该日还没有交办的任务。", "attention": None}
    return {
        "text": format_html(
            '{} 项任务已完成 <b>{}</b> 项，占 <b>{}%</b>；<b class="{}">{} 项逾期</b>，{} 项临期、滞后或未报。',
            figure_link(total, unit=False),
            figure_link(closed, unit=False),
            figure_link(closed_share, unit=False, text=f"{closed_share.value}"),
            "t-red" if overdue.value else "",
            figure_link(overdue, unit=False),
            figure_link(yellow, unit=False),
        ),
        "attention": figure("attention"),
    }


def _list_card(facts, summary, as_of):
    def figure(measure):
        return find_figure(f"tasks.{facts.slug}.{measure}", as_of)

    closed, total = figure("closed"), figure("total")
    spark = list(summary.closed_by_month.get(facts.slug, {}).values())
    gained = spark[-1] - spark[-2] if len(spark) > 1 else None
    return _kpi(
        closed,
        label=facts.short,
        of=format_html("共 {}", figure_link(total)),
        line=format_html(
            "占 {}% · 推进 {}",
            figure_link(figure("closed_share"), unit=False, text=f"{figure('closed_share').value}"),
            figure_link(figure("under_way")),
        )
        if total.value
        else "",
        spark=spark,
        foot=f"本月 {gained:+d}" if gained is not None else "",
    )


def _overdue_card(as_of):
    overdue = find_figure(f"tasks.{ALL}.overdue", as_of)
    before = find_figure(f"tasks.{ALL}.overdue", periods.last_day(periods.shift(periods.period_of(as_of), -1)))
    change = overdue.value - before.value
    return _kpi(
        overdue,
        label="逾期任务",
        line=format_html(
            "红灯 {} · 黄灯 {}",
            figure_link(find_figure(f"tasks.{ALL}.red", as_of)),
            figure_link(find_figure(f"tasks.{ALL}.yellow", as_of)),
        ),
        foot=f"较上月末 {change:+d}" if change else "与上月末持平",
        alarm=overdue.value > 0,
    )


def _signed_card(as_of):
    def figure(measure):
        return find_figure(f"projects.signed.{measure}", as_of)

    return _kpi(
        figure("investment"),
        label="签约总投资",
        of=figure_link(figure("count")),
        line=format_html("注册 {} · 开工 {}", figure_link(figure("registered")), figure_link(figure("started"))),
        foot=f"{as_of.year}年签约",
    )


def _started_card(as_of):
    started = find_figure("projects.started.count", as_of)
    return _kpi(
        started,
        label="新开工过亿元项目",
        line=format_html("总投资 {}", figure_link(find_figure("projects.started.investment", as_of))),
        foot=f"{as_of.year}年以来",
    )


def _funds_card(as_of):
    from projects.figures import project_summary

    funds, goal = find_figure("funds.in_place", as_of), find_figure("funds.goal", as_of)
    by_month = project_summary(as_of).funds_by_month
    running, spark = 0, []
    for month in periods.months_between(f"{as_of.year}-01", periods.period_of(as_of)):
        running += by_month.get(month, 0)
        spark.append(running)
    last = max((month for month, amount in by_month.items() if amount), default=None)
    rate = share(funds.value, goal.value) if goal.value else None
    return _kpi(
        funds,
        line="未设年度目标"
        if rate is None
        else format_html("目标 {} · 完成 {}%", figure_link(goal, unit=False), rate),
        spark=spark,
        foot=f"数据至{int(last[5:])}月" if last else "",
    )


def _bulletin_card(as_of):
    return _kpi(
        find_figure("bulletins.issued", as_of),
        label="情况通报",
        line=format_html("采用工作动态 {}", figure_link(find_figure("news.adopted", as_of))),
        foot="累计",
    )


def _kpi(figure: Figure, *, label="", of="", line="", foot="", spark=(), alarm=False):
    value = figure.value
    if value is not None and figure.unit == "亿元":
        value = trim(round_half_up(value, 2))
    return {
        "label": label or figure.label,
        "value": value,
        "unit": figure.unit,
        "of": of,
        "line": line or mark_safe(""),
        "foot": foot,
        "spark": list(spark),
        "alarm": alarm,
        "passport_url": passport_url(figure.key, figure.as_of, **figure.parameters),
        "url": figure.rows_url,
    }
