"""One organisation's page: its share of the work, its lights, closings, returns and timeliness, its tasks."""

from collections import Counter
from datetime import date

from django.db.models import Exists, OuterRef

from accounts.models import Organisation
from accounts.permissions import SEES_EVERY_ORGANISATION
from common import lights, periods
from common.amounts import share
from common.charts import chart_card
from tasklists import rules, shown, stages
from tasklists.charts import organisation_trend
from tasklists.figures import task_rows_url
from tasklists.models import Assignment, TaskItem
from tasklists.part_counts import Month, parts_of, report_months_of
from tasklists.summary import ALL, TaskSummary, task_summary

SHOWN_ITEMS = 12


def sees_rows(user, organisation: Organisation) -> bool:
    """Tell whether the person may see the organisation's tasks, or only what all may see of it."""
    return user.role in SEES_EVERY_ORGANISATION or user.organisation_id == organisation.pk


def organisation_page(organisation: Organisation, *, user, day: date) -> dict:
    """Return the template's context. Who may not see the rows gets the ranking's figures alone."""
    summary = task_summary(day)
    own = next((o for o in summary.organisations if o.code == organisation.code), None)
    page = {"organisation": organisation, "own": own, "sees_rows": sees_rows(user, organisation)}
    if own is None:
        return page
    kin = _kin(summary, organisation)
    page |= {
        "rank": 1 + sum(other.rate > own.rate for other in kin),
        "kin": len(kin),
        "kin_rate": share(sum(o.done for o in kin), sum(o.total for o in kin)),
        "rows_url": task_rows_url(day, ALL, "", org=organisation.code, part="counted"),
        "done_url": task_rows_url(day, ALL, "", org=organisation.code, part="done"),
    }
    if page["sees_rows"]:
        page |= _details(organisation, day, summary)
    return page


def _kin(summary: TaskSummary, organisation):
    """The organisations that it is ranked among: departments, or counties with the zones beside them."""
    department = Organisation.Kind.DEPARTMENT
    return [o for o in summary.organisations if (o.kind == department) == (organisation.kind == department)]


def _details(organisation, day, summary):
    mine = Assignment.objects.answering().filter(item=OuterRef("pk"), organisation=organisation)
    items = TaskItem.objects.supervised(day).as_of(day).filter(Exists(mine)).exclude(state="cancelled")
    counts = Counter(rules.LIGHT_OF[reason] for reason in items.order_by().values_list("light_reason", flat=True))
    pressing = shown.with_owners(stages.with_stage(items.select_related("task_list"), day))
    pressing = pressing.order_by(rules.light_order(), "due_on", "pk")[:SHOWN_ITEMS]
    months = report_months(organisation, day)
    handed_in = sum(month.on_time + month.late for month in months)
    due = sum(month.due for month in months)
    returned = sum(month.returned for month in months)
    return {
        "lights": [
            {
                "light": light,
                "word": lights.WORDS[light],
                "count": counts[light],
                "url": task_rows_url(day, ALL, "", org=organisation.code, part="counted", light=light),
            }
            for light in reversed(lights.SEVERITY)
        ],
        "items": list(pressing),
        "months": [month for month in reversed(months) if month.due],
        "returned": returned,
        "handed_in": handed_in,
        "returned_rate": share(returned, handed_in) if handed_in else None,
        "due": due,
        "on_time": sum(month.on_time for month in months),
        "on_time_rate": share(sum(month.on_time for month in months), due) if due else None,
        "trend": chart_card(organisation_trend(organisation, *_closings(organisation, day), day, summary)),
    }


def report_months(organisation: Organisation, day: date) -> list[Month]:
    """Return the months of the year whose reports were due by ``day``, with how they came in."""
    return report_months_of([organisation.pk], _months(day), day)[organisation.pk]


def _months(day):
    return periods.months_between(f"{day.year}-01", periods.period_of(day))


def _closings(organisation, day):
    """Return, per month of the year, how many parts were done by its end, and how many were due by then."""
    parts = parts_of([organisation.pk], day)[organisation.pk]
    done, due = {}, {}
    for month in _months(day):
        end = min(periods.last_day(month), day)
        done[month] = sum(part.done_on is not None and part.done_on <= end for part in parts)
        due[month] = sum(part.deadline is not None and part.deadline <= end for part in parts)
    return done, due
