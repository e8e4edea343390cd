"""The 43 issues of the demonstration's bulletin, as a catalogue, and the 419 news items they carried."""

from datetime import date, timedelta
from decimal import Decimal

from common import periods
from common.loading import day, shipped
from reports.demo.calendar import TODAY, working_days
from reports.demo.task_lists import LISTS
from reports.models import Bulletin, NewsItem

Kind, State = Bulletin.Kind, NewsItem.State
SCORES = (Decimal("1"), Decimal("1.5"), Decimal("1"), Decimal("2"))


def load_bulletins(organisations, rng):
    """Create the issues in the order of their dates and spread the news over them."""
    shape = shipped("demo/bulletins.json")
    issues = sorted([*_monthly(shape), *_annual(shape), *_special(shape)], key=lambda issue: issue.published_on)
    for number, issue in enumerate(issues, 1):
        issue.issue = number
        issue.year = issue.published_on.year
        issue.state = Bulletin.State.PUBLISHED
        issue.is_demo = True
    Bulletin.objects.bulk_create(issues)
    NewsItem.objects.bulk_create(_news(shape, issues, organisations, rng))


def _monthly(shape):
    """A month's issue comes out on the sixth of the next month or the working day after."""
    for month in periods.months_between(shape["first_month"], shape["last_month"]):
        start = periods.first_day(periods.shift(month, 1))
        yield Bulletin(
            kind=Kind.MONTHLY,
            period=month,
            title=shape["monthly_title"].format(month=periods.label(month)),
            as_of=periods.last_day(month),
            published_on=working_days(start.replace(day=6), start.replace(day=20))[0],
        )


def _annual(shape):
    for row in shape["annual"]:
        yield Bulletin(
            kind=Kind.ANNUAL,
            period=str(row["year"]),
            title=shape["annual_title"].format(year=row["year"]),
            as_of=date(row["year"], 12, 31),
            published_on=day(row["published_on"]),
        )


def _special(shape):
    for row in shape["special"]:
        published_on = day(row["published_on"])
        yield Bulletin(
            kind=Kind.SPECIAL,
            period=periods.period_of(published_on),
            title=row["title"],
            as_of=published_on,
            published_on=published_on,
        )


def _news(shape, issues, organisations, rng):
    """Yield the adopted items, nearly as many in each issue, then those of today that wait or were declined."""
    topics = [
        (item["title"], item["lead"]) for name in LISTS for c in shipped(f"demo/{name}.json")["chapters"]
        for point in c["points"] for item in point["items"]
    ]  # fmt: skip
    texts = [(topic, unit, text) for topic, unit in topics for text in rng.sample(shape["news_titles"], 2)]
    rng.shuffle(texts)
    share, rest = divmod(shape["news"], len(issues))
    for index, issue in enumerate(issues):
        since = issues[index - 1].published_on if index else issue.published_on - timedelta(days=30)
        last = issue.as_of if issue.kind == Kind.MONTHLY else issue.published_on - timedelta(days=1)
        days = working_days(since, last)
        for number in range(share + (index < rest)):
            occurred_on = rng.choice(days)
            adopted = {"state": State.ADOPTED, "bulletin": issue, "score": SCORES[(index + number) % len(SCORES)]}
            adopted["adopted_on"] = min(periods.last_day(periods.period_of(occurred_on)), issue.published_on)
            yield _item(texts.pop(), occurred_on, organisations, **adopted)
    recent = working_days(date(2023, 12, 6), TODAY)
    declined = {"state": State.DECLINED, "decline_reason": "与已采用的动态内容重复。"}
    for _ in range(shape["declined"]):
        yield _item(texts.pop(), rng.choice(recent), organisations, **declined)
    for row in shape["waiting"]:
        yield _waiting(row, organisations)


def _waiting(row, organisations):
    """An item as its organisation submitted it."""
    return NewsItem(
        title=row["title"],
        text=row["text"],
        submitted_title=row["title"],
        submitted_text=row["text"],
        place=row["place"],
        aspect=row["aspect"],
        organisation=organisations[row["unit"]],
        occurred_on=day(row["on"]),
        submitted_on=day(row["on"]),
        is_demo=True,
    )


def _item(text, on, organisations, **values):
    topic, unit, pattern = text
    return NewsItem(
        title=pattern.format(unit=unit, topic=topic.removeprefix(unit)),
        organisation=organisations[unit],
        occurred_on=on,
        submitted_on=on,
        is_demo=True,
        **values,
    )
