"""Statements of a text against this site's figures as of a date.

A figure that only demonstration rows give is used when the text is evidently about them: when half of the
statements agree, among them two, or one of three digits or more. Figures from real rows, and those that a
named source published, are always used.
"""

import re
from calendar import monthrange
from collections import Counter
from datetime import date
from decimal import Decimal

from accounts.models import Organisation
from common.amounts import trim
from common.figures import PUBLISHED, Figure
from indicators.figures import published_figures
from reports.figures import agreement, find_figure
from reports.proofreading.grid import Grid, read_grids
from reports.proofreading.levels import is_change
from reports.proofreading.named import Named, named_figures
from reports.proofreading.numbers import MONEY, PERCENT, Number
from reports.proofreading.relations import Relation, fixed_relation
from reports.proofreading.statements import FILLER, GENERIC, period_of, place_of
from tasklists.summary import task_summary

HALF = Decimal("0.5")
FULL_DATE = re.compile(r"截[至止](?:到)?\s*(?:(20\d\d)年)?(\d{1,2})月(?:(\d{1,2})日|底|末)")
MONTHS = re.compile(r"(?:(20\d\d)年)?1\s*[—–\-~～至]\s*(\d{1,2})月")
TITLE_MONTH = re.compile(r"(20\d\d)年(\d{1,2})月(?!\d{1,2}日)")
YEAR = re.compile(r"(20\d\d)年")
HEAD = 400  # characters within which the title and the opening stand
FUNDS_COLUMN, STARTED_COLUMN = re.compile(r"^到位资金"), re.compile(r"^新开工(?:项目)?")
TASK_COLUMNS = {"total": re.compile(r"^任务(?:总)?数"), "done": re.compile(r"^已完成"), "rate": re.compile(r"^完成率")}


def stated_date(page, today: date | None) -> date | None:
    """The date as of which the text says its figures stand; None when it does not say."""
    year = YEAR.search(page.folded)
    default = int(year[1]) if year else today.year if today else None
    for pattern, text in ((FULL_DATE, page.folded), (MONTHS, page.folded[:HEAD]), (TITLE_MONTH, page.folded[:HEAD])):
        match = pattern.search(text)
        if match is None:
            continue
        if pattern is TITLE_MONTH:
            found = _date(int(match[1]), int(match[2]), None)
        else:
            given = int(match[1]) if match[1] else default
            day = match[3] if pattern is FULL_DATE else None
            found = _date(given, int(match[2]), int(day) if day else None) if given else None
        if found:
            return found
    return None


def _date(year, month, day):
    try:
        return date(year, month, day or monthrange(year, month)[1])
    except ValueError:
        return None


def site_relations(page, as_of: date, *, today: date | None = None, is_stated: bool = False) -> list[Relation]:
    """What this site's figures say about the numbers of the page; nothing about a day still to come."""
    if today and as_of > today:
        return []
    pairs = [*_named(page, as_of), *_in_tables(page, as_of)]
    taken = {number for number, _ in pairs}
    pairs += [(n, f) for n, f in _published(page, as_of, is_stated) if n not in taken]
    found = [(relation, figure) for number, figure in pairs if (relation := _relation(number, figure))]
    agreeing = [relation for relation, _ in found if relation.holds]
    is_sure = len(agreeing) > 1 or any(_is_telling(relation.derived) for relation in agreeing)
    is_ours = is_sure and len(agreeing) >= HALF * len(found)
    return [relation for relation, figure in found if relation.holds or is_ours or _is_firm(figure)]


def _is_telling(number: Number) -> bool:
    """Whether the number has three digits or more: two texts hardly share one by chance."""
    return len(f"{number.value.normalize():f}".replace(".", "")) >= 3


def _is_firm(figure: Figure) -> bool:
    """Whether the figure is more than a demonstration: real rows, or what was published says the same."""
    if figure.basis == PUBLISHED or not figure.demo:
        return True
    published = agreement(figure)
    return published is not None and published.agrees


def _relation(number: Number, figure: Figure | None) -> Relation | None:
    """The number against the figure; None where the figure is not known or nothing is behind it."""
    if figure is None or not figure.value:
        return None
    amount = Decimal(figure.value)
    if number.unit == MONEY:
        if figure.unit not in ("亿元", "万元"):
            return None
        amount *= Decimal(10) ** (8 if figure.unit == "亿元" else 4)
    elif (number.unit == PERCENT) != (figure.unit == "%"):
        return None
    where = figure.source["title"] if figure.basis == PUBLISHED and figure.source else f"截至 {figure.as_of}"
    because = f"本站“{figure.label}”{trim(Decimal(figure.value))}{figure.unit}（{where}）"
    return fixed_relation("data", number, amount, because)


def _named(page, as_of):
    named = named_figures(page, _list_names(task_summary(as_of).lists), as_of)
    codes = _codes() if any(item.place for item in named) else {}
    return [(item.number, _figure(item, as_of, codes)) for item in named]


def _list_names(lists) -> dict[str, list[str]]:
    """The names by which a text can mean one list; a name that several bear tells none of them apart."""
    bearers = Counter(name for facts in lists for name in {facts.title, facts.short})
    names = {facts.slug: [n for n in (facts.title, facts.short) if bearers[n] == 1] for facts in lists}
    return {slug: own for slug, own in names.items() if own}


def _figure(item: Named, as_of: date, codes: dict[str, str]) -> Figure | None:
    if not item.place:
        return find_figure(item.key, as_of)
    return _organisation_figure(codes.get(item.place), item.key, as_of)


def _organisation_figure(code, key, as_of):
    if code is None:
        return None
    if key.startswith("organisations."):
        return find_figure(key.replace("*", code), as_of)
    return find_figure(key, as_of, county=code)


def _codes() -> dict[str, str]:
    """The codes of the organisations by their short and full names."""
    rows = list(Organisation.objects.values_list("code", "name", "short"))
    return {name: code for code, name, _ in rows} | {short: code for code, _, short in rows}


def _in_tables(page, as_of):
    """Cells in the rows of organisations under columns that this site counts."""
    pairs, codes = [], _codes() if page.tables else {}
    for grid in read_grids(page):
        for index in grid.columns:
            key = _column_key(grid, index)
            for row, number in grid.column(index) if key else ():
                if not grid.is_total(row) and not number.hedge:
                    pairs.append((number, _organisation_figure(codes.get(grid.labels[row]), key, as_of)))
    return [(number, figure) for number, figure in pairs if figure]


def _column_key(grid: Grid, index):
    head = grid.headers[index]
    if FUNDS_COLUMN.match(head):
        return "funds.in_place"
    if STARTED_COLUMN.match(head) and grid.column(index)[0][1].unit in ("个", "项"):
        return "projects.started.count"
    if any(TASK_COLUMNS["total"].match(name) for name in grid.headers):
        for measure, pattern in TASK_COLUMNS.items():
            if pattern.match(head):
                return f"organisations.*.{measure}"
    return ""


def _published(page, as_of, is_stated):
    """Numbers whose words hold the whole name of a published indicator, of its unit, organisation and year."""
    known = [(figure, _core(figure)) for figure in published_figures(as_of) if str(as_of.year) in figure.period]
    known = [(figure, place, core) for figure, (place, core) in known if len(core) >= 5 and not GENERIC.match(core)]
    pairs = []
    for sentence in page.sentences if known else ():
        for number in sentence.numbers:
            if number.hedge or is_change(number) or number.unit == PERCENT:
                continue
            said = FILLER.sub("", number.lead) + FILLER.sub("", number.tail)
            matches = [m for m in known if m[2] in said and _unit_of(m[0]) == number.unit]
            if not matches or len(said) > 30 or not _speaks_of_now(sentence, number, as_of):
                continue
            place = {re.sub(r"[市县区]$", "", name) for name in place_of(page, sentence, number)}
            for figure, own, _ in sorted(matches, key=lambda match: -len(match[2])):
                if place == ({re.sub(r"[市县区]$", "", own)} if own else set()) and not _moved(
                    figure, as_of, is_stated
                ):
                    pairs.append((number, figure))
                    break
    return pairs


def _core(figure: Figure) -> tuple[str, str]:
    """(organisation, words of the indicator without filler); the city's own name is left out."""
    place, _, name = figure.label.partition("·")
    return ("" if place == "德州市" else place), FILLER.sub(
        "", re.split(r"[：:]", name)[-1].replace("“", "").replace("”", "")
    )


def _unit_of(figure):
    return MONEY if figure.unit in ("亿元", "万元") else figure.unit.removesuffix("方面") or figure.unit


def _speaks_of_now(sentence, number, as_of):
    period = period_of(re.split(r"[；;]", sentence.text[: number.start - sentence.start])[-1])
    return not period or period == f"year:{as_of.year}年"


def _moved(figure, as_of, is_stated):
    """Whether the text states a later date than the source: the figure may have grown since."""
    published_on = (figure.source or {}).get("date")
    return bool(is_stated and published_on and published_on < as_of.isoformat())
