"""Taking back a published figure that the office mistyped: what was never published leaves no history of values.

Only the last thing registered is taken back: a republication, else the figure itself. The audit trail keeps what
it was, and why it went. What an issued bulletin cites stays; it is corrected by another publication.
"""

from collections.abc import Callable
from datetime import date

from django.db import transaction

from common import audit
from common.errors import UserError
from common.versions import StaleVersion, save_over
from indicators.entering import values_of
from indicators.models import Observation, ObservationRevision
from indicators.restating import REASON_LIMIT

# Told by apps to the right: each returns the title of an issue that cites the figure and is of the day or later.
citations: list[Callable[[str, date | None], str]] = []


def last_revision(observation: Observation) -> ObservationRevision | None:
    return observation.revisions.order_by("-order").first()


def is_by_office(observation: Observation, last: ObservationRevision | None) -> bool:
    """Whether what stands was registered by a person here; what the site was shipped with was not."""
    if observation.source_id is None:
        return False
    return bool(last.by_id if last else observation.reported_by_id)


@transaction.atomic
def withdraw(*, observation: Observation, version: int, reason: str, by) -> Observation | None:
    """Take back the mistyped figure; return the observation as it was published before, None where it is gone.

    Raises UserError at its field; StaleVersion when somebody was faster.
    """
    reason = " ".join((reason or "").split())
    if not reason:
        raise UserError("请写明撤销原因。", field="reason")
    if len(reason) > REASON_LIMIT:
        raise UserError(f"原因最多 {REASON_LIMIT} 字，现有 {len(reason)} 字。", field="reason")
    if observation.source_id is None:
        raise UserError("这个数值不是公布的数字。")
    last = last_revision(observation)
    if not is_by_office(observation, last):
        raise UserError("这个数字随站点资料载入，不能撤销；另有公布的，请登记为重新公布。")
    if issues := citing(observation):
        raise UserError(f"{issues[0]}引用了这个数字，不能撤销；请登记为重新公布，通报另作更正。")
    before = values_of(observation) | {"来源": observation.source.title}
    if last is None:
        audit.record(by=by, action="撤销误录", target=observation, before=before, after={"原因": reason})
        deleted = Observation.objects.filter(pk=observation.pk, version=version).delete()[0]
        if not deleted:
            raise StaleVersion(Observation.objects.get(pk=observation.pk))
        return None
    old = {name: getattr(last, name) for name in ("value", "numerator", "denominator", "source", "published_on")}
    done = save_over(observation, version=version, **old)
    last.delete()
    after = values_of(done) | {"来源": done.source.title, "原因": reason}
    audit.record(by=by, action="撤销误录", target=done, before=before, after=after)
    return done


def citing(observation: Observation) -> list[str]:
    """Return the issued bulletins that cite the figure as it stands."""
    key = f"published.{observation.source_key}"
    found = (cites(key, observation.published_on) for cites in citations) if observation.source_key else ()
    return [issue for issue in found if issue]
