"""The section 全年走势 of annual bulletins: the year month by month."""

from common import periods
from common.amounts import in_yi
from projects.figures import project_summary
from reports.bulletins import wording
from reports.bulletins.content import Column, Paragraph, Table
from tasklists.summary import ALL, task_summary


def months(material):
    """Return a table of the month ends up to the bulletin's day and a sentence on the strongest month."""
    rows, closings = [], []
    before = task_summary(material.before).count("closed")
    for month in periods.months_between(f"{material.as_of.year}-01", periods.period_of(material.as_of)):
        day = min(periods.last_day(month), material.as_of)
        tasks, money = task_summary(day), project_summary(day)
        closed = tasks.count("closed", ALL)
        rows.append(
            [
                f"{int(month[5:])}月",
                str(closed),
                str(closed - before),
                str(money.value("projects.signed.count")),
                str(money.value("projects.started.count")),
                in_yi(money.value("funds.in_place")),
            ]
        )
        closings.append((closed - before, int(month[5:])))
        before = closed
    if not any(value not in ("0", "–") for _, *values in rows for value in values):
        return []
    return [
        *_strongest(material, closings),
        Table(
            "各月末累计进展",
            [
                Column("月份", "center", 1),
                Column("累计完成（项）", "center", 1.6),
                Column("当月完成（项）", "center", 1.6),
                Column("签约项目（个）", "center", 1.6),
                Column("新开工项目（个）", "center", 1.8),
                Column("到位资金（亿元）", "center", 1.8),
            ],
            rows,
        ),
    ]


def _strongest(material, closings):
    """Return the sentence on the months with the most closings; nothing where there were none or one month only."""
    most = max(number for number, _ in closings)
    if most <= 0 or len(closings) < 2:
        return []
    best = [f"{month}月" for number, month in closings if number == most]
    when = "全年" if len(closings) == 12 and material.as_of.day == 31 else "今年以来"
    return [Paragraph([f"{when}各月中，{wording.names(best)}销号最多，{'各' if len(best) > 1 else ''}为{most}项。"])]
