"""The ways projects are told apart when they are counted: by county, origin, industry, investor, size.

One declaration serves the counting (``projects.counting``) and the filters of the lists, so that a
figure and the list behind it mean the same.
"""

from decimal import Decimal

from django.db.models import Case, CharField, F, Q, Value, When

UNKNOWN = "-"  # stands for an empty value in addresses and results
# Size bands by total investment in 万元: code, words, from (included), below.
SIZES = (
    ("lt1", "1亿元以下", None, Decimal(10000)),
    ("1to5", "1亿—5亿元", Decimal(10000), Decimal(50000)),
    ("5to10", "5亿—10亿元", Decimal(50000), Decimal(100000)),
    ("10to50", "10亿—50亿元", Decimal(100000), Decimal(500000)),
    ("ge50", "50亿元及以上", Decimal(500000), None),
)
# What narrows a figure apart from the county, in the order in which passports name it.
FIELDS = {
    "origin": "origin_province",
    "district": "origin_district",
    "industry": "industry_code",
    "chain": "chain",
    "kind": "investor_kind",
}
NARROWINGS = ("county", *FIELDS, "size")


def condition(name: str, value: str, prefix: str = "") -> Q:
    """Return the condition that a project has this value of a dimension; ``prefix`` leads to the project."""
    if name == "county":
        return in_county(value, prefix)
    if name == "size":
        return _of_size(value, prefix)
    return Q(**{prefix + FIELDS[name]: "" if value == UNKNOWN else value})


def in_county(code: str, prefix: str = "") -> Q:
    """Return the condition that the county has credit for the project: a share, else where it is located."""
    from projects.models import CreditShare

    shares = CreditShare.objects.order_by()
    split = Q(**{f"{prefix}pk__in": shares.values("project")})
    if code == UNKNOWN:
        return Q(**{f"{prefix}county__isnull": True}) & ~split
    shared = Q(**{f"{prefix}pk__in": shares.filter(organisation__code=code).values("project")})
    return shared | Q(**{f"{prefix}county__code": code}) & ~split


def size_of(amount) -> str:
    """Return the code of the band that a total investment (万元) falls in."""
    if amount is None:
        return UNKNOWN
    return next(code for code, _, _, below in SIZES if below is None or amount < below)


def _of_size(code, prefix):
    path = f"{prefix}total_investment"
    if code == UNKNOWN:
        return Q(**{f"{path}__isnull": True})
    first, below = next((first, below) for known, _, first, below in SIZES if known == code)
    found = Q()
    if first is not None:
        found &= Q(**{f"{path}__gte": first})
    return found if below is None else found & Q(**{f"{path}__lt": below})


def expression(name: str, prefix: str = ""):
    """Return what rows are grouped by for one dimension other than the county."""
    if name == "size":
        bands = [When(_of_size(code, prefix), then=Value(code)) for code, *_ in SIZES]
        return Case(*bands, default=Value(UNKNOWN), output_field=CharField())
    return F(prefix + FIELDS[name])
