"""Changing what was locked or published: the old value stays, with the reason, the day, and who did it."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from common import audit
from common.errors import UserError
from common.models import Source
from common.versions import save_over
from indicators import collecting
from indicators.entering import values_of
from indicators.models import Observation, ObservationRevision

REASON_LIMIT = 200


@transaction.atomic
def restate(
    *, observation: Observation, version: int, value="", numerator="", denominator="", reason: str, by, on: date
) -> Observation:
    """Put a corrected value over a locked one; the old one is kept as a revision. Sent again it is one act.

    The cells are as typed. Raises UserError at its field; StaleVersion when somebody was faster.
    """
    reason = _reason(reason)
    if observation.state != Observation.State.LOCKED:
        raise UserError("只有已锁定的数值才需要更正；未锁定的请退回修改。")
    if observation.source_id:
        raise UserError("公布的数字不能更正；另有公布的，请登记为重新公布。")
    entry = collecting.check_entry(
        observation.indicator, value=value, numerator=numerator, denominator=denominator, note=observation.note
    )
    if entry.is_empty:
        raise UserError("请填写更正后的数值。", field="value")
    wanted = {"value": entry.value, "numerator": entry.numerator, "denominator": entry.denominator}
    last = observation.revisions.order_by("-order").first()
    if all(getattr(observation, name) == new for name, new in wanted.items()):
        if last and last.reason == reason and last.on == on:
            return observation
        raise UserError("更正后的数值与现有数值相同，不用更正。", field="value")
    return _revise(observation, version, wanted, by=by, on=on, reason=reason, last=last, action="更正指标值")


@transaction.atomic
def republish(
    *, observation: Observation, version: int, value: Decimal, source: Source, published_on: date, by, reason: str = ""
) -> Observation:
    """Take in that a published figure was published again, perhaps with another value: both stay, in their order.

    Raises UserError for a publication earlier than the one on record; StaleVersion when somebody was faster.
    """
    if observation.source_id is None:
        raise UserError("这个数值不是公布的数字。")
    if observation.source_id == source.pk and observation.published_on == published_on and observation.value == value:
        return observation
    if observation.published_on and published_on < observation.published_on:
        raise UserError(
            f"发布日期 {published_on} 早于现有的 {observation.published_on}，请核对；同一数字按发布先后登记。",
            field="published_on",
        )
    reason = _reason(reason or "重新公布")
    wanted = {"value": value, "source": source, "published_on": published_on, "value_text": ""}
    last = observation.revisions.order_by("-order").first()
    return _revise(
        observation, version, wanted, by=by, on=published_on, reason=reason, last=last, action="重新公布数字"
    )


def publication(*, title: str, publisher: str, published_on: date) -> Source:
    """Return the source of this title and date, made when it is new."""
    title = " ".join((title or "").split())
    if not title:
        raise UserError("请填写来源标题。", field="title")
    found = Source.objects.filter(title=title, published_on=published_on).first()
    if found:
        return found
    number = Source.objects.count() + 1
    while Source.objects.filter(key=f"P-{number:03d}").exists():
        number += 1
    return Source.objects.create(
        key=f"P-{number:03d}", title=title[:200], publisher=(publisher or "").strip()[:80], published_on=published_on
    )


def _reason(text: str) -> str:
    text = " ".join((text or "").split())
    if not text:
        raise UserError("请写明更正原因。", field="reason")
    if len(text) > REASON_LIMIT:
        raise UserError(f"原因最多 {REASON_LIMIT} 字，现有 {len(text)} 字。", field="reason")
    return text


def _revise(observation, version, wanted, *, by, on, reason, last, action):
    before = values_of(observation)
    old = {
        name: getattr(observation, name) for name in ("value", "numerator", "denominator", "source", "published_on")
    }
    done = save_over(observation, version=version, **wanted)
    ObservationRevision.objects.create(
        observation=done,
        order=(last.order if last else 0) + 1,
        new_value=done.value,
        reason=reason,
        on=on,
        by=by,
        **old,
    )
    audit.record(by=by, action=action, target=done, before=before, after=values_of(done) | {"reason": reason})
    return done
