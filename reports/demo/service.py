"""The demonstration's cases: requests and hotline calls of 2023, most of them answered, some late."""

import random
from datetime import date, timedelta

from common import periods
from common.loading import shipped
from projects.models import CaseStep, Project, ServiceCase
from projects.service.cases import PREFIXES
from projects.service.deadlines import WORKING_DAYS, due_date
from reports.demo.calendar import TODAY, working_day_from, working_days

SEED = 41
REQUESTS, CALLS = 64, 18
RECENT = date(2023, 11, 1)
STILL_OPEN = 0.6  # of the cases since November
State, Rating = ServiceCase.State, ServiceCase.Satisfaction
RATINGS = ([Rating.VERY] * 8) + ([Rating.SATISFIED] * 7) + ([Rating.PARTLY] * 3) + [Rating.NOT, ""]


def load_service(organisations) -> None:
    """Write the cases with their steps; each number follows from the day of its receipt."""
    rng = random.Random(SEED)
    words = shipped("demo/service.json")
    projects = list(Project.objects.filter(is_demo=True).select_related("county").order_by("code"))
    drawn = [(day, "request", rng.choice(words["requests"])) for day in _days(REQUESTS, rng)]
    drawn += [(day, "hotline", rng.choice(words["complaints"])) for day in _days(CALLS, rng)]
    trade = [line for line in words["requests"] if line[1] == "市商务局"]
    # Cases of 齐河县 that 市商务局 handles, one overdue, one running, one new: both accounts find work.
    pinned = [date(2023, 11, 22), date(2023, 12, 4), TODAY]
    drawn += [(day, "request", trade[n % len(trade)]) for n, day in enumerate(pinned)]
    numbers, cases, results = {}, [], []
    for day, channel, (category, handler, text, result) in sorted(drawn, key=lambda row: (row[0], row[2][2])):
        numbers[channel] = numbers.get(channel, 0) + 1
        project = rng.choice(projects)
        own = day in pinned and handler == "市商务局"
        county = organisations["齐河县"] if own else project.county
        case = ServiceCase(
            channel=channel,
            number=f"{PREFIXES[channel]}-2023-{numbers[channel]:04d}",
            project=None if own or channel == "hotline" else project,
            company=f"{county.short[:2]}{rng.choice(words['companies'])}有限公司",
            category=category,
            text=text,
            county=county,
            handler=organisations[handler],
            received_on=day,
            due_on=due_date(category, day),
            is_demo=True,
        )
        cases.append(case)
        results.append(rng.choice(words["refusals"]) if _go_on(case, own, rng) else result)
    for case, result in zip(cases, results, strict=True):
        case.result = result if case.done_on else ""
    ServiceCase.objects.bulk_create(cases)
    CaseStep.objects.bulk_create(step for case in cases for step in _steps(case, words["steps"], rng))


def _days(count, rng):
    return rng.choices(working_days(date(2023, 2, 6), TODAY), k=count)


def _go_on(case, stays_open, rng) -> bool:
    """Draw how the case went by the business date; True when it was refused."""
    if case.received_on >= TODAY - timedelta(days=1):
        return False
    case.accepted_on = min(working_day_from(case.received_on + timedelta(days=rng.choice((0, 1, 1, 2)))), TODAY)
    case.state = State.ACCEPTED
    if stays_open or (case.received_on >= RECENT and rng.random() < STILL_OPEN):
        return False
    if rng.random() < 0.04:
        case.state, case.done_on = State.REFUSED, case.accepted_on
        return True
    allowed = WORKING_DAYS[case.category]
    took = max(1, round(allowed * rng.choice((0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.0, 1.5, 2.5))))
    done_on = max(periods.working_days_after(case.received_on, took), case.accepted_on)
    if done_on > TODAY:
        return False
    case.state, case.done_on = State.DONE, done_on
    rated_on = periods.working_days_after(done_on, rng.choice((1, 2, 4)))
    rating = rng.choice(RATINGS)
    if rating and rated_on <= TODAY:
        case.satisfaction, case.rated_on = rating, rated_on
    return False


def _steps(case, words, rng):
    def step(on, text, public):
        return CaseStep(case=case, on=on, text=text, is_public=public)

    yield step(case.received_on, "诉求已登记。", True)
    if case.accepted_on is None:
        return
    if case.state == State.REFUSED:
        yield step(case.done_on, "不予受理。", True)
        return
    yield step(case.accepted_on, f"已受理，由{case.handler.short}承办。", True)
    last = case.done_on or TODAY
    if (last - case.accepted_on).days > 3:
        yield step(case.accepted_on + (last - case.accepted_on) // 2, rng.choice(words), rng.random() < 0.6)
    if case.done_on:
        yield step(case.done_on, "已办结。", True)
