"""The main job in a real browser: report, two reviews, the figures change, the bulletin is issued and downloaded."""

import json
import re
from contextlib import contextmanager

import pymupdf
import pytest

from tests.browser_page import open_page
from tests.make import PDF

pytestmark = pytest.mark.browser


@contextmanager
def signed_in(browser, site, username, **size):
    with open_page(browser, **size) as page:
        page.goto(f"{site.url}/login/")
        page.fill("input[name=username]", username)
        page.fill("input[name=password]", site.accounts[username])
        page.click("button[type=submit]")
        page.wait_for_load_state()
        yield page


def closed_on_overview(page, site):
    """Return (closed in the cards' figures, last point of the drawn closing chart)."""
    page.goto(f"{site.url}/")
    page.wait_for_selector("#plot-closing .main-svg")
    figure = json.loads(page.locator("#chart-closing script[data-chart-figure]").inner_text())
    drawn = next(trace for trace in figure["data"] if trace.get("name") == "已销号")
    in_words = re.search(r"已完成 (\d+) 项", page.locator(".brief").inner_text())
    return int(in_words.group(1)), drawn["y"][-1]


@pytest.fixture(scope="module")
def closed_task(site, browser):
    """A task of 市商务局 taken from its report to its closing by three people; the overview before and after."""
    with signed_in(browser, site, "xietiaoban") as office:
        before = closed_on_overview(office, site)
    with signed_in(browser, site, "shangwu") as reporter:
        reporter.goto(f"{site.url}/tasks/mine/")
        row = reporter.locator("#open tr[data-state=empty]", has_text="牵头").first
        title = row.locator("a.ttl").inner_text()
        row.locator("a.single").click()
        reporter.fill("[name=text]", "本项工作已全部完成，验收通过。")
        reporter.fill("[name=percent]", "130")
        reporter.select_option("[name=status]", "claimed")
        reporter.click("button[value=submit]")
        assert "应为 0—100" in reporter.locator("main").inner_text()
        assert reporter.input_value("[name=text]") == "本项工作已全部完成，验收通过。"
        reporter.problems[:] = [p for p in reporter.problems if "status of 400" not in p]  # the refusal just asked for
        reporter.fill("[name=percent]", "100")
        files = [{"name": "验收意见.pdf", "mimeType": "application/pdf", "buffer": PDF}]
        reporter.set_input_files("[name=files]", files)
        reporter.click("button[value=submit]")
        reporter.wait_for_url("**/tasks/mine/**")
        assert "已提交" in reporter.locator("main").inner_text()
    with signed_in(browser, site, "xietiaoban") as office:
        assert closed_on_overview(office, site) == before, "figures wait for the reviews"
    for username, button in (("shangwu_shenhe", "approve"), ("xietiaoban", "close")):
        with signed_in(browser, site, username) as reviewer:
            reviewer.goto(f"{site.url}/tasks/review/")
            card = reviewer.locator("section.card", has_text=title).filter(has_text="本项工作已全部完成")
            card.locator(f"button[value={button}]").click()
            reviewer.locator("[role=status]", has_text=title).wait_for()
    with signed_in(browser, site, "lingdao") as leader:
        after = closed_on_overview(leader, site)
    return {"title": title, "before": before, "after": after}


def test_closing_changes_the_figures_and_the_chart(closed_task):
    closed, drawn = closed_task["before"]
    assert closed == drawn
    assert closed_task["after"] == (closed + 1, drawn + 1)


def test_a_figure_opens_its_passport_and_gives_the_focus_back(closed_task, site, browser):
    with signed_in(browser, site, "lingdao") as page:
        page.goto(f"{site.url}/")
        mark = page.locator(".kpi .pp[data-passport*=overdue]").first  # rows lie behind it, whatever lists there are
        mark.focus()
        page.keyboard.press("Enter")
        drawer = page.locator("dialog.drawer")
        drawer.get_by_text("口径").first.wait_for()
        assert "口径" in drawer.inner_text() and "看全部" in drawer.inner_text()
        page.keyboard.press("Escape")
        drawer.wait_for(state="hidden")
        assert mark.evaluate("mark => mark === document.activeElement")


def test_the_bulletin_is_built_issued_and_downloaded(closed_task, site, browser):
    with signed_in(browser, site, "xietiaoban") as office:
        office.goto(f"{site.url}/reports/")
        office.get_by_role("link", name="生成通报").click()
        office.select_option("#period", "2023-11")
        office.get_by_role("button", name="生成草稿").click()
        office.wait_for_url(re.compile(r"/reports/\d+/$"), timeout=60000)
        assert "关于2023年11月" in office.locator("h1").inner_text()
        assert office.locator("article.bulletin figure img").count() == 3
        address = office.url
        office.get_by_role("button", name="送领导签发").click()
        office.locator(".sub b", has_text="待签发").wait_for()
        assert office.get_by_role("button", name="签发", exact=True).count() == 0
    with signed_in(browser, site, "lingdao") as leader:
        leader.goto(address)
        leader.get_by_role("button", name="签发", exact=True).click()
        leader.locator(".sub b", has_text="已印发").wait_for(timeout=60000)
        for name, start in (("PDF", b"%PDF-1.7"), ("Word", b"PK")):
            with leader.expect_download() as waiting:
                leader.get_by_role("link", name=name, exact=True).click()
            content = waiting.value.path().read_bytes()
            assert waiting.value.suggested_filename.startswith("第44期")
            assert content.startswith(start[:4] if name == "PDF" else start)
            if name == "PDF":
                text = "".join(page.get_text() for page in pymupdf.open(stream=content, filetype="pdf"))
                assert "德京津冀办通〔2023〕44号" in text.replace("\n", "")


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize(
    "path",
    ["/", "/tasks/", "/tasks/review/", "/tasks/import/", "/projects/", "/projects/funds/", "/indicators/", "/reports/",
     "/reports/news/", "/reports/passport/funds.in_place/", "/reports/new/", "/reports/batches/",
     "/reports/arrangements/monthly-city/", "/reports/restatements/", "/reports/proofread/", "/projects/overview/",
     "/projects/board/", "/projects/funnel/", "/projects/verify/", "/projects/health/", "/projects/service/",
     "/projects/platforms/", "/projects/memoranda/", "/projects/events/", "/projects/counties/371425/",
     "/indicators/wall/", "/indicators/peers/", "/indicators/compare/", "/indicators/assessment/",
     "/indicators/assessment/counties/", "/indicators/assessment/scorecards/counties/"],
)  # fmt: skip
def test_pages_ask_no_other_host_and_fit_the_screen(site, browser, width, path):
    with signed_in(browser, site, "xietiaoban", width=width) as page:
        page.goto(f"{site.url}{path}")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert all(url.startswith((site.url, "data:")) for url in page.requests)
