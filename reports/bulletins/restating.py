"""The restatement ledger: figures of issued bulletins whose rows later say something else.

An issued bulletin never changes. What its figures would say today, as of its own day, is compared with what
was frozen; each difference waits until an issue carries the correction (更正说明) or the office decides
with a reason that none is needed.
"""

from datetime import date

from django.db import transaction

from common import audit
from common.errors import UserError
from common.remember import one_reading
from reports.bulletins import wording
from reports.bulletins.content import Paragraph
from reports.figures import figure_by_reference
from reports.models import Bulletin, Restatement


def find_restatements(today: date) -> int:
    """Compare every standing issue's frozen figures with the rows as of its day; return how many are new."""
    found = 0
    issued = Bulletin.objects.filter(state=Bulletin.State.PUBLISHED).exclude(figures=None)
    for bulletin in issued.only("pk", "as_of", "figures", "title", "issue"):
        with one_reading():
            differences = list(_differences(bulletin))
        if differences or bulletin.restatements.exists():
            found += _keep(bulletin, differences, today)
    return found


def _differences(bulletin):
    for frozen in (bulletin.figures or {}).get("figures", []):
        figure = figure_by_reference(frozen["reference"], bulletin.as_of)
        now = figure.to_json()["value"] if figure else None
        if now != frozen["value"]:
            yield frozen, now


@transaction.atomic
def _keep(bulletin, differences, today):
    """Write the new differences; those that no longer stand and were not carried are closed by themselves."""
    standing = {(frozen["reference"], now or "–"): frozen for frozen, now in differences}
    new = 0
    for (reference, now), frozen in standing.items():
        row, created = Restatement.objects.get_or_create(
            bulletin=bulletin,
            reference=reference,
            new_value=now,
            defaults={
                "label": frozen["label"],
                "unit": frozen["unit"],
                "frozen_value": frozen["value"] or "–",
                "found_on": today,
            },
        )
        new += created
        if created:
            audit.record(
                by=None, action="发现数字更正", target=row, before={"value": frozen["value"]}, after={"value": now}
            )
    for row in open_restatements().filter(bulletin=bulletin):
        if (row.reference, row.new_value) not in standing:
            row.dismissed_on, row.dismiss_reason = today, "数据已再次变动，此项不再成立。"
            row.save(update_fields=["dismissed_on", "dismiss_reason"])
    return new


def open_restatements():
    """Return the corrections that no issue has carried and nobody has dismissed."""
    return Restatement.objects.filter(carried_by=None, dismissed_on=None)


def corrections(material) -> list:
    """Return the section 更正说明: what the standing corrections say; empty where there is none.

    A bulletin about one organisation corrects its own issues only, the city's those of the city.
    """
    about = {"bulletin__organisation": material.organisation, "bulletin__state": Bulletin.State.PUBLISHED}
    rows = open_restatements().filter(**about).select_related("bulletin").order_by("bulletin__issue", "pk")
    paragraphs = []
    for number, row in enumerate(rows, start=1):
        reason = f"原因：{row.reason.rstrip('。')}。" if row.reason else ""
        said = f"截至{wording.day(row.bulletin.as_of)}的“{row.label}”应为{row.new_value}{row.unit}"
        text = f"{said}，印发时为{row.frozen_value}{row.unit}。{reason}"
        paragraphs.append(Paragraph([text], lead=f"{number}.第{row.bulletin.issue}期。"))
    return paragraphs


def carry(bulletin: Bulletin) -> int:
    """Mark the corrections that an issue carries as it is published; must run in that transaction."""
    text = bulletin.plain_text
    carried = 0
    rows = open_restatements().filter(bulletin__organisation=bulletin.organisation).exclude(bulletin=bulletin)
    for row in rows.select_related("bulletin"):
        if f"“{row.label}”应为{row.new_value}{row.unit}" in text:
            row.carried_by = bulletin
            row.save(update_fields=["carried_by"])
            carried += 1
    return carried


@transaction.atomic
def explain(*, restatement: Restatement, reason: str, by) -> Restatement:
    """Keep why the figure changed; it stands in the 更正说明."""
    reason = reason.strip()
    if len(reason) > 200:
        raise UserError(f"原因有{len(reason)}个字，最多200个，请缩短。", field="reason")
    row = _open_row(restatement)
    if row.reason == reason:
        return row
    audit.record(by=by, action="说明数字更正", target=row, before={"reason": row.reason}, after={"reason": reason})
    row.reason = reason
    row.save(update_fields=["reason"])
    return row


@transaction.atomic
def dismiss(*, restatement: Restatement, reason: str, by, on: date) -> Restatement:
    """Decide that no correction is needed, with the reason."""
    if not reason.strip():
        raise UserError("不予更正要写明原因。", field="reason")
    if len(reason) > 200:
        raise UserError(f"原因有{len(reason)}个字，最多200个，请缩短。", field="reason")
    row = _open_row(restatement)
    row.dismissed_on, row.dismissed_by, row.dismiss_reason = on, by, reason.strip()
    row.save(update_fields=["dismissed_on", "dismissed_by", "dismiss_reason"])
    audit.record(by=by, action="不予更正", target=row, after={"reason": row.dismiss_reason})
    return row


def _open_row(restatement):
    row = Restatement.objects.select_for_update(of=("self",)).get(pk=restatement.pk)
    if row.carried_by_id or row.dismissed_on:
        raise UserError("这一项更正已经办结，请刷新查看。")
    return row
