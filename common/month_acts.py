"""What is posted on a page of months: one is locked, or its opening asked for, agreed to, taken back."""

from datetime import date

from common import periods
from common.errors import UserError


def act_on_month(posted, rules, *, by, on: date, locked: str, opened: str) -> str:
    """Do the posted act by the area's ``rules`` and return the sentence that tells of it. Raises UserError.

    ``rules`` has lock_month, ask_unlock, agree_unlock and withdraw_unlock; ``locked`` and ``opened`` are sentences
    with {} for the month.
    """
    act, period = posted.get("act", ""), posted.get("period", "")
    if act == "lock":
        rules.lock_month(period=period, by=by, on=on)
        return locked.format(periods.label(period))
    if act == "ask":
        rules.ask_unlock(period=period, reason=posted.get("reason", ""), by=by, on=on)
        return "解锁申请已提出，由协调办另一人同意后生效。"
    number = posted.get("request", "")
    number = int(number) if number.isascii() and number.isdigit() and len(number) < 16 else 0
    if act == "agree":
        agreed = rules.agree_unlock(request_id=number, by=by, on=on)
        return opened.format(periods.label(agreed.period))
    if act == "withdraw":
        rules.withdraw_unlock(request_id=number, by=by)
        return "解锁申请已撤回。"
    raise UserError("请选择锁定或解锁。")
