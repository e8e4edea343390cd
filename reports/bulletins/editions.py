"""Which bulletin: of a month, of a year or on one subject; for the city, one organisation or one list.

An edition names a bulletin before there is one; from it follow its title, the day its figures stand at,
and the draft that a new building replaces.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from accounts.models import Organisation
from common import periods
from common.errors import UserError
from reports.models import Bulletin, BulletinTemplate
from tasklists.models import TaskList

Kind, Subject = Bulletin.Kind, BulletinTemplate.Subject
COUNTIES = (Organisation.Kind.COUNTY, Organisation.Kind.ZONE)


@dataclass(frozen=True)
class Edition:
    """``period`` is a month for monthly and special editions, a year for annual ones."""

    kind: str
    period: str
    organisation: Organisation | None = None
    task_list: TaskList | None = None

    @property
    def subject(self) -> str:
        """What it is about: the city, a county, a department or a list; templates are chosen by it."""
        if self.task_list:
            return Subject.LIST
        if self.organisation is None:
            return Subject.CITY
        return Subject.COUNTY if self.organisation.kind in COUNTIES else Subject.DEPARTMENT

    @property
    def key(self) -> str:
        """The edition as one text: what makes two requests the same."""
        about = self.organisation.code if self.organisation else self.task_list.slug if self.task_list else ""
        return f"{self.kind}:{self.period}:{about}"

    @property
    def label(self) -> str:
        """The edition in words: 2023年11月 齐河县 月度通报."""
        about = self.organisation or self.task_list and self.task_list.short or "全市"
        return f"{periods.span_label(self.period)}{about}{Kind(self.kind).label}通报"

    @property
    def title(self) -> str:
        when = periods.span_label(self.period)
        who = self.organisation.short if self.organisation else ""
        if self.task_list:
            return f"关于{self.task_list.title}推进情况的专题通报"
        if self.kind == Kind.SPECIAL:
            return f"关于{who}京津冀协同发展工作推进情况的专题通报"
        return f"关于{when}{who}京津冀协同发展重点任务推进情况的通报"

    def as_of(self, today: date) -> date:
        """Return the day that the figures stand at: the last of the period, at most today."""
        return min(periods.span(self.period)[1], today)

    @property
    def before(self) -> date:
        """The last day before the period, for comparisons."""
        return periods.span(self.period)[0] - timedelta(days=1)

    def payload(self) -> dict:
        """Return the edition as plain values for a job; ``edition_of`` reads them again."""
        return {
            "kind": self.kind,
            "period": self.period,
            "org": self.organisation.code if self.organisation else "",
            "list": self.task_list.slug if self.task_list else "",
        }


def edition_of(*, kind: str, period: str, org: str = "", list: str = "") -> Edition:  # noqa: A002 - the payload's word
    """Return the edition of these words. Raises UserError that says which of them is wrong."""
    if kind not in Kind.values:
        raise UserError(f"没有“{kind}”这类通报，可选：{'、'.join(Kind.values)}。", field="kind")
    try:
        periods.span(period)
        if kind != Kind.ANNUAL:
            periods.parse_period(period)
    except ValueError as error:
        raise UserError(str(error), field="period") from None
    if kind == Kind.ANNUAL and len(period) != 4:
        raise UserError(f"年度通报的期间应写作 2023 这样的年份，现为“{period}”。", field="period")
    organisation = _organisation(org) if org else None
    task_list = TaskList.objects.in_force().filter(slug=list).first() if list else None
    if list and task_list is None:
        raise UserError(f"没有标识为“{list}”的在办清单。", field="list")
    if organisation and task_list:
        raise UserError("专题通报只能针对一个单位或一份清单，请去掉其中一个。", field="org")
    if kind == Kind.SPECIAL and not (organisation or task_list):
        raise UserError("专题通报要选一个单位或一份清单。", field="org")
    if task_list and kind != Kind.SPECIAL:
        raise UserError("针对一份清单的通报请选专题。", field="list")
    return Edition(kind, period, organisation, task_list)


def _organisation(word):
    """Return the county, zone or department of this code or, as people say it, of this name."""
    kinds = (*COUNTIES, Organisation.Kind.DEPARTMENT)
    named = Q(code=word) | Q(short=word) | Q(name=word)
    found = Organisation.objects.current().filter(named, kind__in=kinds).first()
    if found is None:
        raise UserError(
            f"没有代码或名称为“{word}”的县（市、区）或市直部门，请核对，如 371425 或 齐河县。", field="org"
        )
    return found


def edition_of_bulletin(bulletin: Bulletin) -> Edition:
    return Edition(bulletin.kind, bulletin.period, bulletin.organisation, bulletin.task_list)


def standing(edition: Edition):
    """Return the bulletins of this edition that stand: drafted, waiting or issued, not withdrawn."""
    return Bulletin.objects.filter(
        kind=edition.kind, period=edition.period, organisation=edition.organisation, task_list=edition.task_list
    ).exclude(state=Bulletin.State.WITHDRAWN)


def check_buildable(edition: Edition, today: date) -> None:
    """Raise UserError when the period lies ahead or its bulletin is already with the leader or issued."""
    if periods.span(edition.period)[0] > today:
        raise UserError(f"{periods.span_label(edition.period)}还没有开始，不能生成通报。", field="period")
    found = standing(edition).exclude(state=Bulletin.State.DRAFT).first()
    if found:
        raise UserError(f"{edition.label}{found.get_state_display()}，不能重新生成。", field="period")
