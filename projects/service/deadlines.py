"""Within how many working days a case is answered, and which cases are late."""

from datetime import date

from common import periods
from projects.models import ServiceCase

Category = ServiceCase.Category

# Working days from the day after the receipt, by what the company asks for.
WORKING_DAYS = {
    Category.LAND: 15,
    Category.APPROVAL: 7,
    Category.FINANCE: 15,
    Category.LABOUR: 10,
    Category.UTILITIES: 5,
    Category.POLICY: 10,
    Category.ENVIRONMENT: 10,
    Category.CONDUCT: 5,
    Category.OTHER: 10,
}


def due_date(category: str, received_on: date) -> date:
    """Return the last day on which a case of this category, received on that day, is answered in time."""
    return periods.working_days_after(received_on, WORKING_DAYS[category])


def overdue_cases(as_of: date):
    """Return the cases without a result on ``as_of`` whose deadline had passed, the longest overdue first."""
    rows = ServiceCase.objects.as_of(as_of).overdue()
    return rows.select_related("county", "handler").order_by("due_on", "pk")


def time_left(case: ServiceCase, on: date) -> str:
    """Return how the case stands to its deadline on that day, as a page says it."""
    if case.done_on and case.done_on <= on:
        late = (case.done_on - case.due_on).days
        return f"逾期 {late} 天办结" if late > 0 else "按时办结"
    if case.due_on < on:
        return f"逾期 {(on - case.due_on).days} 天"
    if case.due_on == on:
        return "今天到期"
    return f"还剩 {periods.working_days_between(on, case.due_on)} 个工作日"
