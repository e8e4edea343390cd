"""Loading what is known of named projects, signing events, platforms and memoranda. Unknown stays empty."""

from decimal import Decimal

from common.loading import day, shipped
from projects.models import Memorandum, MemorandumClause, Platform, Project, SigningEvent


def load_known_projects(organisations, sources) -> dict[str, SigningEvent]:
    """Create the named rows of the published documents; return the signing events by key."""
    data = shipped("projects.json")
    events = {row["key"]: _event(row, sources) for row in data["events"]}
    platforms = {row["key"]: _platform(row, organisations, sources) for row in data["platforms"]}
    for row in data["memoranda"]:
        _memorandum(row, sources)
    for row in data["projects"]:
        Project.objects.create(
            **row
            | {
                "county": organisations[row["county"]] if row["county"] else None,
                "platform": platforms.get(row["platform"]),
                "event": events.get(row["event"]),
                "source": sources[row["source"]],
            }
        )
    return events


def _event(row, sources):
    values = {
        "held_on": day(row["held_on"]),
        "published_investment": Decimal(row["published_investment"]),
        "source": sources[row["source"]],
    }
    return SigningEvent.objects.create(**row | values)


def _platform(row, organisations, sources):
    values = {
        "county": organisations[row["county"]] if row["county"] else None,
        "area_km2": Decimal(row["area_km2"]) if row["area_km2"] else None,
        "source": sources[row["source"]],
    }
    return Platform.objects.create(**row | values)


def _memorandum(row, sources):
    clauses = row.pop("clauses")
    values = {"signed_on": day(row["signed_on"]), "source": sources[row["source"]]}
    memorandum = Memorandum.objects.create(**row | values)
    MemorandumClause.objects.bulk_create(
        MemorandumClause(memorandum=memorandum, order=order, text=text) for order, text in enumerate(clauses, 1)
    )
