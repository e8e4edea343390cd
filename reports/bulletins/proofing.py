"""The proofreading of a draft as it is stored with it and shown beside its text."""

from datetime import date

from reports.bulletins.content import Document
from reports.models import Bulletin
from reports.proofreading.proofread import proofread_document


def proof_of(document: Document, as_of: date) -> dict:
    """Return the findings and, honestly, what was checked, as plain values."""
    report = proofread_document(document, as_of)
    return {
        "findings": [finding.to_dict() for finding in report.findings],
        "checked": report.checked,
        "by_kind": [list(pair) for pair in report.kinds_checked],
        "numbers": report.numbers,
        "unchecked": len(report.unchecked),
    }


def kept_proof(bulletin: Bulletin) -> dict | None:
    """Return the proof of what the draft says now, made when none is kept; None where there is no text."""
    if bulletin.proof or not bulletin.content:
        return bulletin.proof
    return proof_of(Document.from_json(bulletin.content), bulletin.as_of)
