"""Taking in figures that others published: each with its source, its scope and the day of publication.

A figure of a new scope makes an indicator of its own; the next period of a known one joins it. What was published
before under the same indicator, organisation and period is not overwritten: see ``restating.republish``.
"""

import re
from datetime import date

from django.db import IntegrityError, transaction

from accounts.models import Organisation
from common import audit
from common import periods as calendar
from common.errors import UserError
from common.ledgers.words import squeeze
from indicators import collecting
from indicators.entering import values_of
from indicators.models import Comparator, Indicator, Observation
from indicators.peers import HEADS
from indicators.restating import publication
from indicators.wording import period_text, value_text

_KNOWN = {  # the site's own ones, made with their first figure
    HEADS: {
        "name": "常住人口",
        "unit": "万人",
        "scope": "年末常住人口，以统计部门公布的为准。",
        "category": "基本情况",
    }
}
NOTE_LIMIT = 200
DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)


def takes_publications(indicator: Indicator) -> bool:
    """Whether published figures join the indicator: it is neither reported nor computed here."""
    return not indicator.rule and indicator.reported_by == Indicator.ReportedBy.NONE


def known_indicator(code: str) -> Indicator | None:
    """Return the indicator that a published figure is to join; the site's own ones, unsaved, before their first."""
    found = Indicator.objects.filter(code=code).first()
    return found or (Indicator(code=code, **_KNOWN[code]) if code in _KNOWN else None)


def organisations():
    """Return those of which figures are published, the city first and its peers last."""
    return Organisation.objects.current().exclude(kind="collective").order_by("order", "code")


@transaction.atomic
def publish(
    *, indicator: Indicator, organisation: Organisation, period: str, period_words: str = "", value: str,
    comparator: str = "=", title: str, publisher: str = "", published_on: date, note: str = "", by, today: date,
) -> Observation:  # fmt: skip
    """Store a published figure under the indicator, which is made when it is new; sent again it is one act.

    ``value`` is as typed. Raises UserError at its field.
    """
    if indicator.pk is None:
        indicator = _indicator(indicator, by)
    elif not takes_publications(indicator):
        raise UserError(f"“{indicator.name}”由本站填报或计算，公布的数字请另建指标，写明口径。")
    period = squeeze(period).upper()
    words_of_day = _check_period(period, published_on)
    period_words = " ".join(period_words.split())[:40] or words_of_day
    if published_on > today:
        raise UserError(f"发布日期 {published_on} 还没有到，请核对。", field="published_on")
    number = collecting.read_number(value, "value", indicator.unit)
    if number is None:
        raise UserError("请填写公布的数值。", field="value")
    if comparator not in Comparator.values:
        raise UserError("请从列出的表述中选择。", field="comparator")
    if len(note) > NOTE_LIMIT:
        raise UserError(f"说明最多 {NOTE_LIMIT} 字，现有 {len(note)} 字。", field="note")
    source = publication(title=title, publisher=publisher, published_on=published_on)
    standing = Observation.objects.filter(indicator=indicator, organisation=organisation, period=period, member="")
    found = standing.select_related("source").first()
    if found:
        if (found.value, found.comparator, found.source_id) == (number, comparator, source.pk):
            return found
        shown = value_text(found.value, found.comparator, indicator.unit, found.value_text)
        raise UserError(
            f"{organisation.short} {period_text(found.period, found.period_text)}已登记过：{shown}"
            f"（{found.source.title if found.source else '无来源'}）；另有公布的，请在指标页点“另有公布”。",
            field="value",
        )
    try:
        with transaction.atomic():
            made = Observation.objects.create(
                indicator=indicator,
                organisation=organisation,
                period=period,
                period_text=period_words,
                comparator=comparator,
                value=number,
                state=Observation.State.LOCKED,
                published_on=published_on,
                source=source,
                source_key=_source_key(source),
                note=note.strip(),
                reported_by=by,
            )
    except IntegrityError:
        raise UserError("这个数字刚被他人登记，请刷新页面核对。") from None
    audit.record(by=by, action="登记公开数字", target=made, after=values_of(made) | {"来源": source.title})
    return made


def _check_period(period, published_on) -> str:
    """Return a day in words, nothing for a year, quarter or month, whose words follow from it."""
    words = ""
    try:
        if DAY.match(period):
            first = date.fromisoformat(period)
            words = f"{first.year}年{first.month}月{first.day}日"
        else:
            first = calendar.span(period)[0]
    except ValueError:
        raise UserError(
            f"期间“{period[:20]}”无法识别，应写作 2023、2023-Q3、2023-11 或 2023-12-13。", field="period"
        ) from None
    if first > published_on:
        raise UserError(f"期间 {period} 在发布日期 {published_on} 之后，请核对。", field="period")
    return words


def _indicator(draft: Indicator, by) -> Indicator:
    """Store the indicator of a new scope. One of the same name, unit and scope is that one."""
    draft.name, draft.unit = " ".join(draft.name.split()), draft.unit.strip()
    for name, word in (("name", "指标名称"), ("unit", "计量单位"), ("scope", "口径")):
        if not getattr(draft, name).strip():
            raise UserError(f"请填写{word}。", field=name)
    same = Indicator.objects.filter(name=draft.name, unit=draft.unit, scope=draft.scope).first()
    if same:
        if takes_publications(same):
            return same
        raise UserError(f"“{same.name}”已由本站填报或计算，公布的数字请写明不同的口径。", field="scope")
    draft.code = draft.code or _code()
    draft.save(force_insert=True)
    values = {name: getattr(draft, name) for name in ("code", "name", "unit", "scope", "category")}
    audit.record(by=by, action="新增指标", target=draft, after=values)
    return draft


def _code() -> str:
    """The next free code of a published indicator: P-001, P-002."""
    number = 1
    taken = set(Indicator.objects.filter(code__startswith="P-").values_list("code", flat=True))
    while f"P-{number:03d}" in taken:
        number += 1
    return f"P-{number:03d}"


def _source_key(source) -> str:
    """The figure's number within its source: P-003-02 is the second one taken from P-003."""
    stem = source.key[:15]
    taken = set(Observation.objects.filter(source_key__startswith=f"{stem}-").values_list("source_key", flat=True))
    number = 1
    while f"{stem}-{number:02d}" in taken:
        number += 1
    return f"{stem}-{number:02d}"
