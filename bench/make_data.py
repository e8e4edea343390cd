"""Fills an empty, throw-away database with made rows: ``python -m bench.make_data --scale 100``.

Scale 1 is 150 tasks, 150 projects and 1,800 reports; the organisations are the shipped ones at every
scale. The same scale gives the same rows. It refuses a database that has users.
"""

import argparse
import os
import random
import sys
import time
from datetime import date, timedelta
from decimal import Decimal
from itertools import count, islice

TODAY = date(2023, 12, 13)
YEAR_MONTHS = [f"2023-{n:02d}" for n in range(1, 13)]
FOLLOWED = 40  # indicators that stand on the wall; the others have values only
THREE_YEARS = [f"{year}-{n:02d}" for year in (2021, 2022, 2023) for n in range(1, 13)]
TASKS = PROJECTS = 150
INDICATORS = 5
BATCH = 2000
ASPECTS = ("产业协作", "交通互联", "生态共治", "公共服务", "科技创新")
PROVINCES = ("北京市", "天津市", "河北省", "上海市")
USERS = {"bench-coordinator": "coordinator", "bench-reporter": "dept_reporter"}


def in_batches(rows):
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        yield batch


def write(model, rows):
    """Write the rows in batches and return nothing: what is made lazily is not held."""
    for batch in in_batches(rows):
        model.objects.bulk_create(batch)


def some_day(rng, first=date(2023, 1, 1), last=TODAY):
    return first + timedelta(days=rng.randrange((last - first).days + 1))


def make_base():
    """Organisations, the fixed business date and the users that the bench signs in; returns the organisations."""
    from accounts.loading import load_organisations
    from accounts.models import Organisation, User
    from common.models import SiteSettings

    SiteSettings.objects.update_or_create(pk=1, defaults={"business_date": TODAY})
    load_organisations()
    departments = list(Organisation.objects.filter(kind="department"))
    counties = list(Organisation.objects.counties_and_zones())
    for name, role in USERS.items():
        own = departments[0] if role == "dept_reporter" else None
        user = User(username=name, display_name=name, role=role, organisation=own, must_change_password=False)
        user.set_unusable_password()
        user.save()
    return departments, counties


def make_tasks(rng, scale, departments, counties):
    """Two lists in force, their items, parts, reports, state changes and events."""
    from common import periods
    from tasklists.models import Assignment, PlanNode, ProgressReport, StateChange, TaskEvent, TaskItem, TaskList

    aspects = []
    for order, (slug, short) in enumerate((("annual", "重点任务"), ("policy", "支持政策"))):
        made = TaskList.objects.create(
            slug=slug, title=f"2023年{short}清单", short=short, year=2023, state="in_force", order=order
        )
        aspects += [
            PlanNode.objects.create(task_list=made, level="chapter", number=str(n), title=title, order=n)
            for n, title in enumerate(ASPECTS)
        ]

    def items():
        for n in range(TASKS * scale):
            aspect = aspects[n % len(aspects)]
            long_term = rng.random() < 0.1
            yield TaskItem(
                task_list_id=aspect.task_list_id,
                node=aspect,
                aspect=aspect,
                code=str(n + 1),
                order=n + 1,
                title=f"第{n + 1}项：推进{aspect.title}的有关工作并按月填报进展",
                text="按照年度安排落实责任，明确措施，按期完成。" * 3,
                assigned_on=date(2023, 1, 1) + timedelta(days=10 * rng.randrange(6)),
                due_on=None if long_term else periods.last_day(periods.shift("2023-09", rng.randrange(13))),
                long_term=long_term,
            )

    write(TaskItem, items())
    item_ids = list(TaskItem.objects.order_by("order").values_list("pk", flat=True))
    everyone = departments + counties

    def assignments():
        for pk in item_ids:
            led = rng.random() < 0.7
            for place, organisation in enumerate(rng.sample(everyone, 2)):
                role = "lead" if led and not place else "supporting" if led else "responsible"
                yield Assignment(item_id=pk, organisation=organisation, role=role, decides=role != "supporting")

    write(Assignment, assignments())
    deciding = Assignment.objects.filter(decides=True).order_by("pk").values_list("pk", "role", "item_id")

    def reports():
        """Twelve a task: a lead reports every month, two responsible ones half of them each, the latest ones."""
        for pk, role, _ in deciding:
            slow = rng.randrange(40)
            for n, period in enumerate(YEAR_MONTHS[0 if role == "lead" else 6 :]):
                late = rng.random() < 0.1 and period >= "2023-11"
                state = "draft" if period == "2023-12" else "submitted" if late else "approved"
                day = date.fromisoformat(f"{period}-16") + timedelta(days=rng.randrange(4))
                yield ProgressReport(
                    assignment_id=pk,
                    period=period,
                    percent=min(99, max(0, n * 9 - slow)),
                    text="本月按计划推进，完成阶段性工作。" * 2,
                    state=state,
                    submitted_on=None if state == "draft" else day,
                    approved_on=day + timedelta(days=3) if state == "approved" else None,
                )

    write(ProgressReport, reports())
    write(
        StateChange,
        (
            StateChange(
                item_id=pk,
                state="closed" if rng.random() < 0.95 else "suspended",
                on=some_day(rng, date(2023, 6, 1)),
                reason="核验通过",
            )
            for pk in item_ids
            if rng.random() < 0.4
        ),
    )
    write(
        TaskEvent,
        (TaskEvent(item_id=pk, kind="assigned", on=date(2023, 3, 1), organisation=departments[0]) for pk in item_ids),
    )


def make_projects(rng, scale, counties):
    """Projects with their stage logs and two years of verified money."""
    from projects.models import CreditShare, FundEntry, InvestmentEntry, Project, StageChange

    write(
        Project,
        (
            Project(
                code=f"P{n:06d}",
                name=f"第{n}个产业项目",
                investor=f"投资方{n % 977}",
                investor_kind="private",
                origin_province=rng.choice(PROVINCES),
                origin_district=f"第{n % 17}区",
                industry_code=f"{13 + n % 31}",
                chain=f"产业链{n % 11}",
                county=rng.choice(counties),
                industry="高端装备",
                total_investment=Decimal(rng.randrange(2000, 90000)),
            )
            for n in range(PROJECTS * scale)
        ),
    )
    ids = list(Project.objects.order_by("code").values_list("pk", flat=True))

    def stages():
        for pk in ids:
            day = some_day(rng, date(2022, 1, 1), date(2023, 9, 30))
            for stage in ("negotiating", "signed", "registered", "started")[: rng.randrange(1, 5)]:
                yield StageChange(project_id=pk, stage=stage, on=day)
                day += timedelta(days=rng.randrange(10, 90))

    def money(model, rows, **fields):
        for pk in ids:
            for _ in range(rows):
                day = some_day(rng, date(2022, 1, 1))
                made = model(
                    project_id=pk,
                    month=f"{day:%Y-%m}",
                    amount=Decimal(rng.randrange(100, 5000)),
                    state="city_verified" if rng.random() < 0.9 else "claimed",
                    claimed_on=day,
                    **{name: value() for name, value in fields.items()},
                )
                if made.state == "city_verified":
                    made.county_verified_on = day + timedelta(days=5)
                    made.city_verified_on = day + timedelta(days=9)
                yield made

    numbers = count(1)

    def credits():
        """Every tenth project is shared by two counties."""
        for n, pk in enumerate(ids[::10]):
            for place, percent in ((n, 60), (n + 1, 40)):
                county = counties[place % len(counties)]
                yield CreditShare(project_id=pk, organisation=county, part="location", percent=percent)

    write(StageChange, stages())
    write(CreditShare, credits())
    write(
        FundEntry, money(FundEntry, 4, voucher_kind=lambda: "银行回单", voucher_number=lambda: f"V{next(numbers):08d}")
    )
    write(InvestmentEntry, money(InvestmentEntry, 2))


def make_indicators(rng, scale, counties):
    """Indicators with a value per county and month over three years, and the goals for funds."""
    from accounts.models import Organisation
    from common.periods import last_day
    from indicators.models import Indicator, Observation, Target

    write(
        Indicator,
        (
            Indicator(
                code=f"bench-{n}",
                name=f"指标{n}",
                unit="项",
                scope="按月统计",
                frequency="month",
                direction="up",
                reported_by="counties" if n < FOLLOWED else "none",
                over_time="sum",
                over_organisations="sum",
            )  # fmt: skip
            for n in range(INDICATORS * min(scale, 40))
        ),
    )
    funds = Indicator.objects.create(
        code="funds-in-place", name="到位资金", unit="亿元", scope="目标", frequency="year", rule="funds.in_place"
    )
    city = Organisation.objects.get(kind="city")
    goals = [(city, 100 * scale)] + [(county, 8 * scale) for county in counties]
    write(Target, (Target(indicator=funds, organisation=o, period="2023", value=value) for o, value in goals))
    ids = Indicator.objects.exclude(pk=funds.pk).order_by("pk").values_list("pk", flat=True)
    write(
        Observation,
        (
            Observation(
                indicator_id=pk,
                organisation=county,
                period=month,
                value=rng.randrange(1000),
                state="locked",
                reported_on=last_day(month),
                locked_on=last_day(month),
            )  # fmt: skip
            for pk in ids
            for county in counties
            for month in THREE_YEARS
        ),
    )


def make_reports(rng, scale, departments):
    """Forty issued bulletins and work news."""
    from reports.models import Bulletin, NewsItem

    write(
        Bulletin,
        (
            Bulletin(
                kind="special",
                period=THREE_YEARS[-1 - n % 30],
                year=2023,
                issue=n,
                title=f"第{n}期情况通报",
                state="published",
                published_on=date(2021, 1, 1) + timedelta(days=25 * n),
            )
            for n in range(1, 41)
        ),
    )
    write(
        NewsItem,
        (
            NewsItem(
                title=f"第{n}条工作动态",
                organisation=rng.choice(departments),
                occurred_on=(day := some_day(rng)),
                state="adopted" if n % 3 else "submitted",
                adopted_on=day if n % 3 else None,
            )
            for n in range(60 * scale)
        ),
    )


def make_all(scale: int) -> float:
    """Fill the database that Django's settings name; return the seconds it took."""
    from django.db import connection, transaction

    started = time.monotonic()
    rng = random.Random(20231213)
    with transaction.atomic():
        departments, counties = make_base()
        make_tasks(rng, scale, departments, counties)
        make_projects(rng, scale, counties)
        make_indicators(rng, scale, counties)
        make_reports(rng, scale, departments)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return time.monotonic() - started


def main(arguments=None) -> int:
    """Return the exit status: 2 when the database has users."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, default=1)
    scale = parser.parse_args(arguments).scale
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from accounts.models import User

    call_command("migrate", interactive=False, verbosity=0)
    if User.objects.exists():
        print("这个数据库已有账号；请另用一个空库。", file=sys.stderr)
        return 2
    print(f"{scale}× 数据：{make_all(scale):.1f} 秒")
    return 0


if __name__ == "__main__":
    sys.exit(main())
