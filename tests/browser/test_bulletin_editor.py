"""The bulletin editor in a real browser: typing, the proofreader's correction, a figure written over, two editors."""

import re

import pytest

from tests.browser.test_main_job import signed_in
from tests.photos import picture

pytestmark = pytest.mark.browser

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
        page.fill("#override-text", "999")
        page.get_by_role("button", name="改写", exact=True).click()
        page.get_by_text("改写数字要写明理由。").wait_for()
        page.fill("#override-reason", "按会议口径")
        page.get_by_role("button", name="改写", exact=True).click()
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


SHEET = "县\t项目（个）\n齐河县\t12\n禹城市\t8\n合计\t21"


def test_a_table_pasted_from_a_sheet_is_proofread_and_kept(draft, site, browser):
    with signed_in(browser, site, "xietiaoban") as page:
        open_editor(page, draft).click(position={"x": 4, "y": 8})
        page.get_by_role("button", name="表", exact=True).click()
        page.fill("#table-paste", SHEET)
        page.get_by_role("button", name="插入", exact=True).click()
        page.keyboard.type("两县项目")
        page.get_by_role("button", name="重新校核").click()
        page.get_by_role("button", name="改为 20").click()
        table = page.locator("[data-block=table]")
        assert table.locator("tbody tr").last.inner_text().split() == ["合计", "20"]
        table.locator("td").first.click()
        page.keyboard.press("Tab")
        page.keyboard.press("End")
        page.keyboard.type("0")
        page.get_by_role("button", name="加列").click()
        page.keyboard.press("Control+s")
        saved(page)
        page.reload()
        assert page.locator("[data-block=table] td").nth(1).inner_text() == "120"
        assert page.locator("[data-block=table] th").count() == 3


def test_a_photo_and_a_figure_are_put_in_and_shown(draft, site, browser, tmp_path):
    photo = tmp_path / "现场.jpg"
    photo.write_bytes(picture(900, 700))
    with signed_in(browser, site, "xietiaoban") as page:
        first = open_editor(page, draft)
        first.click(position={"x": 4, "y": 8})
        page.keyboard.press("Home")
        page.get_by_role("button", name="数字", exact=True).click()
        page.fill("#figure-q", "齐河 到位资金")
        page.keyboard.press("Enter")  # at once: not the first of the list that stood there before
        page.locator("dialog[data-figures]").wait_for(state="hidden")
        chip = first.locator("[data-figure]").first
        assert chip.get_attribute("data-figure") == "funds.in_place?county=371425"
        page.get_by_role("button", name="照片", exact=True).click()
        page.set_input_files("#photo-file", photo)
        page.get_by_role("button", name="插入", exact=True).click()
        page.get_by_text("请写照片说明：何时、何地、何事。").wait_for()
        page.fill("#photo-caption", "12月1日，签约现场")
        page.get_by_role("button", name="插入", exact=True).click()
        page.locator("[data-block=photo] img").wait_for()
        page.keyboard.press("Control+s")
        saved(page)
        page.goto(draft)
        shown = page.get_by_role("img", name="12月1日，签约现场")
        shown.scroll_into_view_if_needed()
        assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 900
