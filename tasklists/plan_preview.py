"""A read plan as a tree for the preview page, each clause with the doubts of its lines."""

from tasklists.plan_edits import COMPARATORS
from tasklists.plan_import import WHOLE_LIST
from tasklists.plans.plan import Plan

ROLE_WORDS = (
    ("lead", "牵头", "b"),
    ("responsible", "责任", ""),
    ("supporting", "配合", ""),
    ("collectives", "集合", ""),
)


def preview_of(plan: Plan) -> dict:
    """Return counts, the tree (chapters → sections → items → clauses) and the doubts that hang on no clause."""
    lines = sorted({clause.line for clause in plan.clauses()})
    by_line, general = {}, []
    for doubt in plan.warnings:
        at = max((line for line in lines if line <= doubt.line), default=None)
        in_body = at is not None and doubt.line <= lines[-1] and doubt.line - at <= 1
        (by_line.setdefault(at, []) if in_body else general).append(doubt)
    unknown = set(plan.unmatched_units)
    places = {id(clause): place for place, clause in enumerate(plan.clauses())}
    return {
        "counts": [
            (len(plan.chapters), "部分"),
            (len(plan.sections), "节"),
            (len(plan.items), "条"),
            (len(plan.clauses()), "项任务"),
            (plan.unit_links(), "处责任单位"),
            (sum(len(clause.targets) for clause in plan.clauses()), "个目标"),
        ],
        "chapters": _tree(plan, by_line, unknown, places),
        "general": general,
        "doubts": len(plan.warnings),
        "unmatched": plan.unmatched_units,
        "former": plan.former_names,
        "ownerless": sum(not clause.owners for clause in plan.clauses()),
    }


def _tree(plan, by_line, unknown, places):
    titles = {chapter.no: chapter.title for chapter in plan.chapters}
    section_titles = {(section.chapter, section.no): section.title for section in plan.sections}
    chapters, shown = {}, set()
    for item in plan.items:
        chapter = chapters.setdefault(
            item.chapter, {"no": item.chapter or "", "title": titles.get(item.chapter, WHOLE_LIST), "sections": {}}
        )
        section = chapter["sections"].setdefault(
            item.section,
            {"no": item.section or "", "title": section_titles.get((item.chapter, item.section), ""), "items": []},
        )
        clauses = [
            _clause(clause, by_line, unknown, shown, places[id(clause)]) | {"number": item.no}
            for clause in item.clauses
        ]
        if len(clauses) > 1:
            for place, clause in enumerate(clauses, 1):
                clause["number"] = f"{item.no}-{place}"
        section["items"].append({"no": item.no, "line": item.line, "clauses": clauses})
    return [
        chapter
        | {
            "sections": list(chapter["sections"].values()),
            "count": sum(len(s["items"]) for s in chapter["sections"].values()),
            "doubtful": any(
                c["doubts"] for s in chapter["sections"].values() for i in s["items"] for c in i["clauses"]
            ),
        }
        for chapter in chapters.values()
    ]


def _clause(clause, by_line, unknown, shown, place):
    """A doubt stands once, at the first clause of its line."""
    doubts = [] if clause.line in shown else by_line.get(clause.line, [])
    shown.add(clause.line)
    return {
        "index": place,
        "title": clause.title,
        "text": clause.text,
        "line": clause.line,
        "units": [
            {"word": word, "tone": tone, "name": name, "unknown": name in unknown}
            for role, word, tone in ROLE_WORDS
            for name in getattr(clause.owners, role)
        ],
        "deadlines": clause.deadlines,
        "targets": [
            f"{t.name}{COMPARATORS.get(t.comparator, '')} {t.value.normalize() + 0:f} {t.unit}" for t in clause.targets
        ],
        "doubts": doubts,
        "doubtful": bool(doubts) or not clause.owners or any(name in unknown for name in _names(clause.owners)),
    }


def _names(owners):
    return [*owners.lead, *owners.responsible, *owners.supporting]
