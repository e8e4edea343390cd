"""Confirmed results: frozen snapshots that later data never changes, and the objections to them."""

from datetime import date

from django.db import transaction

from accounts import notices
from accounts.permissions import COORDINATOR, COUNTY_REPORTER, DEPARTMENT_REPORTER, REVIEWER, may
from common import audit
from common.errors import UserError
from common.versions import save_over
from indicators.assessment.addresses import appeals_url, result_url
from indicators.assessment.documents import digest_of, document_of
from indicators.assessment.evaluation import Assessment, assess
from indicators.assessment.spans import Span, parse_span
from indicators.models import Appeal, AssessmentResult, Scheme, SchemeVersion

ORGANISATION_ROLES = (DEPARTMENT_REPORTER, COUNTY_REPORTER, REVIEWER)
TEXT_LENGTH, REASON_LENGTH = 600, 200


def confirmed_result(scheme_code: str, period: str) -> AssessmentResult | None:
    """Return the confirmed result of a scheme that stands for a period; None while there is none."""
    rows = AssessmentResult.objects.filter(scheme_version__scheme__code=scheme_code, period=period, is_current=True)
    return rows.select_related("scheme_version__scheme").order_by("-pk").first()


def previous_result(scheme: Scheme, span: Span) -> AssessmentResult | None:
    """Return the confirmed result to compare with: of the period before, else the newest that ended earlier."""
    standing = AssessmentResult.objects.filter(scheme_version__scheme=scheme, is_current=True)
    return previous_among(standing.select_related("scheme_version__scheme").order_by("pk"), span)


def previous_among(results, span: Span) -> AssessmentResult | None:
    """Return the one to compare with among a scheme's confirmed results that stand."""
    found = {row.period: row for row in results}
    if span.before.text in found:
        return found[span.before.text]
    earlier = [(parse_span(period).last, row) for period, row in found.items() if parse_span(period).last < span.last]
    return max(earlier, key=lambda pair: pair[0])[1] if earlier else None


@transaction.atomic
def confirm(
    *, version: SchemeVersion, span: Span, as_of: date, by, on: date, reason: str = "", seen: str = "", is_demo=False
) -> AssessmentResult:
    """Freeze the scores of the period and return them. A second confirmation replaces the first, with a reason.

    ``seen`` is the digest of what the person saw: when the data have moved on since, nothing is confirmed.
    Confirming the same once more changes nothing.
    """
    if by is not None and not may(by, "supervise"):
        raise UserError("只有协调办可以确认考核结果。")
    scheme = Scheme.objects.select_for_update().get(pk=version.scheme_id)
    version = scheme.versions.get(pk=version.pk)
    if version.state != SchemeVersion.State.IN_FORCE:
        raise UserError("这个版本没有施行，不能确认结果；请按施行的版本计算后确认。")
    assessment = assess(version, span, as_of)
    if not any(row.rank for group in assessment.groups for row in group.rows):
        raise UserError("各单位都没有数据，没有可确认的结果。")
    document = document_of(assessment)
    if seen and digest_of(document) != seen:
        raise UserError("页面打开后数据有变化，请核对新的得分后再确认。")
    standing = confirmed_result(scheme.code, span.text)
    if standing and _numbers_of(standing.content) == document:
        return standing
    reason = reason.strip()
    if standing and not reason:
        raise UserError("本期结果已经确认过；再次确认将替换它，请写明原因。", field="reason")
    if len(reason) > REASON_LENGTH:
        raise UserError(f"原因最多 {REASON_LENGTH} 字，现有 {len(reason)} 字。", field="reason")
    if standing:
        AssessmentResult.objects.filter(pk=standing.pk).update(is_current=False)
        document |= {"replaces": {"sha256": standing.sha256, "reason": reason}}
    made = AssessmentResult.objects.create(
        scheme_version=version,
        period=span.text,
        as_of=as_of,
        content=document,
        sha256=digest_of(document),
        confirmed_by=by,
        confirmed_on=on,
        is_demo=is_demo or assessment.demo,
    )
    audit.record(
        by=by,
        action="确认考核结果",
        target=made,
        label=f"{scheme.name} {span.label}",
        before={"sha256": standing.sha256} if standing else None,
        after={"sha256": made.sha256, "版本": version.number, "截至": as_of, "原因": reason},
    )
    return made


def _numbers_of(content):
    """The document without what the confirmation itself added."""
    return {name: value for name, value in content.items() if name != "replaces"}


def is_intact(result: AssessmentResult) -> bool:
    """Whether the frozen content still has its digest."""
    return digest_of(result.content) == result.sha256


def snapshot_row(result: AssessmentResult, code: str) -> tuple[str, dict] | tuple[None, None]:
    """Return (group name, row) of an organisation in a confirmed result."""
    for group in result.content["groups"]:
        for row in group["rows"]:
            if row["code"] == code:
                return group["name"], row
    return None, None


def ranks_of(result: AssessmentResult | None) -> dict[str, tuple[int | None, str | None]]:
    """Return (rank, score) by organisation code of a confirmed result."""
    if result is None:
        return {}
    return {row["code"]: (row["rank"], row["score"]) for group in result.content["groups"] for row in group["rows"]}


@transaction.atomic
def appeal(*, result: AssessmentResult, text: str, term: str, by, on: date) -> Appeal:
    """Object to one's own organisation's score, or to one term of it; the office is told. Repeating is harmless."""
    if by.role not in ORGANISATION_ROLES:
        raise UserError("申诉由被考核单位的填报员或审核人提出。")
    organisation = by.organisation
    group, row = snapshot_row(result, organisation.code)
    if row is None:
        raise UserError("这次考核没有本单位，不能申诉。")
    if not result.is_current:
        raise UserError("这份结果已被新的结果替换，请对新的结果申诉。")
    if term and term not in {found["name"] for found in row["terms"]}:
        raise UserError("没有这个考核项，请重新选择。", field="term")
    text = text.strip()
    if not text:
        raise UserError("请写明申诉理由。", field="text")
    if len(text) > TEXT_LENGTH:
        raise UserError(f"申诉理由最多 {TEXT_LENGTH} 字，现有 {len(text)} 字。", field="text")
    AssessmentResult.objects.select_for_update().get(pk=result.pk)
    waiting = Appeal.objects.filter(result=result, organisation=organisation, term=term, state=Appeal.State.ASKED)
    if standing := waiting.first():
        if standing.text == text:
            return standing
        raise UserError("对这一项已有一件申诉在等待答复，答复后可再提。", field="term")
    made = Appeal.objects.create(
        result=result, organisation=organisation, term=term, text=text, asked_by=by, asked_on=on
    )
    audit.record(by=by, action="考核申诉", target=made, after={"考核项": term, "理由": text})
    notices.notify(
        recipients=notices.people_in(COORDINATOR),
        key=f"appeal:{made.pk}:asked",
        title=f"{organisation.short}对考核结果提出申诉",
        text=text,
        url=appeals_url(),
        on=on,
    )
    return made


@transaction.atomic
def answer_appeal(*, appeal: Appeal, version: int, upheld: bool, answer: str, by, on: date) -> Appeal:
    """Answer an objection; what is upheld is put right by correcting the data and confirming anew."""
    if not may(by, "supervise"):
        raise UserError("申诉由协调办答复。")
    answer = answer.strip()
    if not answer:
        raise UserError("请写明答复。", field="answer")
    if len(answer) > TEXT_LENGTH:
        raise UserError(f"答复最多 {TEXT_LENGTH} 字，现有 {len(answer)} 字。", field="answer")
    state = Appeal.State.UPHELD if upheld else Appeal.State.REFUSED
    if appeal.state != Appeal.State.ASKED:
        if (appeal.state, appeal.answer) == (state, answer):
            return appeal
        raise UserError("这件申诉已经答复过。")
    appeal = save_over(appeal, version=version, state=state, answer=answer, answered_by=by, answered_on=on)
    audit.record(by=by, action="答复考核申诉", target=appeal, after={"结论": state.label, "答复": answer})
    notices.notify(
        recipients=notices.people_of([appeal.organisation_id], ORGANISATION_ROLES),
        key=f"appeal:{appeal.pk}:answered",
        title=f"考核申诉已答复：{state.label}",
        text=answer,
        url=result_url(appeal.result_id, appeal.organisation.code),
        on=on,
    )
    return appeal


def snapshot_of(assessment: Assessment) -> str:
    """Return the digest of what a page shows, which a confirmation carries back."""
    return digest_of(document_of(assessment))
