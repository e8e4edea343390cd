"""A county's month of money in a real browser: typed, pasted, asked about, refused at the cell, handed in at once."""

import json
from contextlib import contextmanager
from itertools import count

import pytest
from playwright.sync_api import expect

from tests.browser_page import open_page

pytestmark = pytest.mark.browser

PASSWORD = "Month-of-2023-12!"
_numbers = count(1)
MAKE = """
import datetime
from decimal import Decimal
from tests import make
from tests.projects.make import make_county, make_fund, make_project
from projects.models import Project
county = make_county("月报{n}县", code="F{n:05d}")
make.make_user("county_reporter", county, username="month{n}", password="{password}")
make.make_user("reviewer", county, username="monthreview{n}")
for number in range(1, 7):
    project = make_project(
        county, code="M{n}-%d" % number, name="月报{n}项目%d" % number,
        stages=[("signed", datetime.date(2023, 3, 1)), ("started", datetime.date(2023, 5, 1))],
    )
    make_fund(project, "100", "2023-11", voucher_number="M{n}-%d" % number)
Project.objects.filter(code="M{n}-6").update(total_investment=Decimal(3000000))
"""
READ = """
import json
from projects.models import FundEntry, MonthLine
own = dict(project__county__code="F{n:05d}", month="2023-12")
own = FundEntry.objects.filter(**own), MonthLine.objects.filter(**own)
rows = list(own[0].order_by("project__code").values_list("project__code", "amount", "voucher_number", "state"))
lines = list(own[1].order_by("project__code").values_list("project__code", "amount", "stated_on"))
print(json.dumps({{"entries": rows, "lines": lines}}, default=str))
"""


class County:
    """A county of its own on the site, with six signed projects and a reporter."""

    def __init__(self, site):
        self.site, self.number = site, next(_numbers)
        self.shell(MAKE.format(n=self.number, password=PASSWORD))

    def shell(self, code):
        done = self.site.command("manage.py", "shell", "-c", code)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip().splitlines()[-1:]

    def stored(self):
        return json.loads(self.shell(READ.format(n=self.number))[0])

    @contextmanager
    def grid(self, browser, **size):
        with open_page(browser, **size) as page:
            page.goto(f"{self.site.url}/login/?next=/projects/month/funds/")
            page.fill("input[name=username]", f"month{self.number}")
            page.fill("input[name=password]", PASSWORD)
            page.click("button[type=submit]")
            page.wait_for_selector("#grid.live")
            yield page


def row(page, number):
    return page.locator("tr.grow").nth(number - 1)


def cell(page, number, column):
    return row(page, number).locator(f"[data-col={column}]")


def state(page, number):
    return row(page, number).locator("[data-shown]")


def paste(page, number, column, text):
    cell(page, number, column).focus()
    page.evaluate(
        """(text) => {
            const data = new DataTransfer();
            data.setData('text/plain', text);
            document.activeElement.dispatchEvent(
                new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        text,
    )


def attach(page, number, content):
    picture = {"name": "进账单.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + content}
    cell(page, number, "file").set_input_files(picture)
    expect(row(page, number).locator(".att [data-files]")).to_have_text("1 份")


def test_a_month_is_typed_pasted_mended_and_handed_in(site, browser):
    county = County(site)
    n = county.number
    with county.grid(browser) as page:
        keys = page.keyboard
        expect(cell(page, 1, "amount")).to_be_focused()
        keys.type("0.12亿")
        keys.press("Tab")
        keys.press("ArrowDown")
        keys.press("Tab")
        keys.type(f"HK-{n}-1")
        keys.press("Enter")
        expect(state(page, 1)).to_contain_text("已存，缺凭证")
        expect(cell(page, 1, "amount")).to_have_value("1,200")
        expect(row(page, 1).locator("[data-out]")).to_have_text("= 0.12 亿元")
        attach(page, 1, b"one%d" % n)
        expect(state(page, 1)).to_contain_text("已存")
        expect(row(page, 1).locator(".why")).to_be_empty()

        paste(page, 2, "amount", f"300\t银行进账单\tHK-{n}-2\n3亿\t设备发票\tHK-{n}-3\n0\n")
        expect(page.locator("#grid-note")).to_contain_text("已粘贴 3 行")
        expect(row(page, 3)).to_contain_text("超过签约总投资 20,000.00 万元")
        assert cell(page, 3, "amount").get_attribute("aria-invalid") == "true"
        expect(row(page, 4).locator("[data-out]")).to_have_text("无新增")
        expect(page.locator("[data-sum]")).to_have_text("1,500")
        attach(page, 2, b"two%d" % n)

        cell(page, 3, "amount").fill("500")
        keys.press("Control+s")
        attach(page, 3, b"three%d" % n)
        cell(page, 5, "amount").focus()
        keys.press("Alt+n")
        expect(cell(page, 6, "amount")).to_be_focused()
        expect(state(page, 5)).to_contain_text("已存")
        keys.type("3")
        keys.press("Control+s")
        expect(row(page, 6)).to_contain_text("请确认单位是万元")
        row(page, 6).get_by_role("button", name="核对无误，保存").click()
        expect(state(page, 6)).to_contain_text("已存，缺凭证")

        expect(page.locator("[data-sum]")).to_have_text("2,003")
        page.get_by_role("button", name="提交本月（5）").click()
        expect(page.locator("#grid-note")).to_contain_text("已提交 5 项，有金额的等待县级核实。")
        stored = county.stored()
        assert stored["entries"] == [
            [f"M{n}-1", "1200.00", f"HK-{n}-1", "claimed"],
            [f"M{n}-2", "300.00", f"HK-{n}-2", "claimed"],
            [f"M{n}-3", "500.00", f"HK-{n}-3", "claimed"],
        ]
        assert stored["lines"] == [
            [f"M{n}-4", "0.00", "2023-12-13"],
            [f"M{n}-5", "0.00", "2023-12-13"],
            [f"M{n}-6", "3.00", None],
        ]
        page.reload()
        page.wait_for_selector("#grid.live")
        expect(page.locator("#handed_in tr.shut")).to_have_count(5)
        page.problems[:] = [one for one in page.problems if "status of 400" not in one]


def test_on_a_phone_the_rest_is_reported_as_nothing_added(site, browser):
    county = County(site)
    with county.grid(browser, width=390, height=844) as page:
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        row(page, 1).get_by_role("button", name="无新增").click()
        expect(state(page, 1)).to_contain_text("已存")
        page.get_by_role("button", name="其余无新增（5）").click()
        expect(page.locator("[data-count=filled]")).to_have_text("6")
        page.get_by_role("button", name="提交本月（6）").click()
        expect(page.locator("#grid-note")).to_contain_text("已提交 6 项")
        assert {line[2] for line in county.stored()["lines"]} == {"2023-12-13"}
