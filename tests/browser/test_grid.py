"""The month grid in a real browser: a month filled in without the mouse, pasted, contested, offline, on a phone."""

import json
from contextlib import contextmanager
from itertools import count

import pytest
from playwright.sync_api import expect

from tests.browser_page import open_page
from tests.make import PDF

pytestmark = pytest.mark.browser

PASSWORD = "Grid-of-2023-12!"
_numbers = count(1)
MAKE = """
import datetime, json
from tests import make
organisation = make.make_organisation("市填报{n}局", code="G{n:05d}")
make.make_user("dept_reporter", organisation, username="grid{n}", password="{password}")
make.make_user("reviewer", organisation, username="gridreview{n}")
name = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳"[{n}] + "类填报清单"  # told apart in the bulletin's text
tasks = make.make_list("grid-{n}", title=name, short=name)
for number in range(1, {rows} + 1):
    item = make.make_item(tasks, lead=organisation, title="第%d项" % number, code=str(number), order=number)
    make.make_report(item.assignments.get(), "2023-11", percent=number, text="上期第%d项" % number)
"""
READ = """
import json
from tasklists.models import ProgressReport
rows = ProgressReport.objects.filter(assignment__organisation__code="G{n:05d}", period="2023-12")
columns = ("text", "percent", "status", "difficulty", "state")
print(json.dumps(list(rows.order_by("assignment__item__order").values_list(*columns))))
"""


class Office:
    """An organisation of its own on the site, with tasks to report and a reporter."""

    def __init__(self, site, rows):
        self.site, self.number = site, next(_numbers)
        self.username = f"grid{self.number}"
        self.shell(MAKE.format(n=self.number, rows=rows, password=PASSWORD))

    def shell(self, code):
        done = self.site.command("manage.py", "shell", "-c", code)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip().splitlines()[-1:]

    def saved(self):
        """Return (text, percent, status, difficulty, state) of the month's reports, in the tasks' order."""
        return json.loads(self.shell(READ.format(n=self.number))[0])

    def sign_in(self, page):
        page.fill("input[name=username]", self.username)
        page.fill("input[name=password]", PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_load_state()

    @contextmanager
    def grid(self, browser, **size):
        with open_page(browser, **size) as page:
            page.goto(f"{self.site.url}/login/?next=/tasks/mine/")
            self.sign_in(page)
            page.wait_for_selector("#grid.live")
            yield page


def cell(page, row, column):
    return page.locator("tr.grow").nth(row - 1).locator(f"[data-col={column}]")


def state(page, row):
    return page.locator("tr.grow").nth(row - 1).locator("[data-shown]")


def expected_trouble(page, *words):
    """Take the console's notes of refusals that the test has provoked off the list."""
    page.problems[:] = [problem for problem in page.problems if not any(word in problem for word in words)]


def test_thirty_rows_are_filled_and_handed_in_without_the_mouse(site, browser):
    office = Office(site, 30)
    with office.grid(browser) as page:
        keys = page.keyboard
        expect(cell(page, 1, "text")).to_be_focused()
        for number in range(1, 31):
            keys.type(f"第{number}项按计划推进")
            keys.press("Tab")
            keys.type(str(number + 1))
            if number == 2:
                keys.press("Tab")
                keys.press("ArrowDown")
                keys.press("Tab")
                keys.type("需要协调")
                keys.press("Shift+Tab")
                keys.press("Shift+Tab")
            keys.press("Enter")
            if number < 30:
                keys.press("Shift+Tab")
        keys.press("Control+s")
        expect(page.locator("[data-count=filled]")).to_have_text("30")
        saved = office.saved()
        assert [row[0] for row in saved] == [f"第{number}项按计划推进" for number in range(1, 31)]
        assert [row[1] for row in saved] == list(range(2, 32))
        assert saved[1][2:4] == ["claimed", "需要协调"]
        page.locator("[data-hand-in]").focus()
        keys.press("Enter")
        note = page.locator("#grid-note")
        expect(note).to_contain_text("已提交 29 项；1 项未提交")
        expect(page.locator("tr.grow").nth(1)).to_contain_text("申请办结时，完成百分比应为 100。")
        assert [row[4] for row in office.saved()].count("submitted") == 29
        expected_trouble(page, "status of 400")


def test_unchanged_rows_are_confirmed_with_one_key_each_or_all_at_once(site, browser):
    office = Office(site, 5)
    with office.grid(browser) as page:
        page.keyboard.press("Alt+n")
        page.keyboard.press("Alt+n")
        expect(state(page, 2)).to_contain_text("已存")
        expect(cell(page, 3, "text")).to_be_focused()
        page.get_by_role("button", name="全部无变化（3）").click()
        expect(page.locator("[data-count=filled]")).to_have_text("5")
        assert [row[:2] for row in office.saved()] == [[f"上期第{n}项", n] for n in range(1, 6)]


def test_wrong_percent_is_told_in_its_row_and_the_cursor_finds_it(site, browser):
    office = Office(site, 3)
    with office.grid(browser) as page:
        page.keyboard.type("累计27家")
        page.keyboard.press("Tab")
        page.keyboard.type("130")
        page.keyboard.press("Enter")
        expect(state(page, 1)).to_contain_text("未保存")
        row = page.locator("tr.grow").first
        expect(row).to_contain_text("完成百分比应为 0—100，现填 130，未保存。")
        assert cell(page, 1, "percent").get_attribute("aria-invalid") == "true"
        assert cell(page, 1, "text").input_value() == "累计27家" and office.saved() == []
        cell(page, 3, "text").focus()
        page.keyboard.press("Alt+j")
        expect(cell(page, 1, "percent")).to_be_focused()
        page.keyboard.type("90")
        page.keyboard.press("Control+s")
        expect(state(page, 1)).to_contain_text("已存")
        page.keyboard.press("Control+/")
        expect(page.get_by_role("dialog")).to_contain_text("粘贴一列")
        page.keyboard.press("Escape")


def paste(page, text):
    """Put ``text`` on the clipboard, as a sheet program does, and press the key."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+v")


def test_column_and_rectangle_pasted_from_a_sheet_spread_over_the_rows(site, browser):
    office = Office(site, 6)
    with office.grid(browser) as page:
        cell(page, 1, "text").focus()
        paste(page, '甲\n"第一行\n第二行 ""引号"""\n丙\n')
        expect(cell(page, 2, "text")).to_have_value('第一行\n第二行 "引号"')
        expect(state(page, 2)).to_contain_text("正在填")
        cell(page, 1, "percent").focus()
        paste(page, "10%\n20\n30.0\n")
        expect(page.locator("[data-count=filled]")).to_have_text("3")
        cell(page, 4, "text").focus()
        paste(page, "丁\t40\t正在推进\t资金\n戊\t50\t完不成\t\n己\t130\t未启动\t\n庚\t70\t\t\n")
        expect(page.locator("#grid-note")).to_contain_text("已粘贴 3 行；多出的 1 行没有地方放")
        expect(page.locator("tr.grow").nth(4)).to_contain_text("状态“完不成”不在可选项中")
        expect(state(page, 6)).to_contain_text("未保存")
        saved = office.saved()
        assert [row[:2] for row in saved] == [
            ["甲", 10],
            ['第一行\n第二行 "引号"', 20],
            ["丙", 30],
            ["丁", 40],
            ["戊", 50],
        ]
        assert saved[3][2:4] == ["under_way", "资金"]


def test_row_that_a_colleague_changed_shows_both_and_keeps_what_was_typed(site, browser):
    office = Office(site, 3)
    with office.grid(browser) as mine, office.grid(browser) as theirs:
        theirs.keyboard.type("同事写的")
        theirs.keyboard.press("Tab")
        theirs.keyboard.type("70")
        theirs.keyboard.press("Enter")
        expect(state(theirs, 1)).to_contain_text("已存")
        mine.keyboard.type("我写的")
        mine.keyboard.press("Tab")
        mine.keyboard.type("80")
        mine.keyboard.press("Enter")
        expect(state(mine, 1)).to_contain_text("别人刚改过")
        clash = mine.locator("tr.grow").first.locator(".conflict")
        expect(clash.locator("> div").first).to_contain_text("我写的")
        expect(clash.locator("> div").last).to_contain_text("同事写的")
        assert office.saved()[0][:2] == ["同事写的", 70]
        mine.get_by_role("button", name="保存我填的").click()
        expect(state(mine, 1)).to_contain_text("已存")
        assert office.saved()[0][:2] == ["我写的", 80]
        expected_trouble(mine, "status of 409")


def test_what_is_typed_offline_is_kept_and_saved_when_the_line_is_back(site, browser):
    office = Office(site, 3)
    with office.grid(browser) as page:
        page.context.set_offline(True)
        page.keyboard.type("断网时写的")
        page.keyboard.press("Tab")
        page.keyboard.type("55")
        page.keyboard.press("Enter")
        expect(state(page, 1)).to_contain_text("断网")
        assert cell(page, 1, "text").input_value() == "断网时写的"
        page.context.set_offline(False)
        expect(state(page, 1)).to_contain_text("已存")
        assert office.saved()[0][:2] == ["断网时写的", 55]
        expected_trouble(page, "ERR_INTERNET_DISCONNECTED")


def test_what_is_typed_outlives_the_session(site, browser):
    office = Office(site, 3)
    with office.grid(browser) as page:
        page.context.clear_cookies(name="sessionid")
        page.keyboard.type("过期后写的")
        page.keyboard.press("Tab")
        page.keyboard.type("65")
        page.keyboard.press("Enter")
        expect(page.locator("#grid-note")).to_contain_text("登录已过期")
        assert office.saved() == []
        page.get_by_role("link", name="重新登录").click()
        office.sign_in(page)
        expect(page.locator("#grid-note")).to_contain_text("已找回 1 行")
        expect(state(page, 1)).to_contain_text("已存")
        assert office.saved()[0][:2] == ["过期后写的", 65]


def test_on_a_phone_the_rows_are_cards_with_their_buttons(site, browser):
    office = Office(site, 4)
    with office.grid(browser, width=390, height=844) as page:
        card = page.locator("tr.grow").first
        card.get_by_role("button", name="无变化").click()
        expect(state(page, 1)).to_contain_text("已存")
        camera = card.locator("input[capture]")
        assert camera.get_attribute("capture") == "environment"
        png = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
        camera.set_input_files([{"name": "现场.png", "mimeType": "image/png", "buffer": png}])
        expect(card.locator(".acts2 [data-files]")).to_have_text("佐证 1")
        page.reload()
        page.wait_for_selector("#grid.live")
        tops = [page.locator("tr.grow").nth(n).bounding_box()["y"] for n in range(4)]
        assert tops[0] == max(tops), "the finished card stands behind the unfinished ones"
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        for box in page.locator("tr.grow .cell:visible").evaluate_all("all => all.map(one => one.offsetHeight)"):
            assert box >= 40


def test_files_are_added_from_the_row_and_a_refused_one_is_named(site, browser):
    office = Office(site, 2)
    with office.grid(browser) as page:
        page.keyboard.press("Alt+n")
        files = cell(page, 1, "file")
        files.set_input_files([{"name": "验收.pdf", "mimeType": "application/pdf", "buffer": PDF}])
        row = page.locator("tr.grow").first
        expect(row.locator("label.att [data-files]")).to_have_text("1 份")
        files.set_input_files([{"name": "坏.pdf", "mimeType": "application/pdf", "buffer": b"text"}])
        expect(row).to_contain_text("“坏.pdf”未上传")
        expected_trouble(page, "status of 400")


def test_without_scripts_each_row_leads_to_its_form(site, browser):
    office = Office(site, 2)
    context = browser.new_context(java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(f"{site.url}/login/?next=/tasks/mine/")
        office.sign_in(page)
        expect(cell(page, 1, "text")).to_be_disabled()
        page.locator("tr.grow a.single").first.click()
        page.fill("[name=text]", "不用脚本写的")
        page.fill("[name=percent]", "40")
        page.click("button[value=save]")
        assert office.saved()[0][:2] == ["不用脚本写的", 40]
    finally:
        context.close()
