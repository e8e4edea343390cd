"""Projects that were probably entered before: same investor and a similar name, or nearly the same name."""

import re
from dataclasses import dataclass

from common.ledgers.words import squeeze
from projects.models import Project

NEARLY_SAME = 0.8  # share of common pairs of letters (Dice) that makes two names one
SIMILAR = 0.4  # enough where the investor is the same
_BRACKETS = re.compile(r"\([^()]*\)")
_FORM = re.compile("股份有限公司|有限责任公司|集团有限公司|有限公司|总公司|分公司|集团公司|集团|公司|控股|股份")
_PLACE = re.compile("^(?:中国|北京|天津|河北|山东|德州|上海)(?:省|市)?(?=..)")
_TAIL = re.compile("(?:项目|工程|建设|生产|制造|[一二三四五六七八九十]期)+$")


@dataclass(frozen=True)
class Double:
    """A project that looks like the one typed; ``project`` is None where the user may not see it."""

    project: Project | None
    why: str


def investor_key(name: str) -> str:
    """Return the part of a company's name that tells it from others, without its legal form and place."""
    return _PLACE.sub("", _FORM.sub("", _BRACKETS.sub("", squeeze(name))))


def likeness(one: str, other: str) -> float:
    """Return how alike two project names are, from 0 to 1 (Dice over pairs of letters)."""
    first, second = _pairs(_TAIL.sub("", squeeze(one))), _pairs(_TAIL.sub("", squeeze(other)))
    both = len(first) + len(second)
    return 2 * len(first & second) / both if both else 0.0


def find_doubles(*, name: str, investor: str, user, apart_from: int | None = None, most: int = 5) -> list[Double]:
    """Return the likely doubles, the most alike first; what the user may not see comes without any detail."""
    wanted, pairs = investor_key(investor), _pairs(_TAIL.sub("", squeeze(name)))
    if len(pairs) < 2:
        return []
    found = []
    rows = Project.objects.exclude(pk=apart_from).order_by("pk").values_list("pk", "name", "investor")
    for pk, its_name, its_investor in rows:
        others = _pairs(_TAIL.sub("", squeeze(its_name)))
        alike = 2 * len(pairs & others) / ((len(pairs) + len(others)) or 1)
        same_investor = len(wanted) > 1 and alike >= SIMILAR and investor_key(its_investor) == wanted
        if same_investor or alike >= NEARLY_SAME:
            found.append((-alike, pk, "投资方相同、名称相近" if same_investor else "名称相近"))
    found = sorted(found)[:most]
    visible = Project.objects.visible_to(user).select_related("county").in_bulk([pk for _, pk, _ in found])
    return [Double(visible.get(pk), why) for _, pk, why in found]


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 2] for i in range(len(text) - 1))
