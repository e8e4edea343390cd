"""The bulletin editor in a real browser: typing, the proofreader's correction, a figure written over, two editors."""

import re

import pytest

from tests.browser.test_main_job import signed_in

FAULT = "本次共办理127件，其中已完成49件，占38.9%。"


@pytest.fixture(scope="module")
def draft(site, browser):
    """The address of a draft of a county's bulletin."""
    with signed_in(browser, site, "xietiaoban") as page:
        page.goto(f"{site.url}/reports/new/?org=371425&period=2023-11")
        page.get_by_role("button", name="生成草稿").click()
        page.wait_for_url(re.compile(r"/reports/\d+/$"), timeout=60000)
        return page.url


def open_editor(page, draft):
    page.goto(f"{draft}edit/")
    return page.locator("[data-block=paragraph]").first


def saved(page):
    page.locator("[data-status]", has_text="已保存").wait_for()


def test_text_is_typed_corrected_and_kept(draft, site, browser):
    with signed_in(browser, site, "xietiaoban") as page:
        first = open_editor(page, draft)
        first.click(position={"x": 4, "y": 8})
        page.keyboard.press("Home")
        page.keyboard.type(FAULT)
        page.keyboard.press("Enter")
        page.get_by_role("button", name="重新校核").click()
        page.get_by_role("button", name="改为 38.6").click()
        assert first.inner_text() == FAULT.replace("38.9", "38.6")
        page.keyboard.press("Control+s")
        saved(page)
        page.reload()
        assert page.locator("[data-block=paragraph]").first.inner_text() == FAULT.replace("38.9", "38.6")


def test_a_number_is_written_over_with_a_reason_and_undone(draft, site, browser):
    with signed_in(browser, site, "xietiaoban") as page:
        open_editor(page, draft)
        figure = page.locator("[data-figure]").first
        was = figure.inner_text()
        figure.click()
        page.fill("#override-text", "999项")
        page.get_by_role("button", name="确定").click()
        page.get_by_text("改写数字要写明理由。").wait_for()
        page.fill("#override-reason", "按会议口径")
        page.get_by_role("button", name="确定").click()
        assert figure.inner_text() == "999项" and "warn" in figure.get_attribute("class")
        figure.click()
        page.get_by_role("button", name="恢复原数").click()
        assert page.locator("[data-figure]").first.inner_text() == was
        saved(page)


def test_the_second_editor_sees_the_firsts_changes_and_loses_nothing(draft, site, browser):
    with signed_in(browser, site, "xietiaoban") as one, signed_in(browser, site, "xietiaoban") as two:
        for page, words in ((one, "甲写的话。"), (two, "乙写的话。")):
            open_editor(page, draft).click(position={"x": 4, "y": 8})
            page.keyboard.press("Home")
            page.keyboard.type(words)
        one.keyboard.press("Control+s")
        saved(one)
        two.keyboard.press("Control+s")
        two.get_by_text("他人在您编辑时保存了新版本").wait_for()
        two.problems.clear()  # the console notes the refusal's status
        assert "乙写的话。" in two.locator("[data-block=paragraph]").first.inner_text()
        two.get_by_role("button", name="以我的为准保存").click()
        saved(two)
        two.goto(f"{draft}versions/")
        assert two.locator("ins", has_text="乙").count() and two.locator("del", has_text="甲").count()


def test_unsaved_text_survives_a_closed_page(draft, site, browser):
    with signed_in(browser, site, "xietiaoban") as page:
        open_editor(page, draft).click(position={"x": 4, "y": 8})
        page.keyboard.press("Home")
        page.keyboard.type("没有保存的话。")
        page.wait_for_timeout(600)
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(f"{site.url}/reports/")
        open_editor(page, draft)
        page.get_by_role("button", name="恢复").click()
        assert "没有保存的话。" in page.locator("[data-block=paragraph]").first.inner_text()
        page.get_by_role("button", name="保存", exact=True).click()
        saved(page)
