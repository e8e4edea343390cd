"""Platforms: occupancy by dates, shares from 北京 and 天津, who keeps the list of residents."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from common.models import AuditEntry, Source
from projects.models import Platform, PlatformResident
from projects.places.occupancy import fullest, occupancies, occupancy, occupancy_chart
from tests.make import TODAY, client_of, make_business_date, make_user
from tests.projects.make import make_county, make_project, sheet_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    make_business_date()
    county = make_county("甲县", "371001")
    park = Platform.objects.create(
        key="park", name="协同产业园", county=county, usable_area_m2=Decimal(10000), area_km2=Decimal(20), residents=73
    )
    return {
        "county": county,
        "park": park,
        "reporter": make_user("county_reporter", county),
        "other": make_user("county_reporter", make_county("乙县", "371002")),
        "office": make_user("coordinator"),
    }


def resident(park, name, entered="2023-03-01", left=None, area="1000", province="北京市", **fields):
    return PlatformResident.objects.create(
        platform=park,
        name=name,
        entered_on=date.fromisoformat(entered),
        left_on=left and date.fromisoformat(left),
        area_m2=area and Decimal(area),
        origin_province=province,
        **fields,
    )


def typed(**fields):
    known = {
        "version": 0,
        "name": "京禾装备",
        "origin_province": "北京市",
        "origin_district": "大兴区",
        "area_m2": "2500",
        "entered_on": "2023-06-01",
        "left_on": "",
        "project": "",
        "note": "",
    }
    return known | fields


# --- the numbers -----------------------------------------------------------------------------------


def test_occupancy_is_that_of_the_day(scene):
    park = scene["park"]
    resident(park, "甲", "2023-01-10", left="2023-09-01", area="4000")
    resident(park, "乙", "2023-05-01", area="1000", province="山东省")
    rows = list(park.tenancies.all())
    shown = [(o.count, o.area, o.rate) for o in (occupancy(park, rows, day) for day in DAYS)]
    assert shown == [
        (0, None, None),
        (1, Decimal(4000), Decimal("40.0")),
        (2, Decimal(5000), Decimal("50.0")),
        (1, Decimal(1000), Decimal("10.0")),
    ]


DAYS = [date(2023, 1, 9), date(2023, 1, 10), date(2023, 8, 31), date(2023, 9, 1)]


def test_shares_leave_out_what_is_not_known(scene):
    park = scene["park"]
    resident(park, "京", area="3000")
    resident(park, "津", area=None, province="天津市")
    resident(park, "鲁", area="1000", province="山东省")
    resident(park, "不详", area="500", province="")
    found = occupancy(park, list(park.tenancies.all()), TODAY)
    assert found.share_by_count == Decimal("66.7") and found.share_by_area == Decimal("75.0")
    assert (found.count, found.without_area, found.area) == (4, 1, Decimal(4500))


def test_nothing_known_is_not_zero(scene):
    empty = occupancies([scene["park"]], TODAY)[scene["park"].pk]
    assert (empty.area, empty.rate, empty.share_by_count, empty.share_by_area) == (None, None, None, None)
    unmeasured = Platform.objects.create(key="other", name="无面积")
    resident(unmeasured, "甲")
    found = occupancies([unmeasured], TODAY)[unmeasured.pk]
    assert found.area == Decimal(1000) and found.rate is None


def test_the_chart_follows_the_months(scene):
    park = scene["park"]
    resident(park, "甲", "2023-10-10", left="2023-12-01", area="4000")
    chart = occupancy_chart(park, list(park.tenancies.all()), TODAY)
    assert [(p.label, p.value) for p in chart.points] == [
        ("2023年10月", Decimal("40.0")),
        ("2023年11月", Decimal("40.0")),
        ("2023年12月", None),
    ]
    assert occupancy_chart(park, [], TODAY).is_empty


def test_the_fullest_day_is_found_among_the_entries(scene):
    park = scene["park"]
    resident(park, "甲", "2023-01-01", left="2023-06-01", area="4000")
    resident(park, "乙", "2023-05-01", area="3000")
    rows = list(park.tenancies.all())
    assert fullest(rows, date(2023, 1, 1)) == 7000
    assert fullest(rows, date(2023, 6, 1)) == 3000


# --- the pages -------------------------------------------------------------------------------------


def test_the_list_sets_published_and_counted_side_by_side(scene):
    resident(scene["park"], "甲", area="2500")
    client = client_of(make_user("leader"))
    _, head, rows = sheet_of(client.get(f"{reverse('projects:platforms')}?_export=xlsx"))
    row = dict(zip(head, [cell.value for cell in rows[0]], strict=True))
    assert row["公布入驻（家）"] == 73 and row["入驻单位（家）"] == 1
    assert float(row["面积占用率（%）"]) == 25.0 and float(row["京津占比·家数（%）"]) == 100.0
    _, head, rows = sheet_of(client.get(f"{reverse('projects:platforms')}?_export=xlsx&as_of=2023-01-01"))
    assert dict(zip(head, [cell.value for cell in rows[0]], strict=True))["入驻单位（家）"] is None


def test_the_page_shows_the_platform_of_its_date(scene):
    park = scene["park"]
    park.source = Source.objects.create(key="s", title="新闻发布会")
    park.save()
    resident(park, "先来", "2023-02-01", left="2023-07-01")
    resident(park, "后到", "2023-08-01")
    ours = make_project(scene["county"], platform=park, stages=[("signed", date(2023, 3, 1))])
    client = client_of(scene["reporter"])
    url = reverse("projects:platform", args=["park"])
    page = client.get(url).content.decode()
    assert "后到" in page and "先来" not in page and ours.name in page
    assert "公布的入驻数与台账家数不一致" in page and "新闻发布会" in page
    past = client.get(url, {"as_of": "2023-06-30"}).content.decode()
    assert "先来" in past and "后到" not in past
    assert "先来" in client.get(url, {"shown": "all"}).content.decode()
    assert client.get(url, {"shown": "left"}).context["total"] == 1
    assert client.get(url, {"origin": "capitals"}).context["total"] == 1
    assert client.get(reverse("projects:platform", args=["none"])).status_code == 404


def test_other_counties_see_the_residents_but_not_the_projects(scene):
    project = make_project(scene["county"], platform=scene["park"], stages=[("signed", date(2023, 3, 1))])
    resident(scene["park"], "甲", project=project)
    page = client_of(scene["other"]).get(reverse("projects:platform", args=["park"])).content.decode()
    assert "甲" in page and project.name not in page
    assert reverse("projects:detail", args=[project.pk]) not in page
    assert "登记入驻" not in page


# --- keeping the list ------------------------------------------------------------------------------


def test_the_countys_reporter_enters_corrects_and_notes_the_leaving(scene):
    client = client_of(scene["reporter"])
    for _ in range(3):
        assert client.post(reverse("projects:resident_new", args=["park"]), typed()).status_code == 302
    row = PlatformResident.objects.get()
    assert (row.area_m2, row.origin_district) == (Decimal(2500), "大兴区")
    edit = reverse("projects:resident", args=[row.pk])
    assert client.get(edit).context["form"].initial["area_m2"] == "2500"
    client.post(edit, typed(version=row.version, left_on="2023-12-01"))
    row.refresh_from_db()
    assert row.left_on == date(2023, 12, 1)
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == ["登记入驻单位", "登记退出平台"]
    stale = client.post(edit, typed(version=1, name="改名"))
    assert stale.status_code == 409 and "改名" in stale.content.decode()


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"name": " "}, "name", "请填写入驻单位名称。"),
        ({"name": "长" * 121}, "name", "最多 120 字，现有 121 字。"),
        ({"note": "长" * 201}, "note", "最多 200 字，现有 201 字。"),
        ({"entered_on": "2023-12-14"}, "entered_on", "入驻日期不能晚于今天"),
        ({"left_on": "2023-05-31"}, "left_on", "退出日期不能早于入驻日期"),
        ({"left_on": "2024-01-01"}, "left_on", "退出日期不能晚于今天"),
        ({"area_m2": "0"}, "area_m2", "使用面积应大于 0"),
        ({"area_m2": "10000.5"}, "area_m2", "超出可用面积：可用 10,000 平方米，还余 10,000 平方米"),
        ({"area_m2": "两千"}, "area_m2", "面积应为数字"),
        ({"project": "P404"}, "project", "没有编号为“P404”的项目"),
    ],
)
def test_bad_input_is_refused_at_its_place(scene, fields, field, sentence):
    page = client_of(scene["office"]).post(reverse("projects:resident_new", args=["park"]), typed(**fields))
    assert page.status_code == 200 and not PlatformResident.objects.exists()
    assert sentence in str(page.context["form"].errors[field])
    assert "大兴区" in page.content.decode()


def test_a_name_stays_once_at_a_time_and_may_come_back(scene):
    client = client_of(scene["office"])
    url = reverse("projects:resident_new", args=["park"])
    client.post(url, typed(left_on="2023-08-01"))
    assert "已在名单中" in str(client.post(url, typed(entered_on="2023-07-01")).context["form"].errors["name"])
    assert "已在名单中" in str(client.post(url, typed(note="另写")).context["form"].errors["name"])
    assert client.post(url, typed(entered_on="2023-08-01")).status_code == 302
    assert PlatformResident.objects.count() == 2


def test_the_area_is_checked_for_the_whole_stay(scene):
    resident(scene["park"], "大户", "2023-09-01", area="9000")
    client = client_of(scene["office"])
    url = reverse("projects:resident_new", args=["park"])
    page = client.post(url, typed())
    assert "还余 1,000 平方米" in str(page.context["form"].errors["area_m2"])
    assert client.post(url, typed(left_on="2023-09-01")).status_code == 302


def test_a_project_lends_its_origin(scene):
    project = make_project(scene["county"], origin_province="天津市", origin_district="武清区")
    client_of(scene["reporter"]).post(
        reverse("projects:resident_new", args=["park"]),
        typed(project=project.code, origin_province="", origin_district=""),
    )
    row = PlatformResident.objects.get()
    assert (row.project, row.origin_province, row.origin_district) == (project, "天津市", "武清区")


def test_others_keep_no_list(scene):
    url = reverse("projects:resident_new", args=["park"])
    row = resident(scene["park"], "甲")
    for user in (scene["other"], make_user("dept_reporter")):
        client = client_of(user)
        assert client.post(url, typed()).status_code == 403
        assert client.post(reverse("projects:resident", args=[row.pk]), typed(version=1)).status_code == 403
        assert client.get(url).status_code == 302
    for role in ("leader", "reviewer"):
        assert client_of(make_user(role)).post(url, typed()).status_code == 403
    abroad = Platform.objects.create(key="bj", name="北京的平台")
    assert client_of(scene["reporter"]).post(reverse("projects:resident_new", args=["bj"]), typed()).status_code == 403
    assert client_of(scene["office"]).post(reverse("projects:resident_new", args=["bj"]), typed()).status_code == 302
    assert PlatformResident.objects.filter(platform=abroad).count() == 1


# --- the platform itself ---------------------------------------------------------------------------


def facts(**fields):
    known = {
        "version": 1,
        "name": "协同产业园",
        "county": "371001",
        "area_km2": "21.5",
        "usable_area_m2": "12000",
        "residents": "73",
        "source_title": "新闻发布会",
        "source_on": "2023-11-20",
        "description": "承接装备制造",
    }
    return known | fields


def test_the_office_keeps_a_platforms_facts(scene):
    client, url = client_of(scene["office"]), reverse("projects:platform_edit", args=["park"])
    assert f'href="{url}"' in client.get(reverse("projects:platform", args=["park"])).content.decode()
    assert 'value="10000"' in client.get(url).content.decode()
    for _ in range(2):
        assert client.post(url, facts()).status_code == 302
    park = Platform.objects.get(key="park")
    assert (park.area_km2, park.usable_area_m2, park.county) == (Decimal("21.5"), 12000, scene["county"])
    assert (park.source.title, park.source.published_on) == ("新闻发布会", date(2023, 11, 20))
    shown = client.get(reverse("projects:platform", args=["park"])).content.decode()
    assert "公布数来源：新闻发布会" in shown and 'value="新闻发布会"' in client.get(url).content.decode()
    assert park.version == 2 and AuditEntry.objects.filter(action="修改承接平台").exists()
    stale = client.post(url, facts(usable_area_m2="13000"))
    assert stale.status_code == 409 and "13000" in stale.content.decode() and "刚被他人改过" in stale.content.decode()


def test_a_new_platform_is_made_once(scene):
    client, url = client_of(scene["office"]), reverse("projects:platform_new")
    assert f'href="{url}"' in client.get(reverse("projects:platforms")).content.decode()
    typed = facts(version=0, name="北部承接园", county="", usable_area_m2="", residents="")
    pages = [client.post(url, typed) for _ in range(2)]
    made = Platform.objects.get(name="北部承接园")
    assert [page["Location"] for page in pages] == [reverse("projects:platform", args=[made.key])] * 2
    assert (made.county, made.usable_area_m2, made.residents, made.is_demo) == (None, None, None, False)


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"name": " "}, "name", "请填写平台名称。"),
        ({"name": "园" * 81}, "name", "最多 80 字，现有 81 字。"),
        ({"name": "另一园"}, "name", "已有名为“另一园”的平台，请核对。"),
        ({"description": "介" * 301}, "description", "最多 300 字，现有 301 字。"),
        ({"area_km2": "-1"}, "area_km2", "面积应大于 0；不清楚时留空。"),
        ({"area_km2": "二十"}, "area_km2", "面积应为数字"),
        ({"usable_area_m2": "0"}, "usable_area_m2", "面积应大于 0；不清楚时留空。"),
        ({"usable_area_m2": "5999"}, "usable_area_m2", "在驻单位已用 6,000 平方米，可用面积不能少于此数。"),
        ({"residents": "-3"}, "residents", "公布入驻数应为 0 或正整数；不清楚时留空。"),
        ({"county": "999999"}, "county", "请从列表中选择"),
        ({"source_title": ""}, "source_title", "填写了公布的入驻数，请注明来源。"),
        ({"residents": "", "area_km2": ""}, "source_title", "没有填公布的面积或入驻数，来源留空。"),
        ({"residents": "", "source_title": ""}, "source_title", "填写了来源日期，请写明来源。"),
        ({"source_title": "来" * 201}, "source_title", "来源最多 200 字，现有 201 字。"),
        ({"source_on": "去年"}, "source_on", "日期应写作"),
    ],
)
def test_bad_facts_of_a_platform_are_refused_at_their_place(scene, fields, field, sentence):
    resident(scene["park"], "京禾装备", area="6000")
    Platform.objects.create(key="other", name="另一园")
    page = client_of(scene["office"]).post(reverse("projects:platform_edit", args=["park"]), facts(**fields))
    assert page.status_code == 200 and Platform.objects.get(key="park").version == 1
    assert sentence in str(page.context["form"].errors[field])
    assert "承接装备制造" in page.content.decode() or field == "description"


def test_others_do_not_keep_platforms(scene):
    for user in (scene["reporter"], scene["other"]):
        client = client_of(user)
        for url in (reverse("projects:platform_edit", args=["park"]), reverse("projects:platform_new")):
            assert client.get(url).status_code == 403
            assert url not in client.get(reverse("projects:platform", args=["park"])).content.decode()
