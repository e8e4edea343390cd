"""Parts of pages that show what was said of a task or a bulletin: its slips, the leaders' instructions."""

from datetime import date

from django import template

from accounts.permissions import LEADER
from common import clock, periods
from tasklists import instructions
from tasklists.models import Instruction, SupervisionSlip

register = template.Library()
ANSWER_WORKING_DAYS = 3  # what the form suggests; the leader sets any day


@register.inclusion_tag("tasklists/_slips.html", takes_context=True)
def slips_of(context, item) -> dict:
    """The slips on this task that the user may see, newest first."""
    rows = SupervisionSlip.objects.visible_to(context["user"]).filter(item=item).exclude(state="dropped")
    return {"slips": rows.select_related("organisation"), "today": clock.today()}


@register.inclusion_tag("tasklists/_instructions.html", takes_context=True)
def instructions_on(context, url, item=None, slip=None, bulletin=None) -> dict:
    """The instructions on one thing that the user may see and, for a leader, the form that is sent to ``url``."""
    user = context["user"]
    target = {"slip": slip} if slip else {"item": item} if item else {"bulletin_id": bulletin.pk}
    rows = Instruction.objects.visible_to(user).filter(**target).select_related("organisation", "by")
    today = clock.today()
    page = {"rows": rows, "today": today, "may_instruct": user.role == LEADER and bool(url)}
    if page["may_instruct"]:
        page |= _form(today, item, slip) | {"url": url}
    return page


def _form(today: date, item, slip) -> dict:
    suggested = None
    if slip:
        suggested = slip.organisation_id
    elif item:
        part = item.assignments.filter(decides=True).order_by("role", "organisation__order").first()
        suggested = part.organisation_id if part else None
    return {
        "organisations": instructions.organisations_that_answer(),
        "suggested": suggested,
        "due_on": periods.working_days_after(today, ANSWER_WORKING_DAYS),
    }
