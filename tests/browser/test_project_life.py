"""One project's life by three roles in a real browser, from the lead to a reversed entry of its funds.

County reporter: lead → talks → signing → funds claimed. County reviewer: gate, county verification. Office: city
verification. Then the reporter takes the verified entry back, and both verify the reversal.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_main_job import signed_in

pytestmark = pytest.mark.browser

NAME = "恒崚轨道减振器研制项目"
PNG = b"\x89PNG\r\n\x1a\n" + b"voucher of the browser test"


def open_project(page, site):
    page.goto(f"{site.url}/projects/?q={NAME}")
    page.locator("a.ttl", has_text=NAME).first.click()
    expect(page.locator("h1")).to_have_text(NAME)


def log_stage(page, word, **fields):
    """Open the stage's form, fill it in and send it."""
    box = page.locator("#stage details", has=page.locator("summary", has_text=word))
    box.locator("summary").click()
    for name, value in fields.items():
        box.locator(f"[name={name}]").fill(value)
    box.get_by_role("button", name=word).click()


def verify_entry(page, site, amount):
    """Verify the waiting entry of the project and this amount, wherever in the queue it stands."""
    card = page.locator("[data-queue-card]", has_text=NAME).filter(has_text=amount)
    for number in range(1, 9):
        page.goto(f"{site.url}/projects/verify/?kind=funds&page={number}")
        if card.count():
            break
    card.get_by_role("button", name="核实", exact=True).click()
    expect(page.locator("main")).to_contain_text(re.compile("已核实|已由"))


def in_place(page):
    return page.locator(".facts div", has_text="到位资金（市级核实）")


def test_a_project_from_its_lead_to_a_reversed_entry(site, browser):
    with signed_in(browser, site, "qihe") as reporter:
        reporter.goto(f"{site.url}/projects/new/")
        reporter.locator("[name=name]").press_sequentially("德昱预制菜中央厨房建设项目")
        expect(reporter.locator("#similar")).to_contain_text("可能已经录入过")
        reporter.fill("[name=name]", NAME)
        expect(reporter.locator("#similar")).not_to_contain_text("可能已经录入过")
        reporter.fill("[name=investor]", "北京恒崚减振技术有限公司")
        reporter.select_option("[name=origin]", "北京市/丰台区")
        reporter.locator("[name=total]").press_sequentially("1.2亿")
        expect(reporter.locator("#total-said")).to_contain_text("12,000.00 万元 = 1.2 亿元")
        reporter.fill("[name=stage_on]", "2023-11-20")
        reporter.get_by_role("button", name="录入项目").click()
        expect(reporter.locator("main")).to_contain_text("已录入，编号 2023-")
        log_stage(reporter, "登记在谈", on="2023-11-28")
        expect(reporter.locator(".path [aria-current]")).to_contain_text("在谈")
        log_stage(reporter, "登记签约", on="2023-12-05", contract_on="2023-12-05")
        expect(reporter.locator("#stage")).to_contain_text("签约前请先完成准入审查")
        expect(reporter.locator("#stage [name=contract_on]")).to_have_value("2023-12-05")
        reporter.problems.clear()  # the refusal's status 400
    with signed_in(browser, site, "qihe_shenhe") as reviewer:
        open_project(reviewer, site)
        reviewer.locator("#admission summary").click()
        for question in ("policy_fits", "environment_fits", "returns_fit"):
            reviewer.check(f"#admission [name={question}][value=yes]")
        reviewer.get_by_role("button", name="保存审查结论").click()
        expect(reviewer.locator("#admission .tag.g")).to_have_text("通过")
    with signed_in(browser, site, "qihe") as reporter:
        open_project(reporter, site)
        log_stage(reporter, "登记签约", on="2023-12-05", contract_on="2023-12-05")
        expect(reporter.locator(".path [aria-current]")).to_contain_text("签约")
        reporter.get_by_role("link", name="申报到位资金").click()
        reporter.fill("[name=amount]", "3456")
        reporter.fill("[name=month]", "2023-12")
        reporter.select_option("[name=voucher_kind]", "银行进账单")
        reporter.fill("[name=voucher_number]", "HL20231208")
        voucher = {"name": "进账单.png", "mimeType": "image/png", "buffer": PNG}
        reporter.set_input_files("[name=voucher_file]", [voucher])
        reporter.get_by_role("button", name="申报", exact=True).click()
        expect(reporter.locator("#funds")).to_contain_text("3,456.00")
        expect(in_place(reporter)).to_contain_text("–")
    for account in ("qihe_shenhe", "xietiaoban"):
        with signed_in(browser, site, account) as verifier:
            verify_entry(verifier, site, "3,456.00")
    with signed_in(browser, site, "qihe") as reporter:
        open_project(reporter, site)
        expect(in_place(reporter)).to_contain_text("3,456.00")
        reporter.locator("#funds").get_by_role("link", name="冲销").click()
        reporter.fill("[name=reason]", "进账单金额录错")
        reporter.get_by_role("button", name="申报冲销").click()
        expect(reporter.locator("#funds")).to_contain_text("-3,456.00")
        expect(in_place(reporter)).to_contain_text("3,456.00")
    for account in ("qihe_shenhe", "xietiaoban"):
        with signed_in(browser, site, account) as verifier:
            verify_entry(verifier, site, "-3,456.00")
    with signed_in(browser, site, "lingdao") as leader:
        open_project(leader, site)
        expect(in_place(leader)).to_contain_text("0.00 万元")
        expect(leader.locator(".tl")).to_contain_text("准入审查通过")
        expect(leader.locator(".tl")).to_contain_text("冲销到位资金 -3,456.00 万元")
        expect(leader.locator("#stage")).to_have_count(0)
