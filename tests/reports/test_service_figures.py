"""Figures of requests and of origins: one counting, a passport that opens the rows, chips in the bulletin."""

from datetime import date
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from accounts.models import User
from common.figures import Figure
from projects.origin_shares import origin_shares
from projects.service.figures import MEASURES, counted_rows, handling
from reports.bulletins.composing import compose
from reports.bulletins.content import Paragraph, figure_refs, plain_text
from reports.bulletins.editions import edition_of
from reports.figures import figure_by_reference, find_figure, headline_figures, rows_behind
from tests.make import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_site")]
DAY, TODAY = date(2023, 11, 30), date(2023, 12, 13)
COUNTY = "371425"


def user(name):
    return User.objects.get(username=name)


def composed(**about):
    edition = edition_of(kind="monthly", period="2023-11", **about)
    return compose(edition, as_of=DAY, dated=TODAY, issue=1)[0]


@pytest.mark.parametrize("county", ["", COUNTY])
@pytest.mark.parametrize("key", MEASURES)
def test_every_figure_opens_as_many_cases_as_it_counts(key, county):
    figure = find_figure(key, DAY, county=county)
    assert counted_rows(figure, user("xietiaoban")).count() == figure.rows
    page = client_of(user("xietiaoban")).get(figure.rows_url)
    assert page.status_code == 200 and f"<b>{figure.rows}</b>" in page.content.decode()


def test_states_add_up_and_rates_are_their_quotients():
    total = handling(DAY)
    assert total.received == total.done + total.refused + total.waiting > 0
    rate = find_figure("service.on_time_rate", DAY)
    assert rate.value == total.on_time_rate and rate.formula[0].startswith(f"{total.in_time} ÷")


def test_an_unknown_place_or_measure_has_no_figure():
    assert find_figure("service.nothing", DAY) is None
    assert find_figure("service.done", DAY, county="999999") is None
    assert find_figure("projects.started.share", DAY) is None
    assert find_figure("projects.started.share", DAY, origin="上海市") is None


def test_a_county_sees_the_city_figure_and_only_its_own_rows():
    figure = find_figure("service.received", DAY)
    own = rows_behind(figure, user("qihe"))
    assert own and all("齐河县" in row["sub"] for row in own)
    address = reverse("reports:passport", args=["service.received"])
    assert client_of(user("qihe")).get(address, {"as_of": DAY.isoformat()}).status_code == 200


def test_shares_by_origin_total_one_hundred_and_open_their_projects():
    shares = origin_shares(DAY)
    assert sum(found.share for found in shares) == 100
    for found in shares:
        figure = figure_by_reference(f"projects.started.share?{urlencode({'origin': found.name})}", DAY)
        assert figure.value == found.share and figure.rows == found.counted.rows
        assert rows_behind(figure, user("xietiaoban"))


def test_the_bulletin_binds_them_as_chips():
    document = composed()
    cited = {run.key for run in figure_refs(document)}
    assert {"service.received", "service.done", "service.on_time_rate", "service.good_rate"} <= cited
    assert sum(key.startswith("projects.started.share?origin=") for key in cited) == len(origin_shares(DAY))
    assert "今年以来，收到企业诉求和监督热线" in plain_text(document) and "，分别占" in plain_text(document)
    sentence = next(b for b in document.blocks if isinstance(b, Paragraph) and b.text.startswith("今年以来，收到"))
    assert not any(char.isdigit() for run in sentence.runs if isinstance(run, str) for char in run)
    for reference in cited:
        assert isinstance(figure_by_reference(reference, DAY), Figure), reference


def test_a_countys_bulletin_cites_the_countys_cases():
    cited = {run.key for run in figure_refs(composed(org=COUNTY))}
    assert f"service.received?county={COUNTY}" in cited and "service.received" not in cited


def test_they_stand_among_the_headline_figures():
    assert set(MEASURES) <= {figure.key for figure in headline_figures(DAY)}
