"""What pages of places look up by a row's key."""

from django import template

from common import clock
from projects.models import ServiceCase
from projects.service import permits
from projects.service.deadlines import time_left
from projects.service.tables import STATE_TONES

register = template.Library()


@register.simple_tag
def card_of(cards, row) -> dict:
    """Return what belongs to this row."""
    return cards[row.pk]


@register.simple_tag(takes_context=True)
def cases_of(context, project) -> list[dict]:
    """Return the cases of the project that the user may see, as of the page's date, newest first."""
    day = context.get("as_of") or clock.today()
    rows = ServiceCase.objects.visible_to(context["user"]).filter(project=project).as_of(day)
    return [
        {
            "case": case,
            "word": ServiceCase.State(case.state_then).label,
            "tone": STATE_TONES[case.state_then],
            "left": "" if case.state_then == ServiceCase.State.REFUSED else time_left(case, day),
            "late": case.is_overdue,
        }
        for case in rows.order_by("-received_on", "-pk")
    ]


@register.simple_tag(takes_context=True)
def may_open_case(context) -> bool:
    return permits.may_open(context["user"])
