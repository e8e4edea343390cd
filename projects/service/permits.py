"""Who may do what with a case: its county and its handler work on it, the office on all of them."""

from accounts.permissions import COORDINATOR, COUNTY_REPORTER, may
from projects.models import ServiceCase

OPEN = (ServiceCase.State.RECEIVED, ServiceCase.State.ACCEPTED)


def may_open(user) -> bool:
    """Counties enter what their companies ask for, the office what reaches it."""
    return user.is_active and user.role in (COORDINATOR, COUNTY_REPORTER)


def is_office(user) -> bool:
    return user.is_active and user.role == COORDINATOR


def of_county(user, case) -> bool:
    return may(user, "report") and user.organisation_id == case.county_id


def of_handler(user, case) -> bool:
    return may(user, "report") and case.handler_id is not None and user.organisation_id == case.handler_id


def may_work(user, case) -> bool:
    """Tell whether the user may write steps, hand over and make the company's link."""
    return is_office(user) or of_county(user, case) or of_handler(user, case)


def may_finish(user, case) -> bool:
    """The handler gives the result; so does the office."""
    return is_office(user) or of_handler(user, case)


def may_refuse(user, case) -> bool:
    return is_office(user) or of_county(user, case)


def may_rate(user, case) -> bool:
    """Who calls the company back is not who handled its case."""
    return is_office(user) or (of_county(user, case) and not of_handler(user, case))


def allowed(user, case) -> dict[str, bool]:
    """Return which acts the page offers this user on the case as it stands."""
    is_open = case.state in OPEN
    waits = case.state == ServiceCase.State.RECEIVED
    return {
        "accept": waits and may_work(user, case),
        "hand_over": is_open and may_work(user, case),
        "step": is_open and may_work(user, case),
        "finish": case.state == ServiceCase.State.ACCEPTED and may_finish(user, case),
        "refuse": is_open and may_refuse(user, case),
        "rate": case.state == ServiceCase.State.DONE and not case.satisfaction and may_rate(user, case),
        "link": may_work(user, case),
    }
