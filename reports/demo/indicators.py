"""Made-up indicators: a dozen reported by counties and departments for three years, and some computed ones."""

import random
from datetime import date, timedelta
from decimal import Decimal

from accounts.models import Organisation, User
from common import periods
from common.amounts import round_half_up
from common.models import PeriodLock
from indicators.computing import RULES
from indicators.models import Indicator, Observation, ObservationRevision, Target
from indicators.values import ratio
from reports.demo.calendar import TODAY

SEED = 20231214
FIRST_YEAR = 2021
CATEGORY_PROJECTS, CATEGORY_PEOPLE, CATEGORY_SERVICE = "项目招引", "科创人才", "公共服务"
# code, name, unit, decimals, frequency, over time, over organisations, by, level of a county's period, category, scope
REPORTED = (
    ("jjj-visits", "赴京津冀招商对接次数", "次", 0, "month", "sum", "sum", "counties", 3, CATEGORY_PROJECTS,
     "县级领导带队赴北京、天津、河北招商对接的次数，一次行程计一次。"),
    ("jjj-visitors", "接待京津冀客商批次", "批", 0, "month", "sum", "sum", "counties", 5, CATEGORY_PROJECTS,
     "接待北京、天津、河北来访考察企业的批次，同一企业同月计一次。"),
    ("jjj-leads", "新增在谈项目线索", "个", 0, "month", "sum", "sum", "counties", 4, CATEGORY_PROJECTS,
     "本月新登记的来源地为北京、天津、河北的项目线索数。"),
    ("jjj-trade", "对京津冀农产品销售额", "亿元", 2, "quarter", "sum", "sum", "counties", 1.6, CATEGORY_SERVICE,
     "本地企业和合作社销往北京、天津、河北的农产品金额。"),
    ("jjj-output", "京津冀投资企业产值", "亿元", 2, "quarter", "sum", "sum", "counties", 5.2, CATEGORY_PROJECTS,
     "由北京、天津、河北投资方控股的规模以上企业产值。"),
    ("jjj-jobs", "京津冀投资企业期末用工", "人", 0, "quarter", "last", "sum", "counties", 900, CATEGORY_PEOPLE,
     "由北京、天津、河北投资方控股企业季末从业人员数。"),
    ("jjj-tech", "技术合同成交额（京津冀）", "亿元", 2, "quarter", "sum", "sum", "counties", 0.4, CATEGORY_PEOPLE,
     "与北京、天津、河北单位签订并登记的技术合同成交额。"),
    ("jjj-cases", "企业诉求办结率", "%", 1, "quarter", "ratio", "ratio", "counties", 92, CATEGORY_SERVICE,
     "期内办结的京津冀投资企业诉求占受理数的比例。"),
    ("jjj-experts", "柔性引进京津冀人才", "人", 0, "year", "sum", "sum", "counties", 24, CATEGORY_PEOPLE,
     "当年柔性引进的北京、天津、河北专家人才数，一人计一次。"),
    ("jjj-land", "闲置土地盘活面积", "亩", 0, "year", "sum", "sum", "counties", 180, CATEGORY_PROJECTS,
     "当年为承接京津冀项目盘活的闲置工业用地面积。"),
    ("jjj-approval", "项目审批平均用时", "天", 1, "quarter", "average", "average", "counties", 38, CATEGORY_SERVICE,
     "期内取得施工许可的京津冀投资项目，从立项到许可的平均日历天数。"),
    ("jjj-policies", "落实对接政策措施", "条", 0, "quarter", "sum", "sum", "owner", 6, CATEGORY_SERVICE,
     "市商务局当季新落实的京津冀协同发展对接政策措施条数。"),
)  # fmt: skip
COMPUTED = (
    ("auto-signed", "projects.signed.count", "quarter", "本站项目库", "京津冀签约项目（台账）"),
    ("auto-started", "projects.started.count", "quarter", "本站项目库", "新开工京津冀过亿元项目（台账）"),
    ("auto-funds", "funds.in_place", "quarter", "本站到位资金台账", "到位资金（按季，台账）"),
    ("auto-closed-rate", "tasks.closed_rate", "quarter", "本站任务清单", "任务完成率（台账）"),
)
SPLIT = {"auto-signed": "origin", "auto-started": "industry"}
LOWER = ("jjj-approval",)
SEASON = {1: 0.8, 2: 0.7, 3: 1.1, 4: 1.0, 5: 1.05, 6: 1.1, 7: 0.9, 8: 0.9, 9: 1.15, 10: 1.05, 11: 1.15, 12: 1.1}
PARTS = ("办结的诉求", "受理的诉求")
OWNER = "市商务局"  # reports what is asked of one department
WAITING, RESTATED, MISSING = "jjj-jobs", ("jjj-output", "齐河县", "2023-Q2"), ("jjj-trade", "庆云县")


def load_indicators(organisations: dict[str, Organisation], people: dict, office: User) -> None:
    """Create the definitions, three years of values, targets, and what a round leaves behind.

    One value was restated, 齐河县 has values waiting for its reviewer, one required value is missing.
    """
    rng = random.Random(SEED)
    counties = list(Organisation.objects.counties_and_zones().order_by("order", "code"))
    city = Organisation.objects.get(kind="city")
    owner = organisations[OWNER]
    sizes = {row.pk: Decimal(str(round(rng.uniform(0.6, 1.5), 2))) for row in [*counties, owner]}
    values, targets = [], []
    for definition in REPORTED:
        indicator = _definition(definition, owner)
        places = counties if indicator.reported_by == "counties" else [owner]
        rows = _observations(indicator, definition[8], places, sizes, people, office, rng)
        values += rows
        targets += _targets(indicator, places, city, rows)
    for code, rule, frequency, owner, name in COMPUTED:
        _computed(code, rule, frequency, owner, name)
    Observation.objects.bulk_create(values, batch_size=1000)
    Target.objects.bulk_create(targets)
    _restate(office)
    PeriodLock.objects.bulk_create(
        PeriodLock(area=PeriodLock.Area.OBSERVATIONS, period=month, locked_on=date(2023, 10, 20), by=office)
        for month in periods.months_between("2021-01", "2023-08")
    )


def _definition(row, owner) -> Indicator:
    code, name, unit, decimals, frequency, over_time, over_organisations, by, _, category, scope = row
    rate = over_organisations == "ratio"
    return Indicator.objects.create(
        code=code,
        name=name,
        unit=unit,
        scope=scope,
        direction="down" if code in LOWER else "up",
        frequency=frequency,
        over_time=over_time,
        over_organisations=over_organisations,
        category=category,
        decimals=decimals,
        numerator_name=PARTS[0] if rate else "",
        denominator_name=PARTS[1] if rate else "",
        reported_by=by,
        owner=owner if by == "owner" else None,
        is_required=True,
        due_days=10,
        valid_from=date(FIRST_YEAR, 1, 1),
        is_demo=True,
    )


def _computed(code, rule, frequency, source, name):
    Indicator.objects.create(
        code=code,
        name=name,
        unit=RULES[rule].unit,
        scope=f"由{source}按规则“{RULES[rule].label}”计算，不用填报。",
        direction="up",
        frequency=frequency,
        over_time=RULES[rule].over_time,
        over_organisations=RULES[rule].over_organisations,
        category="台账计算",
        decimals=1 if RULES[rule].unit == "%" else 2 if RULES[rule].unit == "亿元" else 0,
        rule=rule,
        split_by=SPLIT.get(code, ""),
        is_demo=True,
    )


def _spans(frequency):
    """Every period from the first year to the last that is over on the business date."""
    years = range(FIRST_YEAR, TODAY.year + 1)
    if frequency == "year":
        found = [str(year) for year in years]
    elif frequency == "quarter":
        found = [f"{year}-Q{n}" for year in years for n in range(1, 5)]
    else:
        found = periods.months_between(f"{FIRST_YEAR}-01", periods.period_of(TODAY))
    return [period for period in found if periods.span(period)[1] <= TODAY]


def _observations(indicator, level, places, sizes, people, office, rng):
    found = []
    spans = _spans(indicator.frequency)
    if indicator.code == WAITING:
        spans.append("2023-Q4")
    for place in places:
        for period in spans:
            if (indicator.code, place.short) == MISSING and period == spans[-1]:
                continue
            waiting = period == "2023-Q4"
            if waiting and place.short != "齐河县":
                continue
            value, top, bottom = _value(indicator, level, sizes[place.pk], period, rng)
            known = date.fromordinal(periods.span(period)[1].toordinal() + rng.randint(4, 9))
            pair = people.get(place.short, (None, None))
            row = Observation(
                indicator=indicator,
                organisation=place,
                period=period,
                value=value,
                numerator=top,
                denominator=bottom,
                reported_by=pair[0],
                reported_on=TODAY - timedelta(days=1) if waiting else known,
                is_demo=True,
            )
            if not waiting:
                row.state = Observation.State.LOCKED
                row.reviewed_by, row.reviewed_on = pair[1], known
                row.locked_by, row.locked_on = office, min(known + timedelta(days=2), TODAY)
            found.append(row)
    return found


def _value(indicator, level, size, period, rng):
    """A plausible value: the place's size, growth over the years, the season, some chance."""
    first = periods.span(period)[0]
    growth = Decimal(str(1 + 0.07 * (first.year - FIRST_YEAR)))
    chance = Decimal(str(rng.uniform(0.88, 1.12)))
    if indicator.over_organisations == "ratio":
        bottom = Decimal(rng.randint(12, 40))
        top = (bottom * Decimal(str(min(0.99, rng.uniform(0.86, 0.98) + 0.01 * (first.year - FIRST_YEAR))))).quantize(
            Decimal(1)
        )
        return round_half_up(ratio(top, bottom, "%"), 4), top, bottom
    season = Decimal(str(SEASON[first.month])) if indicator.frequency == "month" else Decimal(1)
    if indicator.code in LOWER:
        return round_half_up(Decimal(str(level)) * chance / growth, indicator.decimals), None, None
    exact = Decimal(str(level)) * size * growth * season * chance
    return round_half_up(exact, indicator.decimals), None, None


def _targets(indicator, places, city, rows):
    """The year's goal of the city and of each place: a little above what the year before came to."""
    year, last = str(TODAY.year), str(TODAY.year - 1)
    of_year = {}
    for row in rows:
        if row.period[:4] == last:
            of_year.setdefault(row.organisation_id, []).append(row.value)
    sums = {}
    for place in places:
        numbers = of_year.get(place.pk, [])
        if not numbers:
            continue
        if indicator.over_time == "sum":
            sums[place.pk] = sum(numbers) * Decimal("1.05")
        elif indicator.over_time == "last":
            sums[place.pk] = numbers[-1] * Decimal("1.04")
        elif indicator.over_time == "ratio":
            sums[place.pk] = Decimal(93)
        else:
            sums[place.pk] = Decimal(36)
    comparator = "<=" if indicator.code in LOWER else ">="
    adds = indicator.over_organisations == "sum"
    whole = sum(sums.values()) if adds else next(iter(sums.values()))
    goals = [(city, whole)] + [(place, sums[place.pk]) for place in places if place.pk in sums]
    return [
        Target(
            indicator=indicator,
            organisation=place,
            period=year,
            comparator=comparator,
            value=round_half_up(goal, indicator.decimals),
            is_demo=True,
        )
        for place, goal in goals
    ]


def _restate(office):
    """One value was corrected after it had been locked: both stay."""
    code, short, period = RESTATED
    row = Observation.objects.get(indicator__code=code, organisation__short=short, period=period)
    old, row.value = row.value, round_half_up(row.value * Decimal("0.94"), 2)
    row.version += 1
    row.save()
    ObservationRevision.objects.create(
        observation=row,
        order=1,
        value=old,
        new_value=row.value,
        reason="一户企业股权变更，不再由京津冀投资方控股，予以剔除。",
        on=date(2023, 11, 8),
        by=office,
    )
