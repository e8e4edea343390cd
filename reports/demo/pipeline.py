"""The demonstration's pipeline: leads and talks not signed yet, who looks after each project, gates, follow-ups.

None of the new projects is signed, so that every published total stays as it is.
"""

import random
from datetime import date, timedelta
from decimal import Decimal

from common.loading import shipped
from projects.models import AdmissionCheck, FollowUp, Project, StageChange
from reports.demo.calendar import TODAY, working_day_from
from reports.demo.classes import DIVISIONS

SEED, COURSE_SEED = 20232, 20235
LOOKED_AFTER = ("officer", "officer_post", "helper", "helper_phone", "contract_on", "contract_number")
Stage = StageChange.Stage


def load_pipeline(organisations, users):
    """Fill in officers, contacts, contracts and gates of the signed projects; add leads, talks and their notes."""
    rng = random.Random(SEED)
    words = shipped("demo/pipeline.json")
    signed = {row.project_id: row.on for row in StageChange.objects.filter(stage=Stage.SIGNED, project__is_demo=True)}
    made = list(Project.objects.filter(pk__in=signed).select_related("county").order_by("code"))
    for number, project in enumerate(made, 1):
        _look_after(project, words, rng)
        project.contract_on = signed[project.pk]
        project.contract_number = f"DZ{project.contract_on.year}-{number:03d}"
    Project.objects.bulk_update(made, LOOKED_AFTER, batch_size=200)
    AdmissionCheck.objects.bulk_create(
        AdmissionCheck(
            project=project,
            policy_fits=True,
            environment_fits=True,
            returns_fit=True,
            checked_on=_before(signed[project.pk], rng.randrange(8, 40)),
            is_demo=True,
        )
        for project in made
    )
    _load_courses(signed)
    _load_leads(words, organisations, users, rng)


def _load_courses(signed):
    """Give each signed project its lead and its talks; those of the year's signing began in the year, too."""
    rng = random.Random(COURSE_SEED)
    courses = []
    for project, day in sorted(signed.items()):
        talks = rng.randrange(45, 130)
        lead = talks + rng.randrange(12, 90)
        courses.append(StageChange(project_id=project, stage=Stage.LEAD, on=_before(day, lead)))
        courses.append(StageChange(project_id=project, stage=Stage.NEGOTIATING, on=_before(day, talks)))
    StageChange.objects.bulk_create(courses, batch_size=200)


def _load_leads(words, organisations, users, rng):
    stages, notes, number = [], [], 0
    rows = [(row, None) for row in words["leads"]] + [(row, stage) for stage, row in words["off"].items()]
    for row, off in rows:
        number += 1
        name, investor, kind, province, district, chain, total, county, lead_days, talk_days, told = row
        project = Project(
            code=f"X-{number:03d}", name=name, investor=investor, investor_kind=kind, origin_province=province,
            origin_district=district, industry=chain, chain=chain, industry_code=DIVISIONS[chain],
            total_investment=Decimal(total) if total else None, county=organisations[county] if county else None,
            created_by=users["qihe"] if county == "齐河县" else users["xietiaoban"] if county is None else None,
            created_on=_before(TODAY, lead_days), is_demo=True,
        )  # fmt: skip
        _look_after(project, words, rng)
        project.save(force_insert=True)
        stages.append(StageChange(project=project, stage=Stage.LEAD, on=_before(TODAY, lead_days)))
        last = lead_days
        if talk_days:
            last = talk_days
            stages.append(StageChange(project=project, stage=Stage.NEGOTIATING, on=_before(TODAY, talk_days)))
        if off:
            on = _before(TODAY, talk_days - 30)
            stages.append(StageChange(project=project, stage=off, on=on, reason=told))
            continue
        by = project.created_by
        for place, text in enumerate(told):
            on = _before(TODAY, max(last - 6 * (place + 1), 1))
            notes.append(FollowUp(project=project, on=on, text=text, by=by, is_demo=True))
    StageChange.objects.bulk_create(stages)
    FollowUp.objects.bulk_create(notes)


def _look_after(project, words, rng):
    project.officer, project.officer_post = rng.choice(words["officers"])
    project.helper, project.helper_phone = rng.choice(words["helpers"])


def _before(day: date, days: int) -> date:
    return min(working_day_from(day - timedelta(days=days)), day)
