"""How many points an adopted item earns: declared here, changed item by item by the office."""

from decimal import Decimal

from common.errors import UserError
from reports.models import NewsItem

# (what earns, points, does the item have it)
POINTS = (
    ("采用", Decimal("1"), lambda item: True),
    ("配有照片", Decimal("0.5"), lambda item: bool(item.photo)),
    ("关联任务或项目", Decimal("0.5"), lambda item: bool(item.item_id or item.project_id)),
)
STEP, MOST = Decimal("0.5"), Decimal("10")


def suggested_score(item: NewsItem) -> Decimal:
    """Return the points by the declared table."""
    return sum((points for _, points, earns in POINTS if earns(item)), Decimal(0))


def check_score(score: Decimal) -> None:
    """Raise UserError unless the score lies between 0 and 10 in steps of 0.5."""
    if not (0 <= score <= MOST) or score % STEP:
        raise UserError("计分应在 0 到 10 之间，每档 0.5 分。", field="score")
