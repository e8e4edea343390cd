"""The menu on a phone: every section stands in the bar, and the page one is on stands in view."""

import pytest

from tests.browser.test_main_job import signed_in

pytestmark = pytest.mark.browser


def test_a_phone_reaches_every_section_and_sees_where_it_is(site, browser):
    with signed_in(browser, site, "xietiaoban", width=390, height=844) as page:
        bar = page.locator("nav.tabbar")
        assert bar.locator("a").count() == page.locator("nav.mainnav a").count()
        assert min(box["width"] for box in (link.bounding_box() for link in bar.locator("a").all())) >= 44
        bar.get_by_text("项目", exact=True).click()
        page.wait_for_url("**/projects/overview/")
        page.goto(f"{site.url}/projects/service/")
        here = page.locator("nav.sections a[aria-current]").bounding_box()
        assert here["x"] >= 0 and here["x"] + here["width"] <= 390
        assert bar.locator("a[aria-current]").inner_text() == "项目"
