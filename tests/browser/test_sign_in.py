"""The sign-in page in a real browser, served by the program as users start it."""

import pytest

from tests.browser_page import open_page

pytestmark = pytest.mark.browser


def test_sign_in_page_stands_alone_and_fits_desktop_and_phone(site, page, phone_page):
    for opened in (page, phone_page):
        opened.goto(f"{site.url}/login/")
        assert opened.locator("input[name=username]").is_visible()
        assert opened.locator("input[name=password]").is_visible()
        width = opened.viewport_size["width"]
        assert opened.evaluate("document.documentElement.scrollWidth") <= width
        assert all(url.startswith(site.url) for url in opened.requests)


def test_wrong_password_is_refused_in_words(site, page):
    page.goto(f"{site.url}/login/")
    page.fill("input[name=username]", "nobody-of-this-name")
    page.fill("input[name=password]", "Wrong-password-1")
    page.click("button[type=submit]")
    assert page.locator("[role=alert]").inner_text().strip()
    assert "/login/" in page.url


def test_every_demonstration_account_signs_in(site, browser):
    assert len(site.accounts) >= 8
    for username, password in site.accounts.items():
        with open_page(browser) as page:
            page.goto(f"{site.url}/login/")
            page.fill("input[name=username]", username)
            page.fill("input[name=password]", password)
            page.click("button[type=submit]")
            page.wait_for_load_state()
            assert "/login/" not in page.url, username
