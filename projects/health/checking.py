"""Running the check over all projects: constant queries, one open slip per project and rule.

A slip that was closed is followed by a new one only when its condition has passed in between: until a check has
seen the project in order (``cleared_on``), the closed slip stands for what the office has accepted.
"""

from collections import Counter
from datetime import date

from django.db import transaction
from django.db.models import Max, Min, Sum
from django.urls import reverse

from accounts import notices
from accounts.models import User
from accounts.permissions import COUNTY_REPORTER, REVIEWER
from common import audit, jobs, periods
from common.models import Job
from common.turns import one_after_another
from projects.health.rules import Health, findings
from projects.models import FundEntry, HealthFinding, Project, SiteProgress, StageChange
from projects.stages import and_after

JOB = "project-health"
RECTIFY_WORKING_DAYS = 20
NEAR_WORKING_DAYS = 3
LATE_NOTICE_DAYS = 7  # how long after the deadline a missed night still tells
State = HealthFinding.State


def health_of_all(on: date) -> dict[int, Health]:
    """Return the facts of every project as of ``on``, in five queries whatever their number."""
    log = StageChange.objects.filter(on__lte=on).order_by()
    signed = dict(log.filter(stage="signed").values_list("project").annotate(first=Min("on")))
    started = dict(log.filter(stage__in=and_after("started")).values_list("project").annotate(first=Min("on")))
    stage = dict(log.order_by("on", "pk").values_list("project", "stage"))
    funds = dict(FundEntry.objects.verified(on).order_by().values_list("project").annotate(total=Sum("amount")))
    seen = {
        project: (percent, day)
        for project, percent, day in SiteProgress.objects.filter(on__lte=on)
        .order_by("on", "pk")
        .values_list("project", "percent", "on")
    }
    return {
        pk: Health(
            stage=stage.get(pk, ""),
            signed_on=signed.get(pk),
            started_on=started.get(pk),
            total_investment=total,
            funds=funds.get(pk),
            percent=seen.get(pk, (None, None))[0],
            seen_on=seen.get(pk, (None, None))[1],
        )
        for pk, total in Project.objects.order_by("code").values_list("pk", "total_investment")
    }


def conditions(on: date) -> dict[tuple[int, str], str]:
    """Return what the rules find on that day: the basis by (project, rule)."""
    return {
        (pk, rule): basis for pk, health in health_of_all(on).items() for rule, basis in findings(health, on).items()
    }


def run_check(*, on: date, by: User | None = None) -> dict:
    """Examine all projects, open slips for what is new, remind of deadlines; return the numbers of ``store``.

    A second run on the same day changes nothing.
    """
    return store(conditions(on), on=on, by=by)


@transaction.atomic
def store(holding: dict[tuple[int, str], str], *, on: date, by: User | None = None) -> dict:
    """Write what the check has found; return how many rules hold, slips were opened or cleared, owners reminded.

    Numbers run per year; those who give them take turns.
    """
    one_after_another()
    last = _last_slips()
    passed = [pk for key, (pk, _, cleared) in last.items() if cleared is None and key not in holding]
    again = [pk for key, (pk, state, cleared) in last.items() if cleared and state != State.CLOSED and key in holding]
    HealthFinding.objects.filter(pk__in=passed).update(cleared_on=on)
    HealthFinding.objects.filter(pk__in=again).update(cleared_on=None)
    wanted = [key for key in holding if key not in last or (last[key][1] == State.CLOSED and last[key][2])]
    projects = Project.objects.filter(county__isnull=False).in_bulk({pk for pk, _ in wanted}) if wanted else {}
    number = HealthFinding.objects.filter(year=on.year).aggregate(last=Max("number"))["last"] or 0
    due_on = periods.working_days_after(on, RECTIFY_WORKING_DAYS)
    opened = []
    for pk, rule in wanted:
        if project := projects.get(pk):
            opened.append(
                HealthFinding(
                    project=project,
                    rule=rule,
                    basis=holding[pk, rule],
                    found_on=on,
                    owner_id=project.county_id,
                    due_on=due_on,
                    year=on.year,
                    number=number + len(opened) + 1,
                    is_demo=project.is_demo,
                )
            )
    HealthFinding.objects.bulk_create(opened, batch_size=500)
    _tell_counties(opened, on, due_on)
    reminded = remind(on=on)
    result = {"holding": len(holding), "opened": len(opened), "cleared": len(passed), "reminded": reminded}
    if opened or passed or by:
        audit.record(by=by, action="项目体检", label=f"{on} 新发现 {len(opened)} 项", after=result)
    return result


def _last_slips() -> dict[tuple[int, str], tuple]:
    """The newest slip of each project and rule: (primary key, state, cleared_on)."""
    rows = HealthFinding.objects.order_by("pk").values_list("project", "rule", "pk", "state", "cleared_on")
    return {(project, rule): (pk, state, cleared) for project, rule, pk, state, cleared in rows}


def _tell_counties(opened, on, due_on):
    """One message per county and day, however many slips it got."""
    counts = Counter(finding.owner_id for finding in opened)
    for owner, count in counts.items():
        notices.notify(
            recipients=notices.people_of([owner], [COUNTY_REPORTER, REVIEWER]),
            key=f"health:{owner}:{on}",
            title=f"项目体检新发现 {count} 项，请整改",
            text=f"整改时限 {due_on}，请逐项说明整改情况并附佐证。",
            url=f"{reverse('projects:health')}?state=open",
            on=on,
        )


def remind(*, on: date) -> int:
    """Tell the counties of slips whose deadline is near or has just passed; each slip tells once of each."""
    near = periods.working_days_after(on, NEAR_WORKING_DAYS)
    rows = HealthFinding.objects.filter(state=State.OPEN, due_on__lte=near).select_related("project")
    rows = [row for row in rows.order_by("pk") if (on - row.due_on).days <= LATE_NOTICE_DAYS]
    people = {}
    for user in notices.people_of({row.owner_id for row in rows}, [COUNTY_REPORTER, REVIEWER]):
        people.setdefault(user.organisation_id, []).append(user)
    messages = []
    for row in rows:
        late = row.due_on < on
        for user in people.get(row.owner_id, []):
            messages.append(
                notices.notice(
                    recipient=user,
                    key=f"finding:{row.pk}:{'late' if late else 'near'}:{row.due_on}",
                    title=f"整改单 {row.short_number} {'已逾期' if late else '临近时限'}：{row.project.name}",
                    text=f"{row.get_rule_display()}，整改时限 {row.due_on}。",
                    url=reverse("projects:finding", args=[row.pk]),
                    on=on,
                )
            )
    notices.send(messages)
    return len(rows)


def overdue_findings(as_of: date):
    """Return the slips that were open past their deadline on ``as_of``, the oldest first."""
    rows = HealthFinding.objects.as_of(as_of).filter(due_on__lt=as_of, state_then=State.OPEN)
    return rows.select_related("project", "owner").order_by("due_on", "pk")


def request_check(*, by: User, on: date) -> Job:
    """Have the check run by the background worker and return its job; asking twice makes one."""
    return jobs.enqueue(kind=JOB, key=str(on), payload={"on": on.isoformat()}, by=by)


@jobs.handler(JOB)
def do_check(job: Job, progress):
    """Compute first, write with the job's completion."""
    on = date.fromisoformat(job.payload["on"])
    progress(10, "汇总项目、资金和形象进度")
    holding = conditions(on)
    progress(70, f"符合体检规则 {len(holding)} 项，比对整改单")
    return lambda: store(holding, on=on, by=job.created_by)
