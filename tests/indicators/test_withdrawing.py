"""A published figure that the office mistyped is taken back with its reason; a cited or shipped one is not."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.cache import cache

from common.models import AuditEntry
from indicators.models import Observation, ObservationRevision
from reports.figures import find_figure
from reports.models import Bulletin
from tests.indicators.make import make_city, make_indicator, make_observation
from tests.make import TODAY, client_of, make_business_date, make_user

pytestmark = pytest.mark.django_db
AGAIN = {"title": "统计公报", "publisher": "市统计局", "published_on": "2023-12-05", "reason": ""}


@pytest.fixture(autouse=True)
def business_date():
    cache.clear()
    make_business_date()


@pytest.fixture
def office():
    return client_of(make_user("coordinator"))


@pytest.fixture
def mistyped(office):
    """12000 registered where the source says 1200."""
    sent = {"name": "引进京津人才", "unit": "人", "scope": "当年引进的人数。", "organisation": make_city().code,
            "period": "2023", "comparator": "=", "value": "12000", "title": "人才工作会议", "publisher": "",
            "published_on": "2023-12-01"}  # fmt: skip
    assert office.post("/indicators/published/new/", sent).status_code == 302
    return Observation.objects.get()


def withdraw(client, row, reason="多录一个零", version=None):
    sent = {"version": row.version if version is None else version, "reason": reason}
    return client.post(f"/indicators/values/{row.pk}/withdraw/", sent)


def cite(row, state=Bulletin.State.PUBLISHED):
    return Bulletin.objects.create(
        kind="special", period="2023-12", year=2023, issue=7, title="专题通报", state=state, as_of=TODAY,
        published_on=TODAY, figures={"figures": [{"reference": f"published.{row.source_key}"}]},
    )  # fmt: skip


def test_a_mistyped_figure_goes_with_its_reason_in_the_trail(office, mistyped):
    page = office.get(f"/indicators/{mistyped.indicator.code}/").content.decode()
    assert f"/indicators/values/{mistyped.pk}/withdraw/" in page
    assert "12000 人" in office.get(f"/indicators/values/{mistyped.pk}/withdraw/").content.decode()
    assert withdraw(office, mistyped).status_code == 302
    assert not Observation.objects.exists()
    assert find_figure(f"published.{mistyped.source_key}", TODAY) is None
    entry = AuditEntry.objects.get(action="撤销误录")
    assert entry.after["原因"] == "多录一个零" and Decimal(entry.before["value"]) == 12000


def test_a_mistyped_republication_gives_way_to_what_was_published_before(office):
    shipped = make_observation(make_indicator("F-1"), "150", source_key="000-1", published_on=date(2023, 11, 1))
    assert "撤销误录" not in office.get("/indicators/F-1/").content.decode()
    assert "不能撤销" in withdraw(office, shipped).content.decode()
    office.post(f"/indicators/values/{shipped.pk}/republish/", AGAIN | {"version": 1, "value": "1500"})
    shipped.refresh_from_db()
    assert shipped.value == 1500 and "撤销误录" in office.get("/indicators/F-1/").content.decode()
    assert withdraw(office, shipped).status_code == 302
    shipped.refresh_from_db()
    assert (shipped.value, shipped.published_on) == (150, date(2023, 11, 1))
    assert not ObservationRevision.objects.exists()


def test_a_reason_is_asked_and_an_older_view_changes_nothing(office, mistyped):
    assert "请写明撤销原因" in withdraw(office, mistyped, reason=" ").content.decode()
    assert withdraw(office, mistyped, version=99).status_code == 409
    assert Observation.objects.count() == 1 and not AuditEntry.objects.filter(action="撤销误录").exists()


def test_what_an_issued_bulletin_cites_stays(office, mistyped):
    draft = cite(mistyped, Bulletin.State.DRAFT)
    assert "引用了" not in office.get(f"/indicators/values/{mistyped.pk}/withdraw/").content.decode()
    Bulletin.objects.filter(pk=draft.pk).update(state=Bulletin.State.PUBLISHED)
    assert "“专题通报”引用了这个数字" in office.get(f"/indicators/values/{mistyped.pk}/withdraw/").content.decode()
    assert "“专题通报”引用了这个数字，不能撤销" in withdraw(office, mistyped).content.decode()
    assert Observation.objects.count() == 1


def test_an_entered_value_is_not_withdrawn_here(office):
    row = make_observation(make_indicator("F-2"), "5", published=False, state="locked", locked_on=TODAY)
    assert "不是公布的数字" in withdraw(office, row).content.decode()
    assert Observation.objects.count() == 1
