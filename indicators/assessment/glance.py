"""Where everybody stands, at a glance: of each scheme's groups the first and the last, with score and change."""

from datetime import date

from common.remember import remembered
from indicators.assessment.evaluation import assess_together
from indicators.assessment.pages import moved
from indicators.assessment.results import previous_among, ranks_of
from indicators.assessment.spans import Span, parse_span

ENDS = 3  # how many of the first, and of the last, are shown


def standings(versions, results, span: Span, as_of: date) -> dict[int, dict]:
    """Return, by scheme key, the groups' ranked rows as plain values, and what the change of rank is held against.

    ``results`` are the confirmed ones that stand, of all schemes. The queries are the same whatever the schemes.
    """
    names = ",".join(str(version.pk) for version in versions)
    return remembered(f"assessment-glance:{names}:{span.text}:{as_of}", lambda: _read(versions, results, span, as_of))


def _read(versions, results, span, as_of):
    found = {}
    for assessment in assess_together(versions, span, as_of):
        key = assessment.scheme.pk
        previous = previous_among((row for row in results if row.scheme_version.scheme_id == key), span)
        before = ranks_of(previous)
        found[key] = {
            "previous": previous and parse_span(previous.period).label,
            "demo": assessment.demo,
            "groups": [_group(group, before) for group in assessment.groups],
        }
    return found


def _group(group, before):
    rows = []
    for row in group.rows:
        organisation = group.organisations[row.key]
        rank_before, _ = before.get(organisation.code, (None, None))
        rows.append(
            {
                "pk": row.key,
                "code": organisation.code,
                "short": organisation.short,
                "rank": row.rank,
                "score": row.score,
                "moved": moved(rank_before, row.rank),
            }
        )
    return {"name": group.name, "of": len(rows), "rows": [row for row in rows if row["rank"]]}


def seen_by(standing: dict | None, user) -> dict | None:
    """Return a scheme's standing with each group's first and last rows only, and the reader's own in between.

    A group of few is shown whole: there is no gap to leave out. None where nothing is in force.
    """
    if standing is None:
        return None
    groups = [_ends(group, user.organisation_id) for group in standing["groups"]]
    return standing | {"groups": groups, "side_by_side": len(groups) == 1 and bool(groups[0]["last"])}


def _ends(group, own_pk):
    rows = [row | {"own": row["pk"] == own_pk} for row in group["rows"]]
    short = len(rows) <= 2 * ENDS
    middle = [] if short else rows[ENDS:-ENDS]
    return group | {
        "first": rows if short else rows[:ENDS],
        "last": [] if short else rows[-ENDS:],
        "own": [row for row in middle if row["own"]],
        "left_out": len(middle) - sum(row["own"] for row in middle),
    }
