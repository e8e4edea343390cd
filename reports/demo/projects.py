"""The demonstration's projects: 42 signed on 2023-09-22, 150 started from January to October 2023.

18 of the 42 are among the 150; the other 132 were signed in 2022, so that one year holds one signing total.
"""

from datetime import date, timedelta
from decimal import Decimal

from common.loading import shipped
from projects.loading import load_known_projects
from projects.models import Project, StageChange
from reports.demo.calendar import working_day_from, working_days
from reports.demo.money import draw_funds, load_money, split_exactly

COHORT_KEY = "guoqi-2023"
COHORT, COHORT_STARTED, COHORT_REGISTERED, COHORT_ELSEWHERE = 42, 18, 31, 4
SMALLEST = 10000  # 万元: every started project counts as 过亿元
Stage = StageChange.Stage
EVIDENCE = {Stage.SIGNED: "投资合同", Stage.REGISTERED: "营业执照", Stage.STARTED: "施工许可证"}


class Draft:
    """One project while it is being drawn: its county, whether of the cohort, and its dates."""

    def __init__(self, county, cohort, started_on):
        self.county, self.cohort, self.started_on = county, cohort, started_on
        self.capital_region = True
        self.funds = 0
        self.total = 0
        self.signed_on = self.registered_on = None
        self.project = None


def load_projects(organisations, sources, rng):
    """Create the named rows of the sources and the demonstration's projects with stages and money."""
    events = load_known_projects(organisations, sources)
    counties = shipped("demo/counties.json")
    drafts = _draw(counties, rng)
    draw_funds(drafts, counties, rng)
    _set_totals(drafts, int(events[COHORT_KEY].published_investment), rng)
    _set_dates(drafts, events[COHORT_KEY].held_on, rng)
    _name(drafts, organisations, events[COHORT_KEY], rng)
    Project.objects.bulk_create(draft.project for draft in drafts)
    StageChange.objects.bulk_create(change for draft in drafts for change in _stages(draft))
    load_money(drafts, shipped("demo/projects.json")["vouchers"], rng)


def _draw(counties, rng):
    """Draw the 150 started projects by county, 18 of them of the cohort, and the cohort's other 24."""
    shorts = [short for short, row in counties.items() for _ in range(row["started"])]
    rng.shuffle(shorts)
    late = working_days(date(2023, 9, 25), date(2023, 10, 30))
    whole = working_days(date(2023, 1, 9), date(2023, 10, 27))
    drafts = [
        Draft(short, index < COHORT_STARTED, rng.choice(late if index < COHORT_STARTED else whole))
        for index, short in enumerate(shorts)
    ]
    names = list(counties)
    weights = [row["started"] for row in counties.values()]
    rest = rng.choices(names, weights, k=COHORT - COHORT_STARTED)
    drafts += [Draft(short, True, None) for short in rest]
    for draft in drafts[-COHORT_ELSEWHERE:]:
        draft.capital_region = False
    return drafts


def _set_totals(drafts, cohort_total, rng):
    """Draw each total investment above its funds; the cohort's add up to the published total exactly."""
    for draft in drafts:
        floor = max(SMALLEST, draft.funds * 3 // 2)
        draft.total = -(-int(floor * rng.uniform(1.05, 4.5)) // 500) * 500
    cohort = [draft for draft in drafts if draft.cohort]
    least = sum(max(SMALLEST, draft.funds * 3 // 2) for draft in cohort)
    shares = split_exactly(cohort_total - least, [rng.uniform(0.15, 2.2) for _ in cohort], 100)
    for draft, share in zip(cohort, shares, strict=True):
        draft.total = max(SMALLEST, draft.funds * 3 // 2) + share


def _set_dates(drafts, signed_on, rng):
    registered = 0
    signing_days = working_days(date(2022, 2, 14), date(2022, 12, 9))
    for draft in drafts:
        if not draft.cohort:
            draft.signed_on = rng.choice(signing_days)
            draft.registered_on = _between(draft.signed_on, draft.started_on, rng)
            continue
        draft.signed_on = signed_on
        if draft.started_on:
            draft.registered_on = _between(signed_on, draft.started_on, rng)
        elif registered < COHORT_REGISTERED - COHORT_STARTED:
            registered += 1
            draft.registered_on = rng.choice(working_days(date(2023, 9, 27), date(2023, 12, 8)))


def _between(first, last, rng):
    day = first + timedelta(days=max(1, int((last - first).days * rng.uniform(0.2, 0.7))))
    return min(last, working_day_from(day))


def _name(drafts, organisations, event, rng):
    words = shipped("demo/projects.json")
    products = [(industry, product) for industry, names in words["industries"].items() for product in names]
    used = set()
    order = sorted(drafts, key=lambda draft: (draft.signed_on, draft.started_on or date.max, draft.total))
    for number, draft in enumerate(order, 1):
        origins = words["origins"] if draft.capital_region else words["elsewhere"]
        province, district, _ = rng.choices(origins, [row[2] for row in origins])[0]
        kind = rng.choices([row[0] for row in words["kinds"]], [row[1] for row in words["kinds"]])[0]
        if draft.cohort:
            kind = "central_soe" if draft.capital_region else "other_soe"
        while True:
            mark = rng.choice(words["marks"])
            industry, product = rng.choice(products)
            endings = words["other_endings"].get(industry, words["endings"])
            name = f"{mark}{product}{rng.choice(endings)}"
            if (mark, product) not in used:
                used.add((mark, product))
                break
        draft.project = Project(
            code=f"S-{number:03d}",
            name=name,
            investor=f"{province[:2]}{mark}{industry}{words['company'][kind]}",
            investor_kind=kind,
            origin_province=province,
            origin_district=district,
            county=organisations[draft.county],
            industry=industry,
            total_investment=Decimal(draft.total),
            event=event if draft.cohort else None,
            is_demo=True,
        )


def _stages(draft):
    dated = {Stage.SIGNED: draft.signed_on, Stage.REGISTERED: draft.registered_on, Stage.STARTED: draft.started_on}
    for stage, on in dated.items():
        if on:
            yield StageChange(project=draft.project, stage=stage, on=on, evidence=EVIDENCE[stage])
