"""What the sections of one bulletin are written from: its figures, those before, its charts."""

import calendar
from collections import Counter
from datetime import date
from functools import cached_property

from projects.figures import project_summary
from reports import charts
from reports.bulletins import chart_catalogue, wording
from reports.bulletins.editions import Edition, Kind
from reports.figures import find_figure
from tasklists import rules
from tasklists.models import Assignment, TaskItem
from tasklists.summary import ALL, task_summary


class Material:
    """The figures of one edition as of its day and of the day before its period, the same for all its sections.

    ``charts`` gathers the descriptions of the charts that the sections placed.
    """

    def __init__(self, edition: Edition, as_of: date):
        self.edition, self.as_of, self.before = edition, as_of, edition.before
        self.organisation, self.task_list = edition.organisation, edition.task_list
        self.summary = task_summary(as_of)
        self.is_demo = any(found.is_demo for found in self.summary.lists) or project_summary(as_of).is_demo
        self.charts = {}

    @property
    def is_annual(self) -> bool:
        return self.edition.kind == Kind.ANNUAL

    @property
    def since(self) -> str:
        """The day before the period as sentences name it."""
        return "上年末" if self.is_annual else "上月末"

    @property
    def this(self) -> str:
        """The period as sentences name it."""
        return "本年" if self.is_annual else "本月"

    @property
    def so_far(self) -> str:
        """The part of the year that the figures of projects and money count, as a sentence opens with it."""
        is_whole = (self.as_of.month, self.as_of.day) == (12, 31)
        return f"{self.as_of.year}年，" if is_whole else "今年以来，"

    @property
    def lists(self) -> list:
        """The lists of which tasks were assigned by then; of the others there is nothing to say yet."""
        return [found for found in self.summary.lists if self.summary.count("total", found.slug)]

    def figure(self, key, **parameters):
        """Return the figure as of the bulletin's day."""
        return find_figure(key, self.as_of, **parameters)

    def cite(self, key, unit=True, **parameters):
        """Return the figure as it stands in a sentence, bound to its key."""
        return wording.cite(self.figure(key, **parameters), unit)

    def earlier(self, key, **parameters):
        """Return the figure as of the last day before the period."""
        return find_figure(key, self.before, **parameters)

    def year_before(self, key, **parameters):
        """Return the figure as of the same day of the year before."""
        last_day = calendar.monthrange(self.as_of.year - 1, self.as_of.month)[1]
        day = self.as_of.replace(year=self.as_of.year - 1, day=min(self.as_of.day, last_day))
        return find_figure(key, day, **parameters)

    def items(self):
        """Return the supervised tasks that the bulletin is about; of an organisation's, those it has still to do."""
        items = TaskItem.objects.supervised(self.as_of)
        if self.organisation:
            parts = Assignment.objects.counted(self.as_of).filter(organisation=self.organisation, done=False)
            return items.filter(pk__in=parts.order_by().values("item"))
        return items.filter(task_list=self.task_list) if self.task_list else items

    @cached_property
    def reasons(self) -> Counter:
        """How many of its tasks have each reason for their light; the city's and lists' are counted already."""
        if self.organisation:
            return Counter(self.items().as_of(self.as_of).order_by().values_list("light_reason", flat=True))
        slug = self.task_list.slug if self.task_list else ALL
        return Counter({reason: self.summary.count(f"reason.{reason}", slug) for reason in rules.REASON_WORDS})

    def had_tasks_before(self) -> bool:
        """Tell whether there was anything to compare with: tasks assigned before the period."""
        return bool(task_summary(self.before).count("total"))

    def chart(self, name):
        """Return the place of one of the standing charts with its caption and words."""
        return self.place(CHARTS[name](self))

    def place(self, description):
        """Return the place of a picture drawn from this description."""
        self.charts[description.key] = description
        return chart_catalogue.place_of(description)


CHARTS = {
    "closing": lambda material: charts.closing_chart(material.summary),
    "county": lambda material: charts.county_chart(material.summary),
    "funds": lambda material: charts.funds_chart(material.as_of),
}
