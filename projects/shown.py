"""What a reader of the projects' overview looks at: period, as-of date, and the measure on map and charts."""

from dataclasses import dataclass
from datetime import date

from common.amounts import WAN_PER_YI, round_half_up
from common.spans import Span
from projects.counting import COUNTED, Part, is_amount, tally
from projects.figures import passport_address

# What map and charts can show, as addresses name it: the figure, and the word on its button.
SHOWN = {
    "started": ("projects.started.count", "新开工（个）"),
    "started-amount": ("projects.started.investment", "新开工投资"),
    "signed": ("projects.signed.count", "签约（个）"),
    "signed-amount": ("projects.signed.investment", "签约投资"),
    "funds": ("funds.in_place", "到位资金"),
    "completed": ("investments.completed", "完成投资"),
}


@dataclass(frozen=True)
class View:
    """What a reader looks at: the period, the as-of date, and the measure that map and charts show."""

    span: Span
    as_of: date
    shown: str = "started"

    @property
    def name(self) -> str:
        """Names the period and the date, for what is remembered of them."""
        return f"{self.as_of}:{self.span.first}:{self.span.last}:{self.span.text}"

    @property
    def key(self) -> str:
        return SHOWN[self.shown][0]

    def count(self, key: str, by=(), narrow=None, whole=False) -> dict[tuple, Part]:
        """Return the parts of one figure's rows."""
        family, cut = COUNTED[key]
        return tally(family, first=self.span.first, last=self.span.last, as_of=self.as_of, by=by, narrow=narrow,
                     whole=whole)[cut]  # fmt: skip

    def passport(self, key: str, **narrow) -> str:
        return passport_address(key, self.as_of, self.span, **narrow)


def shown_value(key: str, part: Part):
    """Return a part's value as charts show it: projects, or 亿元 rounded half up to two decimals."""
    value = part.value(key)
    return round_half_up(value / WAN_PER_YI, 2) if is_amount(key) else value
