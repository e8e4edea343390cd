"""Which part of the newly started projects comes from 北京, 天津 and 河北: shares that total 100.0."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from common.amounts import balanced_shares, trim
from common.figures import Figure
from projects.figures import project_figure
from projects.querysets import CAPITAL_REGION

STARTED, SHARE = "projects.started.count", "projects.started.share"


@dataclass(frozen=True)
class OriginShare:
    """One province: how many projects, and their share of all three in percent."""

    name: str
    counted: Figure
    share: Decimal


def origin_shares(as_of: date) -> list[OriginShare]:
    """Return the provinces that projects came from, the most first; their shares are balanced to total 100.0."""
    found = [(name, project_figure(STARTED, as_of, origin=name)) for name in CAPITAL_REGION]
    found = sorted(((name, figure) for name, figure in found if figure.value), key=lambda pair: -pair[1].value)
    shares = balanced_shares([figure.value for _, figure in found])
    return [OriginShare(name, figure, share) for (name, figure), share in zip(found, shares, strict=True)]


def origin_share(as_of: date, origin: str) -> Figure | None:
    """Return the share of one province as a figure; None for any other place."""
    if origin not in CAPITAL_REGION:
        return None
    shares = origin_shares(as_of)
    own = next((found for found in shares if found.name == origin), None)
    counted = own.counted if own else project_figure(STARTED, as_of, origin=origin)
    total = sum(found.counted.value for found in shares)
    formula = (f"{counted.text} ÷ {trim(total)}，各地占比之和凑整为100.0%",) if total else ()
    return Figure(
        key=SHARE,
        label=f"{origin}·新开工过亿元项目占比",
        value=(own.share if own else Decimal(0)) if total else None,
        unit="%",
        scope="来源地在该省（市）的新开工京津冀地区过亿元项目占全部的百分比，各地之和凑整为100.0。",
        period=counted.period,
        as_of=as_of,
        rows=counted.rows,
        rows_url=counted.rows_url,
        formula=formula,
        demo=counted.demo,
        parameters={"origin": origin},
    )
