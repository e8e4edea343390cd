"""Verifying claimed money: first the county's reviewer, then the city's office; nobody verifies what they claimed.

Only what the city has verified counts in published figures. Whoever sends a row back says why.
"""

from datetime import date

from django.db import transaction
from django.urls import reverse

from accounts import notices
from accounts.permissions import COORDINATOR, COUNTY_REPORTER, REVIEWER, may
from common import audit, periods
from common.errors import UserError
from common.locking import Area, is_locked
from common.versions import StaleVersion, save_over
from projects.entries import kind_of
from projects.models import FundEntry, MoneyEntry

State = MoneyEntry.State
REASON_LIMIT = 200
BULK_LIMIT = 100
WAITS_FOR = {REVIEWER: State.CLAIMED, COORDINATOR: State.COUNTY_VERIFIED}


def waiting_for(model, user):
    """Return the rows that wait for this user, the oldest claims first; never those they have a hand in."""
    state = WAITS_FOR.get(user.role)
    if state is None:
        return model.objects.none()
    rows = model.objects.visible_to(user).filter(state=state)
    for hand in ("claimed_by", "county_verified_by"):
        rows = rows.exclude(**{hand: user.pk})
    return rows.order_by("claimed_on", "pk")


@transaction.atomic
def verify_entry(*, entry: MoneyEntry, version: int, by, on: date) -> MoneyEntry:
    """Verify the row for the county or the city, as the user's role is. The same click again changes nothing.

    Raises StaleVersion when the row was changed since it was read.
    """
    entry = _held(entry)
    city = by.role == COORDINATOR
    done = State.CITY_VERIFIED if city else State.COUNTY_VERIFIED
    if entry.state == done and (entry.verified_by_id if city else entry.county_verified_by_id) == by.pk:
        return entry
    _check_hand(entry, by)
    _check_step(entry, by, "核实")
    if city:
        values = {"state": done, "city_verified_on": on, "verified_by": by}
    else:
        values = {"state": done, "county_verified_on": on, "county_verified_by": by}
    saved = save_over(entry, version=version, **values)
    if city and saved.reverses_id and isinstance(saved, FundEntry):
        # the slip no longer counts, so that the right row may be claimed with it
        FundEntry.objects.filter(pk=saved.reverses_id).update(voucher_sha256=None, voucher_freed=True)
    action = f"{'市级' if city else '县级'}核实{saved._meta.verbose_name}"
    audit.record(by=by, action=action, target=saved, label=_label(saved), after={"amount": saved.amount, "on": on})
    return saved


@transaction.atomic
def return_entry(*, entry: MoneyEntry, version: int, reason: str, by, on: date) -> MoneyEntry:
    """Send the row back to the county with a reason; whoever claimed it is told."""
    reason = " ".join((reason or "").split())
    if not reason:
        raise UserError("退回须写明原因。", field="reason")
    if len(reason) > REASON_LIMIT:
        raise UserError(f"退回原因最多 {REASON_LIMIT} 字，现有 {len(reason)} 字。", field="reason")
    entry = _held(entry)
    if entry.state == State.RETURNED and (entry.version, entry.return_reason) == (version + 1, reason):
        return entry
    _check_hand(entry, by)
    _check_step(entry, by, "退回")
    saved = save_over(
        entry,
        version=version,
        state=State.RETURNED,
        return_reason=reason,
        returned_on=on,
        county_verified_on=None,
        county_verified_by=None,
    )
    name = saved._meta.verbose_name
    audit.record(by=by, action=f"退回{name}申报", target=saved, label=_label(saved), after={"reason": reason})
    project = saved.project
    told = [saved.claimed_by] if saved.claimed_by else notices.people_of([project.county_id], [COUNTY_REPORTER])
    notices.notify(
        recipients=told,
        key=f"{kind_of(saved)}:{saved.pk}:returned:{saved.version}",
        title=f"{name}申报被退回：{project.name} {periods.label(saved.month)}",
        text=reason,
        url=reverse("projects:entry_correct", args=[kind_of(saved), saved.pk]),
        on=on,
    )
    return saved


def verify_many(*, model, versions: dict[int, int], by, on: date) -> tuple[int, list[str]]:
    """Verify rows (primary key → version seen), each in its own transaction.

    Return how many were verified and one sentence per row that was not.
    """
    if not versions:
        raise UserError("请先勾选要核实的记录。")
    if len(versions) > BULK_LIMIT:
        raise UserError(f"一次最多核实 {BULK_LIMIT} 笔。")
    done, refused = 0, []
    for entry in model.objects.visible_to(by).filter(pk__in=versions).select_related("project").order_by("pk"):
        try:
            verify_entry(entry=entry, version=versions[entry.pk], by=by, on=on)
            done += 1
        except (UserError, StaleVersion) as refusal:
            sentence = getattr(refusal, "message", "") or "刚被他人处理或改过，请按最新内容核实。"
            refused.append(f"{entry.project.name} {entry.month}：{sentence}")
    return done, refused


def _held(entry) -> MoneyEntry:
    rows = type(entry).objects.select_for_update(of=("self",))
    found = rows.select_related("project__county").filter(pk=entry.pk).first()
    if found is None:
        raise UserError("这笔申报已由申报单位撤回。")
    return found


def _check_hand(entry, by):
    if entry.claimed_by_id == by.pk:
        raise UserError("不能核实自己申报的资金，须由另一人核实。")
    if by.role == COORDINATOR:
        if not may(by, "verify"):
            raise UserError("只有协调办可以市级核实。")
        if entry.county_verified_by_id == by.pk:
            raise UserError("县级已由本人核实，市级须由另一人核实。")
    elif by.role != REVIEWER or by.organisation_id != entry.project.county_id:
        raise UserError("只有项目落地县市区的审核人可以县级核实。")


def _check_step(entry, by, act):
    if entry.state != WAITS_FOR[by.role]:
        raise UserError(f"这笔现为“{entry.get_state_display()}”，不能{act}。")
    if is_locked(Area.FUNDS, entry.month):
        raise UserError(f"{periods.label(entry.month)}的资金台账已锁定，不能{act}；请先申请解锁。")


def _label(entry) -> str:
    return f"{entry.project.name} {entry.month} {entry.amount} 万元"
