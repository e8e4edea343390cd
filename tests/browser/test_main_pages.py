"""The office walks the main pages in a real browser: all answer 200, nothing breaks, no other host is asked."""

from urllib.parse import urlsplit

import pytest
from django.urls import resolve, reverse
from playwright.sync_api import expect

from tests.browser.test_main_job import signed_in

pytestmark = pytest.mark.browser

LISTS = [
    "home",
    "accounts:own_security",
    "tasklists:list",
    "tasklists:board",
    "tasklists:timeline",
    "tasklists:matrix",
    "tasklists:review",
    "tasklists:slips",
    "tasklists:instructions",
    "tasklists:periods",
    "projects:overview",
    "projects:list",
    "projects:events",
    "projects:platforms",
    "projects:memoranda",
    "projects:money_months",
    "projects:verify",
    "projects:health",
    "projects:cases",
    "projects:board",
    "projects:funnel",
    "indicators:list",
    "indicators:wall",
    "indicators:compare",
    "indicators:peers",
    "indicators:published",
    "indicators:assessment",
    "reports:list",
    "reports:news",
    "reports:proofread",
    "reports:new",
]
# One page of each, opened by the first link to it on the pages above.
DETAILS = [
    "tasklists:detail",
    "tasklists:slip",
    "projects:detail",
    "projects:county",
    "projects:finding",
    "projects:event",
    "projects:case",
    "indicators:detail",
    "reports:detail",
]
LINKS = "links => links.map(link => link.getAttribute('href'))"


def test_the_main_pages_meet_no_error_and_ask_no_other_host(site, browser):
    with signed_in(browser, site, "xietiaoban") as page:
        found = {}
        for name in LISTS:
            walk_to(page, site, reverse(name))
            for address in page.eval_on_selector_all("main a[href^='/']", LINKS):
                found.setdefault(resolve(urlsplit(address).path).view_name, address)
        for name in DETAILS:
            assert name in found, f"no link to {name}"
            walk_to(page, site, found[name])
        assert sum("/static/" in address for address in page.requests) > 10


def walk_to(page, site, address):
    """Open the page and wait until its charts are drawn; AssertionError with what went wrong on it."""
    assert page.goto(site.url + address).status == 200, address
    expect(page.locator("[data-chart]:not(.drawn)")).to_have_count(0, timeout=15_000)
    assert not page.locator("[data-chart].failed").count(), address
    assert not page.problems, f"{address}\n" + "\n".join(page.problems)
