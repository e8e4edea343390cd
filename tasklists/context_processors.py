"""What every page's frame shows, with the number of slips and instructions that wait for this user."""

from django.db.models import Q
from django.urls import reverse

from accounts.context_processors import site as frame
from accounts.permissions import COORDINATOR, LEADER, may
from common.remember import remembered
from tasklists.models import Instruction, SupervisionSlip


def site(request):
    """Return the frame's context, the entry 督办 with its red number where something waits."""
    page = frame(request)
    here = request.path.startswith((reverse("tasklists:instructions"), reverse("tasklists:calendar")))
    for entry in page["menu"]:
        if here:
            entry["current"] = entry["name"] == "tasklists:slips"
        if entry["name"] == "tasklists:slips":
            entry["count"] = waiting_count(request.user)
    return page


def waiting_count(user) -> int:
    """Return how many slips and instructions wait for this user; counted once per state of the data.

    The office confirms and settles, an organisation answers, a leader looks at what was not answered in time.
    """
    if not may(user, "view"):
        return 0
    return remembered(f"supervision-waiting:{user.role}:{user.organisation_id}", lambda: _count_waiting(user))


def _count_waiting(user):
    if user.role == COORDINATOR:
        slips, instructions = Q(state__in=("proposed", "answered")), Q(state="answered")
    elif user.role == LEADER:
        slips, instructions = Q(state__in=("issued", "signed"), escalated_on__isnull=False), Q(state="answered")
    else:
        slips, instructions = Q(state__in=("issued", "signed")), Q(state="open")
    answers = Instruction.objects.visible_to(user).filter(instructions).order_by().values("pk")
    rows = SupervisionSlip.objects.visible_to(user).filter(slips).order_by().values("pk")
    return rows.union(answers, all=True).count()
