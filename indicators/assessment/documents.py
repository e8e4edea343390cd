"""An assessment as one JSON document: what the command prints and what a confirmed result keeps."""

import hashlib
import json

from indicators.assessment import words
from indicators.assessment.evaluation import Assessment


def document_of(assessment: Assessment) -> dict:
    """Return the document of the command; scores as decimal strings, null without data."""
    return {
        "scheme": assessment.scheme.code,
        "name": assessment.scheme.name,
        "version": assessment.version.number,
        "period": assessment.span.text,
        "as_of": assessment.as_of.isoformat(),
        "demo": assessment.demo,
        "groups": [
            {"name": group.name, "rows": [_row(assessment, group, row) for row in group.rows]}
            for group in assessment.groups
        ],
    }


def _row(assessment, group, row):
    organisation = group.organisations[row.key]
    return {
        "org": organisation.short,
        "code": organisation.code,
        "score": _points(row.score, assessment.decimals),
        "rank": row.rank,
        "incomplete": bool(row.missing),
        "missing": list(row.missing),
        "terms": [_term(assessment, found) for found in row.terms],
    }


def _term(assessment, found):
    term, measure = found.term, assessment.measure(found.term)
    return {
        "name": term.name,
        "measure": term.measure,
        "formula": words.filled(found, measure, assessment.decimals),
        "rule": words.stated(term),
        "inputs": words.inputs_of(found),
        "raw": None if found.raw is None else words.plain(found.raw),
        "score": _points(found.score, assessment.decimals),
        "weight": words.number(term.weight),
        "max": words.number(term.most),
    }


def _points(score, decimals):
    return None if score is None else f"{score:.{decimals}f}"


def as_text(document: dict) -> str:
    """Return the one way in which a document is written, so that its digest can be checked."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(document: dict) -> str:
    return hashlib.sha256(as_text(document).encode()).hexdigest()
