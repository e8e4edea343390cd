"""A draft's way to the reader: the office sends it for signing, a leader issues it, nobody issues their own."""

from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction
from django.utils import timezone

from common import audit, clock, jobs
from common.errors import UserError
from common.files import write_file
from common.versions import save_over
from reports.bulletins.building import digest_of, document_path, pictures_of, typeset
from reports.bulletins.composing import document_number
from reports.bulletins.content import Document, plain_text
from reports.bulletins.editions import edition_of_bulletin
from reports.bulletins.numbering import next_issue, take_issue
from reports.bulletins.proofing import kept_proof
from reports.bulletins.restating import carry
from reports.bulletins.sealing import seal_of
from reports.bulletins.subscribing import tell_subscribers
from reports.models import Bulletin
from reports.news.carrying import carry_news, check_carried_once, release_news

JOB = "publish-bulletin"


@transaction.atomic
def send_for_signing(*, bulletin: Bulletin, version: int, by, answer: str = "") -> Bulletin:
    """Hand a proofread draft to the leader. Repeating it changes nothing.

    Findings of the proofreader that stand must be answered for in words. Raises UserError.
    """
    if bulletin.state == Bulletin.State.IN_REVIEW and bulletin.submitted_by_id == by.pk:
        return bulletin
    if bulletin.state != Bulletin.State.DRAFT:
        raise UserError(f"通报{bulletin.get_state_display()}，不能送签。")
    if not bulletin.pdf_file:
        raise UserError("通报的文件还没有排好，请稍候再送签。")
    proof, answer = kept_proof(bulletin), answer.strip()
    if proof["findings"] and not answer:
        raise UserError(
            f"校核发现{len(proof['findings'])}处问题，请改正；确无问题的，写明理由再送签。", field="answer"
        )
    if len(answer) > 200:
        raise UserError(f"理由有{len(answer)}个字，最多200个，请缩短。", field="answer")
    proof = proof | {"answer": answer}
    saved = save_over(bulletin, version=version, state=Bulletin.State.IN_REVIEW, submitted_by=by, proof=proof)
    after = {"state": saved.state, "checked": proof["checked"], "findings": len(proof["findings"]), "answer": answer}
    audit.record(by=by, action="通报送签", target=saved, before={"state": "draft"}, after=after)
    return saved


@transaction.atomic
def send_back(*, bulletin: Bulletin, version: int, by) -> Bulletin:
    """Return a bulletin that waits for signing to the office as a draft."""
    if bulletin.state == Bulletin.State.DRAFT:
        return bulletin
    if bulletin.state != Bulletin.State.IN_REVIEW:
        raise UserError(f"通报{bulletin.get_state_display()}，不能退回。")
    saved = save_over(bulletin, version=version, state=Bulletin.State.DRAFT, submitted_by=None)
    audit.record(
        by=by, action="通报退回起草", target=saved, before={"state": "in_review"}, after={"state": saved.state}
    )
    return saved


def request_publishing(*, bulletin: Bulletin, by):
    """Ask for the issue of a bulletin and return the job that sets its final files."""
    check_publishable(bulletin, by)
    payload = {"bulletin": bulletin.pk, "version": bulletin.version}
    return jobs.enqueue(kind=JOB, key=f"publish:{bulletin.pk}", payload=payload, by=by)


def check_publishable(bulletin: Bulletin, by) -> None:
    if bulletin.state != Bulletin.State.IN_REVIEW:
        raise UserError(f"通报{bulletin.get_state_display()}，不能印发。")
    if by.pk in (bulletin.drafted_by_id, bulletin.submitted_by_id):
        raise UserError("起草、送签的人不能自己印发。")
    check_carried_once(bulletin)


@dataclass(frozen=True)
class Final:
    """The files of an issue under its number and date."""

    issue: int
    document: Document
    docx: bytes
    pdf: bytes
    pages: int


@jobs.handler(JOB)
def do_publish(job, progress):
    """Job handler: set the final files with number and day of issue, then freeze the bulletin."""
    bulletin = Bulletin.objects.select_related("organisation", "task_list").get(pk=job.payload["bulletin"])
    check_publishable(bulletin, job.created_by)
    today = clock.today()
    pictures = pictures_of(bulletin)
    progress(20, "排版 PDF")
    final = _finalise(bulletin, pictures, next_issue(bulletin.organisation), today, progress)

    def store():
        issue, made = take_issue(bulletin.organisation), final
        if issue != made.issue:  # another issue of the series was published meanwhile
            made = _finalise(bulletin, pictures, issue, today, lambda *_: None)
        frozen = save_over(
            bulletin,
            version=job.payload["version"],
            state=Bulletin.State.PUBLISHED,
            published_by=job.created_by,
            published_on=today,
            issue=issue,
            year=today.year,
            content=made.document.to_json(),
            plain_text=plain_text(made.document),
            docx_sha256=digest_of(made.docx),
            docx_file=f"{digest_of(made.docx)}.docx",
            pdf_sha256=digest_of(made.pdf),
            pdf_file=f"{digest_of(made.pdf)}.pdf",
            pages=made.pages,
            built_at=timezone.now(),
        )
        corrected, news = carry(frozen), carry_news(frozen)
        tell_subscribers(frozen, today)
        audit.record(
            by=job.created_by,
            action="印发通报",
            target=frozen,
            before={"state": "in_review"},
            after={
                "state": "published",
                "issue": issue,
                "pdf": frozen.pdf_sha256,
                "docx": frozen.docx_sha256,
                "seal": seal_of(frozen),
                "corrections": corrected,
                "news": news,
            },
        )
        return {"bulletin": frozen.pk, "issue": frozen.issue}

    return store


def _finalise(bulletin, pictures, issue, today, progress) -> Final:
    """Set the bulletin's files under a number and write them; nothing refers to them until they are stored."""
    number = document_number(edition_of_bulletin(bulletin), today.year, issue)
    document = dated(Document.from_json(bulletin.content), today, issue, number)
    docx, pdf, pages = typeset(document, pictures, progress)
    for content, ending in ((docx, "docx"), (pdf, "pdf")):
        write_file(document_path(digest_of(content), ending), content)
    return Final(issue, document, docx, pdf, pages)


def dated(document: Document, day: date, issue: int, number: str) -> Document:
    """Return the document as issued on ``day`` under its number."""
    return replace(document, signed_on=day, issued_on=day, issue=issue, doc_no=number)


@transaction.atomic
def withdraw(*, bulletin: Bulletin, version: int, reason: str, by, on: date) -> Bulletin:
    """Take an issue back with a reason; it keeps its number, text and files, and readers see why.

    Whoever drafted or sent it cannot take it back. Raises UserError. Repeating it changes nothing.
    """
    reason = reason.strip()
    if bulletin.state == Bulletin.State.WITHDRAWN:
        return bulletin
    if bulletin.state != Bulletin.State.PUBLISHED:
        raise UserError(f"通报{bulletin.get_state_display()}，不能撤回。")
    if not reason:
        raise UserError("撤回要写明原因。", field="reason")
    if len(reason) > 200:
        raise UserError(f"原因有{len(reason)}个字，最多200个，请缩短。", field="reason")
    saved = save_over(
        bulletin,
        version=version,
        state=Bulletin.State.WITHDRAWN,
        withdrawn_on=on,
        withdrawn_by=by,
        withdraw_reason=reason,
    )
    saved.corrections.update(carried_by=None)
    release_news(saved)
    audit.record(
        by=by,
        action="撤回通报",
        target=saved,
        before={"state": "published"},
        after={"state": "withdrawn", "reason": reason},
    )
    return saved
