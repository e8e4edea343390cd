"""Messages to whoever handles a case: shortly before its deadline and once it has passed."""

from datetime import date, timedelta

from django.db import transaction

from accounts import notices
from projects.models import ServiceCase
from projects.service.cases import ORGANISATION_ROLES, address_of
from projects.service.deadlines import overdue_cases

DAYS_BEFORE = 2


@transaction.atomic
def remind(*, on: date) -> int:
    """Tell the handlers of cases that end within 2 days or are overdue; return how many cases that concerns.

    Each person is told once per case and occasion, however often this runs.
    """
    near = ServiceCase.objects.as_of(on).unfinished()
    near = near.filter(due_on__gte=on, due_on__lte=on + timedelta(days=DAYS_BEFORE))
    found = [(case, "near", f"{case.number} {case.due_on} 到期，请抓紧办理") for case in near]
    found += [(case, "overdue", f"{case.number} 已逾期，时限为 {case.due_on}") for case in overdue_cases(on)]
    people = {}
    for user in notices.people_of({_answers(case) for case, _, _ in found}, ORGANISATION_ROLES):
        people.setdefault(user.organisation_id, []).append(user)
    notices.send(
        notices.notice(
            recipient=user,
            key=f"case:{case.pk}:{occasion}:{case.due_on}",
            title=title,
            text=f"{case.company}：{case.text}"[:120],
            url=address_of(case),
            on=on,
        )
        for case, occasion, title in found
        for user in people.get(_answers(case), ())
    )
    return len(found)


def _answers(case) -> int:
    """The organisation that is reminded: the handler, before there is one the county."""
    return case.handler_id or case.county_id
