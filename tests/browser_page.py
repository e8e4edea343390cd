"""A Chromium page that notes what it asks for and what goes wrong, and reports it at the end."""

import os
from contextlib import contextmanager
from urllib.parse import urlsplit

# Names resolve to nothing but this machine, and Chromium's own errands are off.
ARGUMENTS = [
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
LOCAL = {"127.0.0.1", "localhost", None}  # None: data: and blob:, which ask no host
REPORT_VIOLATIONS = """
document.addEventListener('securitypolicyviolation', event =>
  console.error('CSP ' + event.effectiveDirective + ' ' + event.blockedURI + ' ' + event.sourceFile));
"""


@contextmanager
def start_browser(path):
    """A running headless Chromium (playwright's Browser); as root it must run without its sandbox."""
    from playwright.sync_api import sync_playwright

    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=ARGUMENTS + sandbox)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def open_page(browser, width=1440, height=900):
    """A page in a context of its own; AssertionError at the end when something went wrong on it.

    ``page.requests`` are the URLs asked, ``page.problems`` the foreign requests, console errors,
    script errors and CSP violations so far. A test that provokes one of these removes it from the list.
    """
    context = browser.new_context(
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        viewport={"width": width, "height": height},
        accept_downloads=True,
    )
    context.set_default_timeout(15_000)
    context.add_init_script(REPORT_VIOLATIONS)
    page = context.new_page()
    page.requests, page.problems = [], []

    def note_request(request):
        page.requests.append(request.url)
        if urlsplit(request.url).hostname not in LOCAL:
            page.problems.append(f"asked another host: {request.url}")

    def note_console(message):
        if message.type == "error":
            page.problems.append(f"console: {message.text} ({message.location.get('url', '')})")

    context.on("request", note_request)
    page.on("console", note_console)
    page.on("pageerror", lambda error: page.problems.append(f"script error: {error}"))
    try:
        yield page
        assert not page.problems, "\n".join(page.problems)
    finally:
        context.close()
