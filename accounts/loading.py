"""Loading the shipped organisations with their aliases, and the demonstration accounts."""

import re
import secrets
import string

from accounts.models import Organisation, OrganisationAlias, User
from common.loading import shipped

COUNTY_TABLE = "县市区考核"  # the group whose rows stand in every county table
DEPARTMENT_ORDER, COLLECTIVE_ORDER, PEER_ORDER = 101, 301, 401
PASSWORD_LENGTH = 14
CLASSES = (string.ascii_lowercase, string.ascii_uppercase, string.digits, "#%+=@")
UNLIKE = str.maketrans("", "", "l1IO0o")  # characters that are easily misread on paper


def load_organisations() -> dict[str, Organisation]:
    """Create city, counties, zones, departments, collectives and peers; return them by short name."""
    regions, departments = shipped("regions.json"), shipped("departments.json")
    peers = shipped("peers.json")
    rows = [_city(regions["city"]), *map(_county, regions["counties"])]
    rows += [_zone(zone, n) for n, zone in enumerate(regions["functional_zones"], len(rows))]
    rows += [_department(unit, n) for n, unit in enumerate(departments["units"])]
    rows += [_collective(group, n) for n, group in enumerate(departments["group_units"])]
    rows += [_peer(peer, n) for n, peer in enumerate(peers)]
    Organisation.objects.bulk_create(rows)
    known = {row.short: row for row in Organisation.objects.all()}
    _name_successors(regions["functional_zones"], known)
    _add_members(departments["group_units"], known)
    _load_aliases(regions, departments, peers, known)
    return known


def _city(city):
    return Organisation(code=city["code"], short=city["name"], name="德州市人民政府", kind="city")


def _county(county):
    longitude, latitude = county["label_point"]
    return Organisation(
        code=county["code"],
        short=county["name"],
        name=county["government"],
        kind="county",
        category=COUNTY_TABLE,
        order=county["order"],
        longitude=longitude,
        latitude=latitude,
        note=county["note"] or "",
    )


def _zone(zone, order):
    """A zone of today that lies in no single county has a row of its own in county tables."""
    longitude, latitude = zone.get("label_point", (None, None))
    return Organisation(
        code=zone["code"],
        short=zone["short"],
        name=zone["name"],
        kind="zone",
        category="功能区" if zone.get("valid_to") or zone.get("parent") else COUNTY_TABLE,
        order=order,
        valid_from=zone.get("valid_from", ""),
        valid_to=zone.get("valid_to", ""),
        longitude=longitude,
        latitude=latitude,
        note=zone["kind"],
    )


def _department(unit, index):
    later = f"2024年机构改革后承继单位（未核实）：{unit['successor']}" if unit["successor"] else ""
    return Organisation(
        code=f"D{index + 1:02d}",
        short=unit["short"],
        name=unit["canonical"],
        kind="department",
        category=unit["kind"],
        order=DEPARTMENT_ORDER + index,
        note=later,
    )


def _collective(group, index):
    return Organisation(
        code=f"G{index + 1:02d}",
        short=group["text"],
        name=group["text"],
        kind="collective",
        order=COLLECTIVE_ORDER + index,
    )


def _peer(peer, index):
    return Organisation(
        code=peer["code"], short=peer["short"], name=peer["name"], kind="peer", order=PEER_ORDER + index
    )


def _name_successors(zones, known):
    """Tie a zone that was absorbed to the zone that took over."""
    by_code = {row.code: row for row in known.values()}
    for zone in zones:
        if successor := by_code.get(zone.get("successor")):
            row = known[zone["short"]]
            row.successor = successor
            row.save(update_fields=["successor"])


def _add_members(groups, known):
    """A collective with 管委会 takes in the zones of today, one without them the counties only."""
    current = [row for row in known.values() if not row.valid_to]
    kinds = {"counties+zones": {"county", "zone"}, "counties": {"county"}}
    for group in groups:
        members = [row for row in current if row.kind in kinds.get(group["expands_to"], ())]
        known[group["text"]].members.set(members)


def _load_aliases(regions, departments, peers, known):
    """Keep each other name once; a name that is already an organisation's own is not an alias."""
    taken = {name for row in known.values() for name in (row.short, row.name)}
    rows = []
    for short, name, kind in _other_names(regions, departments, peers):
        if name not in taken:
            taken.add(name)
            rows.append(OrganisationAlias(organisation=known[short], name=name, kind=kind))
    OrganisationAlias.objects.bulk_create(rows)


def _other_names(regions, departments, peers):
    """Yield (short, other name, kind). Former names come first: a name that is both says more as a former one."""
    for unit in departments["units"]:
        for name in unit["former_names"]:
            yield unit["short"], re.sub(r"\(.*\)$", "", name), OrganisationAlias.Kind.FORMER
        for name in unit["aliases"]:
            yield unit["short"], name, OrganisationAlias.Kind.ALIAS
    for county in regions["counties"]:
        for name in (county["short"], *county["aliases"]):
            former = name == "陵县"
            yield county["name"], name, OrganisationAlias.Kind.FORMER if former else OrganisationAlias.Kind.ALIAS
    for zone in regions["functional_zones"]:
        for name in (zone["government"], *zone["aliases"]):
            yield zone["short"], name, OrganisationAlias.Kind.ALIAS
    for group in departments["group_units"]:
        for name in group["variants"]:
            yield group["text"], name, OrganisationAlias.Kind.ALIAS
    for peer in peers:
        for name in peer["aliases"]:
            yield peer["short"], name, OrganisationAlias.Kind.ALIAS


def load_demo_accounts(known: dict[str, Organisation]) -> list[tuple[User, str]]:
    """Create one account per role with a fresh random password; return (account, password) pairs."""
    accounts = []
    for row in shipped("demo/accounts.json"):
        organisation = known[row["organisation"]] if row["organisation"] else None
        user = User(
            username=row["username"],
            display_name=row["display_name"],
            role=row["role"],
            organisation=organisation,
            is_demo=True,
            must_change_password=False,
        )
        password = random_password()
        user.set_password(password)
        accounts.append((user, password))
    User.objects.bulk_create(user for user, _ in accounts)
    return accounts


def random_password() -> str:
    """Return a password with all four kinds of characters, none of them easily misread."""
    letters = [kind.translate(UNLIKE) for kind in CLASSES]
    chosen = [secrets.choice(kind) for kind in letters]
    chosen += [secrets.choice("".join(letters)) for _ in range(PASSWORD_LENGTH - len(letters))]
    secrets.SystemRandom().shuffle(chosen)
    return "".join(chosen)


def accounts_table(accounts: list[tuple[User, str]]) -> str:
    """Return the accounts as lines of role, user name, password and organisation."""
    lines = [("角色", "用户名", "密码", "单位")]
    lines += [
        (user.get_role_display(), user.username, password, str(user.organisation or "-"))
        for user, password in accounts
    ]
    widths = [max(_width(line[column]) for line in lines) for column in range(3)]
    padded = (
        [text + " " * (width - _width(text)) for text, width in zip(line, widths, strict=False)] + [line[3]]
        for line in lines
    )
    return "\n".join("  ".join(cells) for cells in padded) + "\n"


def _width(text):
    """The columns that a text takes on a terminal, where a Chinese character takes two."""
    return sum(2 if ord(character) > 0x2E80 else 1 for character in text)
