"""Published totals from rows, and every figure equal to the rows that its passport opens."""

import json
import re
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command

from accounts.models import User
from common.charts import chart_table
from reports import charts
from reports.figures import agreement, figure_by_reference, find_figure, headline_figures
from tasklists.figures import MEASURES, county_progress, department_progress, rows_of
from tasklists.summary import task_summary
from tests.make import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_site")]

TODAY = date(2023, 12, 13)
DAYS = (date(2023, 3, 31), date(2023, 9, 22), date(2023, 11, 30), TODAY)

PUBLISHED = {
    "tasks.annual.aspects": "5",
    "tasks.annual.points": "40",
    "tasks.annual.organisations": "58",
    "tasks.annual.total": "150",
    "tasks.policy.aspects": "8",
    "tasks.policy.points": "71",
    "tasks.policy.total": "127",
    "tasks.policy.closed": "49",
    "tasks.policy.under_way": "78",
    "projects.signed.count": "42",
    "projects.signed.investment": "432.3",
    "projects.started.count": "150",
    "funds.in_place": "109.1",
    "bulletins.issued": "43",
    "news.adopted": "419",
}


def figures_json(as_of="2023-12-13"):
    output = StringIO()
    call_command("figures", "--as-of", as_of, "--json", stdout=output)
    return json.loads(output.getvalue())


def test_command_gives_every_published_total_from_rows():
    document = figures_json()
    assert document["as_of"] == "2023-12-13"
    found = {figure["key"]: figure for figure in document["figures"]}
    assert {key: found[key]["value"] for key in PUBLISHED} == PUBLISHED
    assert {found[key]["basis"] for key in PUBLISHED} == {"rows"}
    assert all(found[key]["demo"] for key in PUBLISHED)


def test_command_gives_the_97_published_facts_with_their_sources():
    published = [figure for figure in figures_json()["figures"] if figure["key"].startswith("published.")]
    assert len(published) == 97
    assert {figure["basis"] for figure in published} == {"published"}
    assert all(figure["source"]["title"] and figure["scope"] for figure in published)


def test_facts_published_later_are_not_known_before():
    keys = {figure["key"] for figure in figures_json("2023-11-30")["figures"]}
    assert "published.003-01" in keys
    assert "published.000-10" not in keys


def test_our_figures_agree_with_what_was_published():
    for key in PUBLISHED:
        found = agreement(find_figure(key, TODAY))
        assert found is not None and found.agrees, key


def test_a_figure_that_differs_from_the_published_one_says_so():
    figure = find_figure("tasks.policy.closed", TODAY)
    from dataclasses import replace

    assert not agreement(replace(figure, value=48)).agrees


@pytest.mark.parametrize("as_of", DAYS)
def test_every_task_figure_counts_the_rows_it_opens(as_of):
    office = User.objects.get(username="xietiaoban")
    summary = task_summary(as_of)
    scopes = [("all", "")] + [
        (found.slug, aspect) for found in summary.lists for aspect in ["", *summary.aspects.get(found.slug, [])[:2]]
    ]
    for slug, aspect in scopes:
        for measure in MEASURES:
            figure = find_figure(f"tasks.{slug}.{measure}", as_of, aspect=aspect)
            assert rows_of(figure, office).count() == figure.value, (figure.key, aspect)


@pytest.mark.parametrize("as_of", DAYS[2:])
def test_every_organisation_figure_counts_the_rows_it_opens(as_of):
    office = User.objects.get(username="xietiaoban")
    progress = county_progress(task_summary(as_of)) + department_progress(task_summary(as_of))[::9]
    assert len(progress) >= 12 + 6
    for organisation in progress:
        for measure in ("total", "done"):
            figure = find_figure(f"organisations.{organisation.code}.{measure}", as_of)
            assert rows_of(figure, office).count() == figure.value, figure.key


def test_closed_and_under_way_make_the_total_on_every_day():
    for as_of in DAYS:
        for slug in ("annual", "policy", "all"):
            total, closed, under_way = (
                find_figure(f"tasks.{slug}.{measure}", as_of).value for measure in ("total", "closed", "under_way")
            )
            assert closed + under_way == total


def test_the_past_can_be_opened_again():
    closed = [find_figure("tasks.policy.closed", day).value for day in DAYS]
    assert closed == sorted(closed)
    assert closed[0] < closed[-1] == 49
    assert find_figure("projects.signed.count", date(2023, 9, 21)).value == 0
    assert find_figure("funds.in_place", date(2023, 6, 30)).value < Decimal("109.1")


def test_chart_points_equal_the_figures_they_open():
    summary = task_summary(TODAY)
    for description in (charts.funds_chart(TODAY), charts.started_map(TODAY), charts.county_chart(summary)):
        for point in description.points:
            key, _, query = point.passport.partition("passport/")[2].partition("/?")
            figure = figure_by_reference(f"{key}?{query.replace('as_of=2023-12-13', '')}".rstrip("?&"), TODAY)
            assert figure.value == point.value, point
    for series in charts.aspect_chart(summary, "annual").series:
        assert (
            sum(point.value for point in series.points)
            == find_figure(f"tasks.annual.{'closed' if series.role == 'blue' else series.role}", TODAY).value
        )


def test_county_figures_add_up_to_the_citys():
    funds = sum(point.value for point in charts.funds_chart(TODAY).points)
    assert funds == find_figure("funds.in_place", TODAY).value == Decimal("109.1")
    assert sum(point.value for point in charts.started_map(TODAY).points) == 150
    headers, rows = chart_table(charts.department_chart(task_summary(TODAY)))
    assert len(rows) == 58


def test_passports_open_for_every_headline_figure():
    client = client_of(User.objects.get(username="lingdao"))
    for figure in headline_figures(TODAY):
        if figure.key.startswith("published.") and not figure.key.endswith("1"):
            continue
        answer = client.get(f"/reports/passport/{figure.key}/?as_of=2023-12-13")
        assert answer.status_code == 200, figure.key
        assert figure.scope in answer.content.decode()


def test_passport_shows_an_organisation_only_its_own_rows():
    page = (
        client_of(User.objects.get(username="shangwu")).get("/reports/passport/tasks.policy.closed/").content.decode()
    )
    office = client_of(User.objects.get(username="xietiaoban"))
    whole = office.get("/reports/passport/tasks.policy.closed/").content.decode()
    assert "49" in page and "49" in whole
    assert "市发展改革委" not in page.partition('<ul class="rows">')[2]


@pytest.mark.parametrize(
    "key", ["tasks.nowhere.closed", "tasks.annual.nothing", "organisations.999.done", "x", "funds"]
)
def test_unknown_figures_are_not_found(key):
    client = client_of(User.objects.get(username="lingdao"))
    assert client.get(f"/reports/passport/{key}/").status_code == 404


def test_command_refuses_a_date_it_cannot_read(capsys):
    with pytest.raises(SystemExit) as stop:
        call_command("figures", "--as-of", "2023-13-45")
    assert stop.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_the_two_published_150_stand_as_two_figures_and_each_names_the_other():
    figures = {figure["key"]: figure for figure in figures_json()["figures"]}
    large, any_size = figures["projects.started.count"], figures["projects.started_any.count"]
    assert large["value"] == any_size["value"] == "150"
    assert large["scope"] != any_size["scope"]
    assert {figures[f"published.{key}"]["value"] for key in ("000-14", "000-38")} == {"150"}
    client = client_of(User.objects.get(username="lingdao"))
    sides = (("projects.started.count", "published.000-14"), ("projects.started_any.count", "published.000-38"))
    for own, others in (sides, sides[::-1]):
        for key in own:
            answer = client.get(f"/reports/passport/{key}/?as_of=2023-12-13")
            named = [other.key for other in answer.context["other_scopes"]]
            assert named == list(others)
            page = answer.content.decode()
            assert "注意口径" in page
            assert all(figures[other]["scope"] in page for other in others)


def test_a_narrowed_figure_of_projects_opens_with_its_parameters():
    client = client_of(User.objects.get(username="lingdao"))
    query = "?as_of=2023-12-13&origin=北京市&district=朝阳区&period=2023-Q2"
    answer = client.get(f"/reports/passport/projects.started.count/{query}")
    figure = answer.context["figure"]
    assert figure.parameters == {"origin": "北京市", "district": "朝阳区", "period": "2023-Q2"}
    assert client.get(figure.rows_url).context["total"] == figure.value > 0
    assert figure_by_reference(figure.reference, TODAY).value == figure.value
    for wrong in ("size=huge", "kind=nobody", "period=2023-13", "county=999999", "period=2024"):
        assert client.get(f"/reports/passport/projects.started.count/?{wrong}").status_code == 404


def test_a_passport_tells_a_rates_change_in_points_and_a_counts_in_its_unit():
    client = client_of(User.objects.get(username="lingdao"))
    opened = {
        key: client.get(f"/reports/passport/{key}/?as_of=2023-10-31").content.decode()
        for key in ("organisations.371482.rate", "tasks.policy.closed")
    }
    assert re.search(r"，(?:提高|下降)[\d.]+个百分点", opened["organisations.371482.rate"])
    assert re.search(r"，增加\d+项", opened["tasks.policy.closed"])


def test_a_passport_leads_whoever_sees_every_organisation_to_all_rows():
    led = {"lingdao": "看全部 7 行", "xietiaoban": "看全部 7 行", "shangwu": "看本单位能看到的"}
    for username, words in led.items():
        page = client_of(User.objects.get(username=username)).get("/reports/passport/tasks.all.overdue/")
        assert words in page.content.decode(), username
