"""How many queries a list costs: few, and the same number whatever the rows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.permissions import ROLE_ACTIONS
from tests.make import client_of, make_business_date, make_organisation, make_user
from tests.permission_table import ROUTES

pytestmark = pytest.mark.django_db
LIMIT = 12


def asked(client, name):
    """Return the queries that one showing of the list takes, the session's own included."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse(name), {"per_page": "100"}).status_code == 200
    return [query["sql"] for query in queries.captured_queries]


def make_rows(name, organisation, count):
    for _ in range(count):
        ROUTES[name].rows(organisation, "coordinator")


@pytest.mark.parametrize("name", sorted(name for name, route in ROUTES.items() if route.rows))
def test_list_costs_the_same_queries_whatever_its_rows(name):
    make_business_date()
    assert ROUTES[name].actions & ROLE_ACTIONS["coordinator"]
    client = client_of(make_user("coordinator"))
    organisation = make_organisation(kind=ROUTES[name].kind or "department")
    make_rows(name, organisation, 2)
    asked(client, name)  # what is cached once per process is asked here
    few = asked(client, name)
    make_rows(name, organisation, 30)
    many = asked(client, name)
    assert len(many) == len(few), "\n".join(many)
    assert len(many) <= LIMIT, "\n".join(many)


def test_officers_lists_cost_few_queries():
    pages = {"sysadmin": "accounts:users", "secadmin": "accounts:security", "auditor": "accounts:audit"}
    for role, name in pages.items():
        client = client_of(make_user(role))
        asked(client, name)  # the session is written at its first request
        few = asked(client, name)
        for _ in range(20):
            make_user("dept_reporter")
        many = asked(client, name)
        assert len(many) == len(few) <= LIMIT, "\n".join(many)
