"""A quarter's round by four roles in a real browser: entered by keyboard, approved, locked, restated, read."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_main_job import signed_in

pytestmark = pytest.mark.browser
NAME, CODE, QUARTER = "京津冀投资企业产值", "jjj-output", "2023-Q4"


def reviewed(page, site, *, only):
    """Pass on the one value of the indicator that waits, leaving the others unchosen."""
    page.goto(f"{site.url}/indicators/review/")
    for box in page.locator("input[name=value]").all():
        box.uncheck()
    page.locator("tr", has_text=only).locator("input[name=value]").check()
    page.locator("button[value=approve]").click()
    expect(page.locator("[role=status]", has_text="1 个数值")).to_be_visible()


def test_a_quarters_round_from_the_keyboard_to_the_reader(site, browser):
    with signed_in(browser, site, "qihe") as reporter:
        reporter.goto(f"{site.url}/indicators/grid/?period={QUARTER}")
        reporter.wait_for_selector("#grid.live")
        row = reporter.locator("tr.grow", has_text=NAME)
        value, shown = row.locator("[data-col=value]"), row.locator("[data-shown]")
        value.focus()
        reporter.keyboard.type("不详")
        reporter.keyboard.press("Control+s")
        expect(row.locator(".why")).to_contain_text("不是数")
        expect(value).to_have_value("不详")
        reporter.keyboard.press("Control+a")
        reporter.keyboard.type("７９０００")
        reporter.keyboard.press("Control+s")
        expect(row.locator(".why")).to_contain_text("请核对单位")
        reporter.keyboard.press("Control+a")
        reporter.keyboard.type("７．９")
        reporter.keyboard.press("Control+s")
        expect(shown).to_contain_text("已存")
        expect(value).to_have_value("7.9")
        rate = reporter.locator("tr.grow", has_text="企业诉求办结率")
        rate.locator("[data-col=numerator]").focus()
        reporter.keyboard.type("28")
        reporter.keyboard.press("Tab")
        reporter.keyboard.type("30")
        reporter.keyboard.press("Control+s")
        expect(rate.locator("[data-out]")).to_have_text("93.3")
        reporter.locator("[data-hand-in]").click()
        expect(reporter.locator("#grid-note")).to_contain_text("已提交 2 项")
        reporter.reload()
        expect(reporter.locator("#handed_in tr", has_text=NAME)).to_contain_text("待单位审核")
        reporter.problems[:] = [p for p in reporter.problems if "status of 400" not in p]  # the refusals asked for
    with signed_in(browser, site, "qihe_shenhe") as reviewer:
        reviewed(reviewer, site, only=NAME)
    with signed_in(browser, site, "xietiaoban") as office:
        reviewed(office, site, only=NAME)
        office.goto(f"{site.url}/indicators/{CODE}/")
        line = office.locator("tr", has_text="2023年第四季度").filter(has_text="齐河县")
        expect(line).to_contain_text("7.9")
        line.get_by_role("link", name="更正").click()
        office.fill("[name=value]", "7.4")
        office.fill("[name=reason]", "一户企业迁出，予以剔除。")
        office.get_by_role("button", name="更正").click()
        expect(office.locator("#revisions")).to_contain_text("一户企业迁出，予以剔除。")
    with signed_in(browser, site, "lingdao") as leader:
        leader.goto(f"{site.url}/indicators/wall/")
        leader.locator("a.ttl", has_text=NAME).click()
        leader.wait_for_selector("#plot-course .main-svg")
        expect(leader.locator("#revisions")).to_contain_text("7.4")
        expect(leader.locator("main")).to_contain_text(re.compile("期不全"))
    with signed_in(browser, site, "shangwu") as other:
        answer = other.goto(f"{site.url}/indicators/values/?q={NAME}")
        assert answer.status == 200
        expect(other.locator("main")).not_to_contain_text("7.4")
