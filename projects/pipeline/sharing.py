"""Shared credit between counties (首谈地, 落地地): the office sets a split that totals 100 %."""

from decimal import Decimal

from django.db import transaction
from django.db.models import F

from common import audit
from common.amounts import trim
from common.errors import UserError
from common.versions import StaleVersion
from projects.models import CreditShare, Project

MOST = 4


@transaction.atomic
def share_credit(*, project: Project, shares: list[tuple], version: int, by) -> list[CreditShare]:
    """Replace the split by ``shares`` (organisation, part, percent) over ``version`` of the project; return the rows.

    No shares give all the credit back to the county where the project is. Raises StaleVersion, UserError.
    """
    project = Project.objects.select_for_update().get(pk=project.pk)
    before = {(row.organisation_id, row.part, row.percent) for row in project.credits.all()}
    wanted = {(organisation.pk, part, percent) for organisation, part, percent in shares}
    if before == wanted and len(wanted) == len(shares):
        return list(project.credits.all())
    _check(project, shares)
    if not Project.objects.filter(pk=project.pk, version=version).update(version=F("version") + 1):
        raise StaleVersion(project)
    was = _words(project.credits.select_related("organisation"))
    project.credits.all().delete()
    rows = CreditShare.objects.bulk_create(
        CreditShare(project=project, organisation=organisation, part=part, percent=percent, is_demo=project.is_demo)
        for organisation, part, percent in shares
    )
    audit.record(by=by, action="认定分成", target=project, before={"分成": was}, after={"分成": _words(rows)})
    return rows


def _check(project, shares):
    if not shares:
        return
    if project.county_id is None:
        raise UserError("项目还没有落地县市区，不能认定分成。", field="credit")
    if len(shares) > MOST:
        raise UserError(f"最多由 {MOST} 个县市区分成。", field="credit")
    if len({organisation.pk for organisation, _, _ in shares}) < len(shares):
        raise UserError("同一县市区只能填一行。", field="credit")
    for organisation, part, percent in shares:
        if not Decimal(0) < percent <= Decimal(100) or percent != percent.quantize(Decimal("0.01")):
            raise UserError(f"{organisation}的占比应大于 0、不超过 100，最多两位小数。", field="credit")
        if (part == CreditShare.Part.LOCATION) != (organisation.pk == project.county_id):
            raise UserError(f"落地地应为{project.county}，其他县市区为首谈地。", field="credit")
    total = sum(percent for _, _, percent in shares)
    if total != 100:
        raise UserError(f"占比合计应为 100%，现为 {trim(total)}%。", field="credit")


def _words(rows) -> list[str]:
    return [f"{row.organisation}（{row.get_part_display()}）{trim(row.percent)}%" for row in rows]
