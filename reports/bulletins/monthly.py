"""The city's monthly bulletin: its seven sections and annexes, composed from figures as of the period's last day."""

from datetime import date

from common import periods
from common.charts import chart_sentence
from projects.figures import project_summary
from reports import charts
from reports.bulletins import wording
from reports.bulletins.content import Chart, Document, Heading
from reports.bulletins.sections import annexes as annex_section
from reports.bulletins.sections import projects as project_section
from reports.bulletins.sections import tasks as task_section
from reports.bulletins.sections import work as work_section
from reports.figures import find_figure
from tasklists.summary import task_summary

OFFICE = "德州市深化融入京津冀协同发展领导小组办公室"
ADDRESSEES = "各县（市、区）人民政府，天衢新区管委会，市直有关部门、单位："
NUMERALS = "一二三四五六七八九十"


def compose(period: str, *, as_of: date, dated: date, issue: int) -> tuple[Document, dict]:
    """Return the bulletin's content and its charts' descriptions by key.

    ``as_of`` is the day the figures stand at, ``dated`` the date under the text.
    """
    month = Month(period, as_of)
    sections = [
        ("总体进展", task_section.overall(month)),
        ("重点任务", task_section.tasks(month)),
        ("项目招引", project_section.projects(month)),
        ("主要指标", project_section.indicators(month)),
        ("工作动态", work_section.news(month)),
        ("存在问题", work_section.problems(month)),
        ("下步要求", work_section.next_steps(month)),
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
        annexes=annex_section.annexes(month),
        metadata={"author": OFFICE, "subject": f"情况通报第{issue}期"},
        demo_mark="含示例数据，仅供演示" if month.is_demo else "",
    )
    return document, month.charts


class Month:
    """The figures of one period and the day before it began, the same for all its sections."""

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
        """Return the figure as of the period's last day."""
        return find_figure(key, self.as_of, **parameters)

    def cite(self, key, unit=True, **parameters):
        """Return the figure as it stands in a sentence, bound to its key."""
        return wording.cite(self.figure(key, **parameters), unit)

    def earlier(self, key):
        """Return the figure as of the last day of the month before."""
        return find_figure(key, self.before)

    def chart(self, key):
        """Return the place of a picture with its caption and words."""
        description = self.charts[key]
        return Chart(key, f"{description.title}（{description.unit}）", chart_sentence(description))
