"""One month's round by four roles in a real browser, from the plan's text to the answered slip.

Import → assign → acknowledge → grid entry → organisation review → return → resubmit → approve → office
approval → claim → close → slip → answer.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_main_job import signed_in
from tests.make import PDF

pytestmark = pytest.mark.browser

PLAN = """2023年岁末重点事项安排

一、商贸往来

（一）展销对接

1. 组织商贸企业赴北京参加岁末展销活动，2024年3月底前完成。（责任单位：市商务局）

2. 编制直采企业名录，2024年2月底前完成。（责任单位：市商务局）
"""


def grid_row(page, title):
    return page.locator("tr.grow", has_text=title)


def fill_row(page, title, *, text, percent, status=None):
    row = grid_row(page, title)
    row.locator("[data-col=text]").fill(text)
    row.locator("[data-col=percent]").fill(percent)
    if status:
        row.locator("[data-col=status]").select_option(status)
    row.locator("[data-col=percent]").press("Control+s")
    expect(row.locator("[data-shown]")).to_contain_text(re.compile("已存|已改"))


def hand_in(page):
    page.locator("[data-hand-in]").click()
    expect(page.locator("#grid-note")).to_contain_text("已提交")


def review(page, site, title, decision, reason=None):
    """Decide on the waiting report that belongs to the task."""
    card = page.locator("section.card", has=page.locator("h2", has_text=title)).first
    for number in range(1, 5):
        page.goto(f"{site.url}/tasks/review/?page={number}")
        if card.count():
            break
    if reason:
        card.locator("summary").click()
        card.locator("[name=reason]").fill(reason)
    card.locator(f"button[value={decision}]").click()
    expect(page.locator("[role=status]", has_text=title)).to_be_visible()


def test_a_months_round_from_the_plan_to_the_answered_slip(site, browser):
    first, second = "组织商贸企业赴北京参加岁末展销活动", "编制直采企业名录"
    with signed_in(browser, site, "xietiaoban") as office:
        office.goto(f"{site.url}/tasks/import/")
        office.fill("[name=text]", PLAN)
        office.get_by_role("button", name="预览").click()
        expect(office.locator(".counts")).to_contain_text("2")
        if office.locator("[name=confirmed]").count():
            office.check("[name=confirmed]")
        office.get_by_role("button", name="建立清单草稿").click()
        office.wait_for_url(re.compile(r"/tasks/lists/"))
        office.get_by_role("button", name="交办这份清单").click()
        expect(office.locator("main")).to_contain_text("执行中")
    with signed_in(browser, site, "shangwu") as reporter:
        reporter.goto(f"{site.url}/tasks/?q={first[:8]}")
        reporter.locator("a.ttl", has_text=first[:8]).first.click()
        reporter.get_by_role("button", name="签收").click()
        expect(reporter.locator(".tl")).to_contain_text("签收")
        reporter.goto(f"{site.url}/tasks/mine/")
        reporter.wait_for_selector("#grid.live")
        fill_row(reporter, first[:8], text="已报名12家企业", percent="10")
        fill_row(reporter, second[:8], text="名录已编制完成", percent="100", status="claimed")
        files = [{"name": "名录.pdf", "mimeType": "application/pdf", "buffer": PDF}]
        grid_row(reporter, second[:8]).locator("input[data-col=file]").set_input_files(files)
        expect(grid_row(reporter, second[:8]).locator("[data-files]").first).to_contain_text("1")
        hand_in(reporter)
    with signed_in(browser, site, "shangwu_shenhe") as reviewer:
        review(reviewer, site, first[:8], "return", "请写明企业名称")
        review(reviewer, site, second[:8], "approve")
    with signed_in(browser, site, "shangwu") as reporter:
        reporter.goto(f"{site.url}/tasks/mine/")
        reporter.wait_for_selector("#grid.live")
        expect(grid_row(reporter, first[:8])).to_contain_text("请写明企业名称")
        fill_row(reporter, first[:8], text="已报名12家企业，名单附后", percent="15")
        hand_in(reporter)
    with signed_in(browser, site, "shangwu_shenhe") as reviewer:
        review(reviewer, site, first[:8], "approve")
    with signed_in(browser, site, "xietiaoban") as office:
        review(office, site, first[:8], "approve")
        review(office, site, second[:8], "close")
        office.goto(f"{site.url}/tasks/?q={second[:8]}")
        expect(office.locator("table.tbl")).to_contain_text("已销号")
        office.goto(f"{site.url}/tasks/slips/?state=proposed&q=市商务局")
        address = office.locator("table.tbl a[href*='/tasks/slips/']").first.get_attribute("href")
        office.goto(f"{site.url}{address}")
        office.get_by_role("button", name="确认发出").click()
        expect(office.locator("main")).to_contain_text("字")
    with signed_in(browser, site, "shangwu") as reporter:
        reporter.goto(f"{site.url}/inbox/")
        expect(reporter.locator("main")).to_contain_text("督办单")
        reporter.goto(f"{site.url}{address}")
        reporter.get_by_role("button", name="签收").click()
        reporter.fill("#answer", "已倒排工期，12月25日前完成。")
        reporter.get_by_role("button", name="提交答复").click()
        expect(reporter.locator("main")).to_contain_text("已答复")
    with signed_in(browser, site, "lingdao") as leader:
        leader.goto(f"{site.url}{address}")
        expect(leader.locator("main")).to_contain_text("12月25日前完成")
    with signed_in(browser, site, "qihe") as other:
        answer = other.goto(f"{site.url}{address}")
        assert answer.status == 404
        other.problems[:] = [problem for problem in other.problems if "status of 404" not in problem]
