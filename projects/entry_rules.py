"""What may be entered in the ledgers of money (到位资金, 完成投资): pure rules, the same for pages and sheets.

Facts are passed in, loaded for many rows at once by ``projects.entry_facts``; nothing here asks the database.
A refusal is one sentence at one field. A question is no refusal: whoever enters the amount confirms it.
Amounts in 万元.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from statistics import median

from common import periods
from common.amounts import in_wan, trim

OFF_PATH = {"lost": "已流失", "abandoned": "已终止"}
LARGEST = Decimal(10) ** 14  # what the column holds, in 万元
JUMP = 10_000  # between 元, 万元 and 亿元 lies a factor of 10,000: the usual slip
UNLIKE = 1_000  # with the usual spread of months a slip shows as at least this


@dataclass(frozen=True)
class Entry:
    """One row as it is about to be written; ``amount`` None when it was not understood."""

    amount: Decimal | None
    month: str
    voucher_kind: str = ""
    voucher_number: str = ""
    voucher_sha256: str = ""
    reverses: bool = False


@dataclass(frozen=True)
class ProjectFacts:
    """What is known of the project and of its other rows of the same kind of money.

    ``entered`` sums the rows that stand (entry_facts.entered); ``months`` are the same by month.
    """

    total_investment: Decimal | None = None
    signed_on: date | None = None
    stage: str = ""
    entered: Decimal = Decimal(0)
    months: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Books:
    """What is the same for every row: the day, the locked months, the vouchers already counted.

    ``hashes`` and ``numbers`` tell where: by SHA-256, and by (kind, number).
    """

    today: date
    locked: frozenset = frozenset()
    hashes: dict = field(default_factory=dict)
    numbers: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Refusal:
    """Why a row cannot be entered, and the field it belongs to."""

    field: str
    message: str


def refusals(entry: Entry, project: ProjectFacts, books: Books) -> list[Refusal]:
    """Return every reason against the row, the amount's first; empty when it may be written."""
    found = [
        amount_refusal(entry),
        month_refusal(entry.month, project, books),
        None if entry.reverses else stage_refusal(project),
        None if entry.reverses else total_refusal(entry, project),
        None if entry.reverses else file_refusal(entry, books),
        None if entry.reverses else number_refusal(entry, books),
    ]
    return [refusal for refusal in found if refusal]


def amount_refusal(entry: Entry) -> Refusal | None:
    amount = entry.amount
    if amount is None:
        return None  # who read it has said why
    if amount == 0:
        return Refusal("amount", "金额不能为0。")
    if amount < 0 and not entry.reverses:
        return Refusal("amount", f"金额应大于0，现填 {in_wan(amount)} 万元；更正已核实的金额请用冲销。")
    if amount > 0 and entry.reverses:
        return Refusal("amount", "冲销的金额应为负数。")
    if abs(amount) >= LARGEST:
        return Refusal("amount", f"金额 {in_wan(amount)} 万元过大，请核对单位。")
    return None


def month_refusal(month: str, project: ProjectFacts, books: Books) -> Refusal | None:
    """A month is one that has begun, is not locked and does not lie before the project was signed."""
    try:
        label = periods.label(periods.parse_period(month))
    except ValueError:
        return Refusal("month", f"月份应写作 2023-11 这样的年月，现为“{month}”。" if month else "请填写月份。")
    if month > periods.period_of(books.today):
        return Refusal("month", f"{label}还没有到，不能提前申报。")
    if month in books.locked:
        return Refusal("month", f"{label}的资金台账已锁定，请记入未锁定的月份，或由协调办申请解锁。")
    if project.signed_on and month < periods.period_of(project.signed_on):
        return Refusal("month", f"{label}早于签约日期 {project.signed_on}，请核对月份。")
    return None


def stage_refusal(project: ProjectFacts) -> Refusal | None:
    if project.stage in OFF_PATH:
        return Refusal("project", f"项目{OFF_PATH[project.stage]}，不能再申报资金。")
    if project.signed_on is None:
        return Refusal("project", "项目还没有签约，不能申报资金；请先登记签约。")
    return None


def total_refusal(entry: Entry, project: ProjectFacts) -> Refusal | None:
    """Together with what was entered before, the amount may not exceed the total investment agreed."""
    total = project.total_investment
    if entry.amount is None or total is None or project.entered + entry.amount <= total:
        return None
    before = f"已申报 {in_wan(project.entered)} 万元，加本笔 {in_wan(entry.amount)} 万元"
    return Refusal("amount", f"{before}，超过签约总投资 {in_wan(total)} 万元。")


def file_refusal(entry: Entry, books: Books) -> Refusal | None:
    """The same file counts once, whatever its name."""
    used = books.hashes.get(entry.voucher_sha256) if entry.voucher_sha256 else None
    return Refusal("voucher_file", f"这份凭证文件已用于{used}，一份凭证只能申报一次。") if used else None


def number_refusal(entry: Entry, books: Books) -> Refusal | None:
    used = books.numbers.get((entry.voucher_kind, entry.voucher_number)) if entry.voucher_number else None
    if not used:
        return None
    return Refusal(
        "voucher_number", f"{entry.voucher_kind} {entry.voucher_number} 已用于{used}，一份凭证只能申报一次。"
    )


def questions(entry: Entry, project: ProjectFacts) -> list[str]:
    """Return what should be confirmed before the row is written: amounts that look like a slip in the unit."""
    if entry.amount is None or entry.amount <= 0 or entry.reverses:
        return []
    asked = []
    total = project.total_investment
    if total is None:
        asked.append("项目没有登记签约总投资，无法核对是否超出。")
    elif total and entry.amount * JUMP <= total:
        asked.append(
            f"本笔 {in_wan(entry.amount)} 万元，不到签约总投资 {in_wan(total)} 万元的万分之一，请确认单位是万元。"
        )
    earlier = [amount for month, amount in project.months.items() if month != entry.month and amount > 0]
    if earlier:
        usual = Decimal(median(earlier))
        if entry.amount >= usual * UNLIKE or entry.amount * UNLIKE <= usual:
            times = entry.amount / usual if entry.amount > usual else usual / entry.amount
            which = "多" if entry.amount > usual else "少"
            asked.append(
                f"本笔 {in_wan(entry.amount)} 万元，比此前各月（中位数 {in_wan(usual)} 万元）{which} "
                f"{trim(times.quantize(Decimal(1)))} 倍，请确认单位是万元。"
            )
    return asked
