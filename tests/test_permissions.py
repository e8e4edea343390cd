"""One walk over every URL, method, role, and own or other organisation, from tests/permission_table.py.

Not signed in → the sign-in page; a missing right → 403; another organisation's object → 404, and absent from
lists, searches and sheets; no GET writes; every POST without a token → 403.
"""

import re
from io import BytesIO

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import get_resolver, reverse
from openpyxl import load_workbook

from accounts.landing import home_url
from accounts.permissions import ROLE_ACTIONS, SEES_OWN_ORGANISATION
from tests.make import client_of, make_business_date, make_organisation, make_user
from tests.permission_table import ROUTES, SIGNED_IN

pytestmark = pytest.mark.django_db

# Each role, those of organisations with the kind of organisation they belong to.
CAST = [
    ("leader", "department"),
    ("coordinator", "department"),
    ("dept_reporter", "department"),
    ("county_reporter", "county"),
    ("reviewer", "department"),
    ("reviewer", "county"),
    ("sysadmin", "department"),
    ("secadmin", "department"),
    ("auditor", "department"),
]
METHODS = ("GET", "POST", "PUT", "DELETE")
WRITES = re.compile(r'^\s*(INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)
SESSION = {"django_session", "projects_followvisit"}  # the latter counts the tries of one address
TRAIL = {"common_auditentry", "common_audithead"}


def all_routes(resolver=None, namespace=""):
    """Yield (full name, view) of every URL pattern of the site."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from all_routes(pattern, inner)
        else:
            yield f"{namespace}{pattern.name}", pattern.callback


VIEWS = dict(all_routes())


def test_every_route_is_declared_once():
    names = [name for name, _ in all_routes()]
    assert len(names) == len(set(names)) and not [name for name in names if name.endswith("None")]
    missing, gone = set(names) - set(ROUTES), set(ROUTES) - set(names)
    assert not missing, f"add a row to tests/permission_table.py for: {sorted(missing)}"
    assert not gone, f"remove the rows of tests/permission_table.py for: {sorted(gone)}"


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_view_requires_what_the_table_says(name):
    declared = getattr(VIEWS[name], "required_actions", None)
    assert declared is not None, f"{name}: decorate the view with @requires, @requires_login or @public"
    assert set(declared) == set(ROUTES[name].actions)


def test_cast_holds_every_role():
    assert {role for role, _ in CAST} == set(ROLE_ACTIONS)


class Member:
    """One of the cast in the scene: role, own and another organisation, a browser."""

    def __init__(self, role, kind, organisations):
        self.role, self.kind = role, kind
        self.own, self.other = organisations[kind]
        self.sees_own_only = role in SEES_OWN_ORGANISATION
        self.user = make_user(role, self.own if self.sees_own_only else None)
        self.client = client_of(self.user, raise_request_exception=True)

    def may(self, route):
        return route.actions <= SIGNED_IN or bool(ROLE_ACTIONS[self.role] & set(route.actions))

    def __str__(self):
        return f"{self.role} of a {self.kind}"


@pytest.fixture
def scene():
    make_business_date()
    organisations = {
        kind: (make_organisation(kind=kind), make_organisation(kind=kind)) for kind in ("department", "county")
    }
    return [Member(role, kind, organisations) for role, kind in CAST]


def ask(client, method, url, **options):
    """Ask within a transaction that is undone; return the answer and the tables that were written."""
    written = set()

    def note(execute, sql, parameters, many, context):
        if found := WRITES.match(sql):
            written.add(found[2].lower())
        return execute(sql, parameters, many, context)

    cookies = client.cookies.copy()
    with transaction.atomic():
        with connection.execute_wrapper(note):
            answer = client.generic(method, url, **options)
        if answer.streaming:
            answer.close()
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer, written - SESSION


def address(name, route, organisation, role):
    return reverse(name, kwargs=route.of(organisation, role) if route.of else {})


def is_sign_in(answer):
    return answer.status_code == 302 and answer["Location"].startswith(reverse("accounts:login") + "?next=")


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_walk(name, scene):
    route = ROUTES[name]
    with transaction.atomic():
        nobody = address(name, route, scene[0].own, "leader")
        for method in METHODS:
            answer, written = ask(Client(), method, nobody)
            assert is_sign_in(answer) == bool(route.actions), f"{method} {name} without signing in"
            silent = method != "POST" and not (route.records and not route.actions)
            assert not (silent and written), f"{method} {name} without signing in wrote {written}"
        for member in scene:
            own = member.own
            if route.kind and own.kind != route.kind:
                own = next(other.own for other in scene if other.kind == route.kind)
            foreign = next(other.other for other in scene if other.kind == (route.kind or member.kind))
            walk_object(name, route, member, own, strange=own is not member.own)
            if route.of and route.scoped:
                walk_object(name, route, member, foreign, strange=True)
        transaction.set_rollback(True)


def walk_object(name, route, member, organisation, strange):
    """Try every method on an object of ``organisation``, ``strange`` when it is not the member's own."""
    url = address(name, route, organisation, member.role)
    for method in METHODS if member.may(route) and not strange else METHODS[:2]:
        where = f"{method} {name} by {member}, {'another' if strange else 'own'} organisation"
        answer, written = ask(member.client, method, url)
        status = answer.status_code
        assert status < 500, where
        if not member.may(route):
            assert (status, written - TRAIL) == (403, set()), where
            continue
        assert not is_sign_in(answer), where
        if method not in route.methods:
            assert status == 405 or not written, f"{where} wrote {written}"
        elif strange and route.scoped and member.sees_own_only:
            assert (status, written) == (404, set()), f"{where}: {status}, wrote {written}"
        elif method == "GET":
            assert status in (200, 302, 404 if name in SOMETIMES_ABSENT else 200), f"{where}: {status}"
            assert written <= (TRAIL if route.records else set()), f"{where} wrote {written}"
        else:
            assert status != 405, where


# Somebody else's job, a bulletin whose file is not built, evidence or a voucher whose file is not stored.
SOMETIMES_ABSENT = {"job", "reports:building", "reports:download", "tasklists:evidence", "projects:file"}


@pytest.mark.parametrize("name", sorted(name for name, route in ROUTES.items() if route.rows))
def test_lists_searches_and_sheets_hold_only_what_one_may_see(name, scene):
    route = ROUTES[name]
    for member in scene:
        if not member.may(route):
            continue
        pairs = {
            kind: next((other.own, other.other) for other in scene if other.kind == kind)
            for kind in ([route.kind] if route.kind else ["department", "county"])
        }
        for kind, (own, other) in pairs.items():
            for organisation in (own, other):
                with transaction.atomic():
                    text = route.rows(organisation, member.role)
                    seen = not member.sees_own_only or organisation == member.own
                    where = f"{name} by {member}, row of a {kind}"
                    for query in ({}, {"q": text}):
                        page = member.client.get(reverse(name), query)
                        assert page.status_code == 200, where
                        assert (text in body_of(page)) == seen, f"{where}, searched: {bool(query)}"
                    if route.sheet:
                        sheet = member.client.get(reverse(name), {"_export": "xlsx"})
                        assert (text in sheet_text(sheet)) == seen, f"{where}, sheet"
                    transaction.set_rollback(True)


def body_of(page):
    """The page's table; not the search field, which repeats what was typed."""
    return "".join(re.findall(r"<tbody>.*?</tbody>", page.content.decode(), re.DOTALL))


def sheet_text(answer):
    rows = load_workbook(BytesIO(answer.content), read_only=True).active.iter_rows(values_only=True)
    return "\n".join(str(cell) for row in rows for cell in row if cell is not None)


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_post_without_a_token_is_refused(name, scene):
    route = ROUTES[name]
    member = next(member for member in scene if member.may(route))
    client = client_of(member.user, enforce_csrf_checks=True)
    with transaction.atomic():
        url = address(name, route, member.own, member.role)
        answer, written = ask(client, "POST", url)
        assert (answer.status_code, written) == (403, set())
        transaction.set_rollback(True)


def test_officers_start_at_their_own_page_and_see_no_business_figures(scene):
    officers = [member for member in scene if not ROLE_ACTIONS[member.role] & {"view"}]
    assert {member.role for member in officers} == {"sysadmin", "secadmin", "auditor"}
    for member in officers:
        assert member.client.get("/")["Location"] == home_url(member.user)
        page = member.client.get(home_url(member.user))
        assert page.status_code == 200
        for entry in page.context["menu"]:
            assert member.client.get(entry["url"]).status_code == 200, entry
