"""What the assessment's pages show: rankings, sheets, confirmed results, what-if, as plain values."""

from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation

from accounts.permissions import SEES_EVERY_ORGANISATION
from common import periods
from common.amounts import share
from indicators.assessment import words
from indicators.assessment.addresses import sheet_url
from indicators.assessment.documents import digest_of, document_of
from indicators.assessment.evaluation import Assessment, Group, full_marks
from indicators.assessment.outlook import outlooks
from indicators.assessment.results import previous_result, ranks_of
from indicators.assessment.scoring import DEDUCTION, MIN_MAX, PER_COUNT, SHARE, TARGET_SHARE, Row, Term
from indicators.assessment.spans import Span, parse_span, span_holding

GREEN_FROM, YELLOW_FROM = 90, 60  # percent of a term's weight


def may_open(user, organisation_pk: int) -> bool:
    """Whether the person may see an organisation's sheet; scores and ranks all may see."""
    return user.role in SEES_EVERY_ORGANISATION or user.organisation_id == organisation_pk


def span_choices(chosen: Span, as_of: date) -> list[dict]:
    """Return the periods to choose from: the year, its quarters and months begun by ``as_of``, the year before."""
    year = as_of.year
    this = periods.period_of(as_of)
    spans = [span_holding(this, "year"), *(parse_span(f"{year}-Q{n}") for n in (4, 3, 2, 1))]
    spans += [parse_span(month) for month in reversed(periods.months_between(f"{year}-01", this))]
    spans.append(parse_span(str(year - 1)))
    if chosen.text not in {span.text for span in spans}:
        spans.insert(0, chosen)
    begun = (span for span in spans if span.first <= as_of)
    return [{"value": span.text, "label": span.label, "chosen": span.text == chosen.text} for span in begun]


def light_of(score: Decimal | None, weight: Decimal) -> str:
    """Return the colour of a term's score: nine tenths of the weight green, six tenths yellow; "" without data."""
    if score is None:
        return ""
    reached = share(score, weight)
    if reached is None:
        return ""
    return "green" if reached >= GREEN_FROM else "yellow" if reached >= YELLOW_FROM else "red"


def ranking_page(assessment: Assessment, user) -> dict:
    """Return the ranking's groups with change and gaps, and the terms as they are applied."""
    previous = previous_result(assessment.scheme, assessment.span)
    before = ranks_of(previous)
    same_kind = previous is not None and parse_span(previous.period).kind == assessment.span.kind
    return {
        "groups": [_group(assessment, group, before, same_kind, user) for group in assessment.groups],
        "previous": previous and {"label": parse_span(previous.period).label, "pk": previous.pk},
        "terms": [term_line(term, assessment.measure(term)) for term in assessment.terms],
        "full": words.number(full_marks(assessment.terms)),
        "total": words.number(sum((term.weight for term in assessment.terms), Decimal(0))),
        "seen": digest_of(document_of(assessment)),
        "has_scores": any(row.rank for group in assessment.groups for row in group.rows),
    }


def _group(assessment, group: Group, before, same_kind, user):
    rows = []
    for row in group.rows:
        organisation = group.organisations[row.key]
        rank_before, score_before = before.get(organisation.code, (None, None))
        rows.append(
            {
                "organisation": organisation,
                "url": _sheet(assessment, organisation) if may_open(user, organisation.pk) else "",
                "own": user.organisation_id == organisation.pk,
                "rank": row.rank,
                "score": row.score,
                "missing": row.missing,
                "moved": moved(rank_before, row.rank),
                "rank_before": rank_before,
                "change": row.score - Decimal(score_before) if same_kind and score_before and row.score else None,
                "gap": gap_to_next(group, row),
                "cells": [
                    {
                        "score": found.score,
                        "light": light_of(found.score, found.term.weight),
                        "why": found.why,
                        "name": found.term.name,
                    }
                    for found in row.terms
                ],
            }
        )
    return {"name": group.name, "rows": rows}


def moved(before: int | None, now: int | None) -> dict | None:
    """Return by how many places an organisation rose (``up``) or fell; None where one of the ranks is unknown."""
    if not before or not now:
        return None
    return {"up": now < before, "steps": abs(before - now)}


def gap_to_next(group: Group, row: Row) -> Decimal | None:
    """Return how many points part the row from the next better one; None for the first and without a score."""
    if row.score is None or row.rank == 1:
        return None
    return min(other.score for other in group.rows if other.score is not None and other.score > row.score) - row.score


def _sheet(assessment, organisation):
    return sheet_url(assessment.scheme.code, organisation.code, assessment.span.text, assessment.as_of)


def term_line(term: Term, measure) -> dict:
    """Return a term as the version states it."""
    return {
        "term": term,
        "weight": words.number(term.weight),
        "most": words.number(term.most),
        "formula_name": words.FORMULA_NAMES[term.formula],
        "stated": words.stated(term),
        "measure": measure.label if measure else "（取数已不存在）",
        "unit": measure.unit if measure else "",
        "scope": measure.scope if measure else "",
    }


def sheet_page(assessment: Assessment, organisation) -> dict | None:
    """Return the organisation's sheet: every formula with its numbers, where they come from, what one more does."""
    group = assessment.group_of(organisation.pk)
    if group is None:
        return None
    row = group.row_of(organisation.pk)
    previous = previous_result(assessment.scheme, assessment.span)
    rank_before, score_before = ranks_of(previous).get(organisation.code, (None, None))
    lines = []
    for found, outlook in zip(row.terms, outlooks(assessment, group, row), strict=True):
        measure = assessment.measure(found.term)
        reading = found.reading
        lines.append(
            {
                "name": found.term.name,
                "measure": measure.label if measure else "",
                "scope": measure.scope if measure else "",
                "actual": words.input_text(reading.actual, measure),
                "parts": f"{words.number(reading.part)} ÷ {words.number(reading.whole)}" if reading.whole else "",
                "url": measure.rows_url(organisation, assessment.span, assessment.as_of) if measure else "",
                "target": words.input_text(reading.target, measure) if found.term.formula == TARGET_SHARE else "",
                "target_note": reading.target_note,
                "filled": words.filled(found, measure, assessment.decimals),
                "stated": words.stated(found.term),
                "score": found.score,
                "most": words.number(found.term.most),
                "light": light_of(found.score, found.term.weight),
                "outlook": outlook,
            }
        )
    return {
        "group": group.name,
        "of": len(group.rows),
        "ranked": sum(other.rank is not None for other in group.rows),
        "row": row,
        "lines": lines,
        "full": words.number(full_marks(assessment.terms)),
        "gap": gap_to_next(group, row),
        "previous": previous and {"label": parse_span(previous.period).label, "rank": rank_before,
                                  "score": score_before},
    }  # fmt: skip


# --- what if ------------------------------------------------------------------------------------------

TRIED = {  # field of a term → (prefix in the address, label, formulas that read it)
    "weight": ("w", "分值", (TARGET_SHARE, MIN_MAX, PER_COUNT, DEDUCTION, SHARE)),
    "cap": ("c", "完成率上限（%）", (TARGET_SHARE,)),
    "floor": ("f", "完成率下限（%）", (TARGET_SHARE,)),
    "points_each": ("p", "每次分值", (PER_COUNT, DEDUCTION)),
    "ceiling": ("x", "最多计（扣）分", (PER_COUNT, DEDUCTION)),
}
LARGEST_TRIED = Decimal(1000)


def tried_terms(terms, data) -> tuple[list[Term], list[dict], int]:
    """Return (terms with the address's changes, form rows, number of faults); a faulty field keeps the old value."""
    changed, rows, faults = [], [], 0
    for place, term in enumerate(terms):
        fields, values = [], {}
        for name, (prefix, label, formulas) in TRIED.items():
            if term.formula not in formulas:
                continue
            key = f"{prefix}{place}"
            scale = 100 if name in ("cap", "floor") else 1
            old = getattr(term, name)
            shown = "" if old is None else words.number(old * scale)
            typed = data.get(key, shown).strip()[:20]
            error = ""
            try:
                number = _number(typed)
            except InvalidOperation:
                error, number = "应为 0—1000 的数。", None
            if not error and number is None and name in ("weight", "points_each"):
                error = "请填写。"
            if error:
                faults += 1
            else:
                values[name] = None if number is None else number / scale
            fields.append({"key": key, "label": label, "value": typed, "error": error, "old": shown})
        changed.append(replace(term, **values))
        rows.append({"name": term.name, "stated": words.stated(changed[-1]), "fields": fields})
    return changed, rows, faults


def _number(typed) -> Decimal | None:
    if not typed:
        return None
    number = Decimal(typed)
    if not number.is_finite() or not 0 <= number <= LARGEST_TRIED:
        raise InvalidOperation
    return number


def compared(standing: Assessment, tried: Assessment, user) -> list[dict]:
    """Return the groups of both, each organisation with its score and rank before and after."""
    groups = []
    for group, other in zip(standing.groups, tried.groups, strict=True):
        rows = []
        for row in other.rows:
            old = group.row_of(row.key)
            rows.append(
                {
                    "organisation": other.organisations[row.key],
                    "own": user.organisation_id == row.key,
                    "score": row.score,
                    "rank": row.rank,
                    "old_score": old.score,
                    "old_rank": old.rank,
                    "change": row.score - old.score if row.score is not None and old.score is not None else None,
                    "moved": moved(old.rank, row.rank),
                }
            )
        groups.append({"name": group.name, "rows": rows})
    return groups
