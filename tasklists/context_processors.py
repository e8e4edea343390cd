"""What every page's frame shows, with the number of slips and instructions that wait for this user."""

from django.db.models import Q

from accounts.context_processors import site as frame
from accounts.permissions import COORDINATOR, LEADER, may
from common import context
from tasklists.models import Instruction, SupervisionSlip


def site(request):
    """Return the frame's context, the entry 督办 with its red number where something waits."""
    page = frame(request)
    for entry in page["menu"]:
        if entry["name"] == "tasklists:slips":
            entry["count"] = waiting_count(request.user)
    return page


def waiting_count(user) -> int:
    """Return how many slips and instructions wait for this user, asked once per request in one query.

    The office confirms and settles, an organisation answers, a leader looks at what was not answered in time.
    """
    memory = context.current.get().memory
    if memory is not None and "supervision-waiting" in memory:
        return memory["supervision-waiting"]
    if user.role == COORDINATOR:
        slips, instructions = Q(state__in=("proposed", "answered")), Q(state="answered")
    elif user.role == LEADER:
        slips, instructions = Q(state__in=("issued", "signed"), escalated_on__isnull=False), Q(state="answered")
    elif may(user, "view"):
        slips, instructions = Q(state__in=("issued", "signed")), Q(state="open")
    else:
        return 0
    answers = Instruction.objects.visible_to(user).filter(instructions).order_by().values("pk")
    rows = SupervisionSlip.objects.visible_to(user).filter(slips).order_by().values("pk")
    count = rows.union(answers, all=True).count()
    if memory is not None:
        memory["supervision-waiting"] = count
    return count
