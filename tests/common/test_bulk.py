"""Thousands of rows at once: what comes back is what went in, keys and defaults are the database's own."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from common import bulk
from projects.models import Project, StageChange
from tests.make import make_organisation

pytestmark = pytest.mark.django_db
AWKWARD = "制表\t换行\n回车\r反斜杠\\N 引号'\"，100%％ \\t"


def rows(number, **values):
    return [{"code": f"B-{n:05d}", "name": f"项目{n}"} | values for n in range(number)]


def test_rows_are_stored_as_given_and_the_rest_by_default():
    county = make_organisation(kind="county")
    given = {"summary": AWKWARD, "total_investment": Decimal("1234.50"), "county_id": county.pk}
    keys = bulk.insert(Project, rows(3, created_on=date(2023, 12, 13), **given))
    found = Project.objects.get(pk=keys[1])
    assert (found.code, found.summary, found.total_investment) == ("B-00001", AWKWARD, Decimal("1234.50"))
    assert (found.county, found.created_on, found.version) == (county, date(2023, 12, 13), 1)
    assert (found.platform_id, found.contract_number, found.is_demo) == (None, "", False)


def test_keys_go_on_where_the_next_row_takes_its_own():
    keys = bulk.insert(Project, rows(700))
    assert list(Project.objects.filter(pk__in=keys[:5]).order_by("code").values_list("pk", flat=True)) == keys[:5]
    later = Project.objects.create(code="later", name="之后")
    assert later.pk not in keys and later.pk > max(keys)
    assert bulk.insert(Project, rows(1, code="last"))[0] > later.pk
    assert bulk.insert(Project, []) == []


def test_what_the_database_promises_holds():
    bulk.insert(Project, rows(1))
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(Project, rows(1))
    [key] = bulk.insert(Project, rows(1, code="other"))
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(StageChange, [{"project_id": key, "stage": "paused", "on": date(2023, 1, 1)}])
    assert Project.objects.count() == 2


def test_change_leaves_rows_of_another_version():
    keys = bulk.insert(Project, rows(601, total_investment=Decimal(7)))
    Project.objects.filter(pk=keys[0]).update(version=5)
    values = {"name": AWKWARD, "total_investment": None, "contract_on": date(2023, 5, 1), "county_id": None}
    assert bulk.change(Project, [(key, 1, values) for key in keys]) == 600
    untouched, changed = Project.objects.get(pk=keys[0]), Project.objects.get(pk=keys[600])
    assert (untouched.name, untouched.version, untouched.total_investment) == ("项目0", 5, 7)
    assert (changed.name, changed.version, changed.total_investment) == (AWKWARD, 2, None)
    assert changed.contract_on == date(2023, 5, 1)
