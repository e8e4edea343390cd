"""The facts that ``projects.entry_rules`` asks for, loaded for many rows in a constant number of queries."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from django.db.models import OuterRef, Q, Subquery

from common import periods
from common.amounts import in_wan
from common.locking import Area, locked_months
from projects.entry_rules import Books, ProjectFacts
from projects.models import FundEntry, Project, StageChange

CHUNK = 500  # below SQLite's limit of parameters in one query


def entered(model):
    """Return the rows of ``model`` that stand in the ledger: what was returned does not until it is claimed again.

    A reversal takes its amount back once the city has verified it: it may still be returned before.
    """
    return model.objects.filter(Q(state="city_verified") | Q(reverses__isnull=True) & ~Q(state="returned"))


def project_facts(model, project_ids, *, on: date, without=()) -> dict[int, ProjectFacts]:
    """Return the facts by project id, from all ``entered`` rows of ``model`` but ``without``."""
    ids = sorted(set(project_ids))
    log = StageChange.objects.filter(project=OuterRef("pk"), on__lte=on)
    known, months = {}, defaultdict(lambda: defaultdict(Decimal))
    for some in _chunks(ids):
        rows = Project.objects.filter(pk__in=some).order_by()
        rows = rows.annotate(
            stage_now=Subquery(log.order_by("-on", "-id").values("stage")[:1]),
            signed=Subquery(log.filter(stage="signed").order_by("on").values("on")[:1]),
        )
        for pk, total, stage, signed in rows.values_list("pk", "total_investment", "stage_now", "signed"):
            known[pk] = (total, stage or "", signed)
        entries = entered(model).filter(project__in=some).exclude(pk__in=without)
        for pk, month, amount in entries.order_by().values_list("project_id", "month", "amount"):
            months[pk][month] += amount
    return {
        pk: ProjectFacts(
            total_investment=total,
            stage=stage,
            signed_on=signed,
            entered=sum(months[pk].values(), Decimal(0)),
            months=dict(months[pk]),
        )
        for pk, (total, stage, signed) in known.items()
    }


def books(*, on: date, hashes=(), numbers=(), without=()) -> Books:
    """Return the day, the locked months and where these vouchers were counted already.

    ``numbers`` are pairs of kind and number. A voucher is free again once its row was reversed.
    """
    taken = FundEntry.objects.filter(reverses__isnull=True, voucher_freed=False).exclude(pk__in=without).order_by()
    fields = ("voucher_kind", "voucher_number", "voucher_sha256", "project__name", "month", "amount")
    by_hash, by_number = {}, {}
    wanted = set(numbers)
    for some in _chunks(sorted({number for _, number in wanted if number})):
        for kind, number, _, *where in taken.filter(voucher_number__in=some).values_list(*fields):
            if (kind, number) in wanted:
                by_number[kind, number] = place_of(*where)
    for some in _chunks(sorted({digest for digest in hashes if digest})):
        for _, _, digest, *where in taken.filter(voucher_sha256__in=some).values_list(*fields):
            by_hash[digest] = place_of(*where)
    return Books(today=on, locked=locked_months(Area.FUNDS), hashes=by_hash, numbers=by_number)


def place_of(project: str, month: str, amount: Decimal) -> str:
    """Return where a voucher was counted, as part of a sentence."""
    return f"“{project}”{periods.label(month)} {in_wan(amount)} 万元"


def _chunks(values):
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))
