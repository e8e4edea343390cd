"""What a change of a project's facts may not contradict: the money entered on it, the split of its credit."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from common.amounts import in_wan
from projects.entry_facts import entered
from projects.models import CreditShare, FundEntry, InvestmentEntry, Project


@dataclass(frozen=True)
class Kept:
    """What stands on a project: money in 万元 (None: not a row of it), and whether its credit is split."""

    funds: Decimal | None = None
    invested: Decimal | None = None
    is_split: bool = False


def kept_of(project_ids) -> dict[int, Kept]:
    """Return what stands on each of the projects, in three queries."""
    ids = list(project_ids)
    funds, invested = (
        dict(entered(model).filter(project__in=ids).order_by().values_list("project").annotate(total=Sum("amount")))
        for model in (FundEntry, InvestmentEntry)
    )
    split = set(CreditShare.objects.filter(project__in=ids).values_list("project", flat=True))
    return {pk: Kept(funds.get(pk), invested.get(pk), pk in split) for pk in ids}


def contradiction(project: Project, values: dict, kept: Kept) -> tuple[str, str] | None:
    """Return the field of ``values`` that contradicts what is kept, and why in one sentence."""
    total = values.get("total_investment")
    if total is not None and total != project.total_investment:
        for words, amount in (("到位资金", kept.funds), ("完成投资", kept.invested)):
            if amount is not None and total < amount:
                sentence = f"签约总投资 {in_wan(total)} 万元小于已申报的{words} {in_wan(amount)} 万元，请核对。"
                return "total_investment", sentence
    if "county" in values and values["county"] != project.county:
        if kept.is_split:
            return "county", "项目已认定分成，请先由协调办在项目页取消分成，再改落地县市区。"
        if values["county"] is None and (kept.funds, kept.invested) != (None, None):
            return "county", "项目已有资金申报，落地县市区不能为空。"
    return None
