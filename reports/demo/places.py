"""The demonstration's residents of platforms, promises of the cohort, and progress of memoranda.

What the sources publish of these places stays as it is. Usable areas, residents, owners and progress are made up:
residents and progress carry the mark, and so do the clauses that were given an owner.
"""

import random
from datetime import date, timedelta
from decimal import Decimal

from common.loading import day, shipped
from projects.models import ClauseProgress, MemorandumClause, Platform, PlatformResident, Project
from reports.demo.calendar import TODAY, working_days
from reports.demo.projects import COHORT_KEY

SEED = 43
LEFT = 0.08  # of the residents, gone again


def load_places(organisations) -> None:
    words = shipped("demo/places.json")
    rng = random.Random(SEED)
    for key, plan in words["platforms"].items():
        platform = Platform.objects.get(key=key)
        if plan["usable"]:
            platform.usable_area_m2 = Decimal(plan["usable"])
            platform.save(update_fields=["usable_area_m2"])
        PlatformResident.objects.bulk_create(_residents(platform, plan, words, rng))
    _promise(rng)
    _report(words["clauses"], organisations)


def _residents(platform, plan, words, rng):
    marks = shipped("demo/projects.json")["marks"]
    names = [f"{mark}{kind}" for kind in words["kinds"][platform.key] for mark in marks]
    days = sorted(rng.choices(working_days(date(2022, 3, 1), date(2023, 12, 1)), k=plan["residents"]))
    for name, entered_on in zip(rng.sample(names, plan["residents"]), days, strict=True):
        origins = words["capitals"] if rng.random() < plan["capitals"] else words["elsewhere"]
        province, district = rng.choice(origins)
        left_on = entered_on + timedelta(days=rng.randrange(150, 420)) if rng.random() < LEFT else None
        yield PlatformResident(
            platform=platform,
            name=name,
            origin_province=province,
            origin_district=district,
            area_m2=Decimal(rng.randrange(plan["areas"][0], plan["areas"][1], 10)),
            entered_on=entered_on,
            left_on=left_on if left_on and left_on <= TODAY else None,
            is_demo=True,
        )


def _promise(rng) -> None:
    """Give the cohort's projects the days that their contracts promise, near to what came true."""
    projects = list(
        Project.objects.filter(event__key=COHORT_KEY, is_demo=True).select_related("event").order_by("code")
    )
    for project in projects:
        signed = project.event.held_on
        registered = signed + timedelta(days=rng.choice((20, 30, 45, 60)))
        project.promised_registered_on = project.promised_registered_on or registered
        project.promised_started_on = project.promised_started_on or registered + timedelta(
            days=rng.choice((15, 30, 60, 120))
        )
        project.promised_producing_on = project.promised_producing_on or signed + timedelta(
            days=rng.choice((365, 450, 540))
        )
    fields = ["promised_registered_on", "promised_started_on", "promised_producing_on"]
    Project.objects.bulk_update(projects, fields)


def _report(memoranda, organisations) -> None:
    progress = []
    for key, lines in memoranda.items():
        clauses = MemorandumClause.objects.filter(memorandum__key=key).order_by("order")
        for clause, (owner, due_on, next_step, reports) in zip(clauses, lines, strict=True):
            clause.owner, clause.next_step, clause.is_demo = organisations[owner], next_step, True
            clause.due_on = day(due_on)
            clause.save(update_fields=["owner", "due_on", "next_step", "is_demo"])
            progress += [
                ClauseProgress(clause=clause, on=day(on), state=state, text=text, is_demo=True)
                for on, state, text in reports
            ]
    ClauseProgress.objects.bulk_create(progress)
