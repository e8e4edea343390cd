"""Fixtures that every test folder may use: real servers, the running program, a real browser."""

import os
from contextlib import contextmanager
from importlib import import_module

import pytest
from django.core.cache import cache
from django.db import connection
from hypothesis import HealthCheck
from hypothesis import settings as properties

from common.browser import find_browser
from tests import services
from tests.browser_page import open_page, start_browser
from tests.program import Program

# Playwright's synchronous API keeps an event loop in this thread; Django would refuse its queries there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# A busy machine is no fault of the code: no example has a time limit, and in CI the examples are always the same.
properties.register_profile(
    "site",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
properties.load_profile("site")


def pytest_collection_modifyitems(items):
    """Sends all browser tests to one worker of pytest-xdist, so that the program starts once."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group("browser"))


def missing(reason):
    """A visible skip; a failure where CI is set, since there everything must be installed."""
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@contextmanager
def _service(start):
    try:
        with start() as server:
            yield server
    except services.MissingService as error:
        missing(str(error))


@pytest.fixture(scope="session")
def postgres_server():
    """A throw-away PostgreSQL for the whole run (``.url``)."""
    with _service(services.postgres) as server:
        yield server


@pytest.fixture
def redis_server():
    """A throw-away Redis for one test, which may freeze or kill its ``.process``."""
    with _service(services.redis) as server:
        yield server


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium that can reach nothing but this machine."""
    path = find_browser()
    if not path:
        missing("没有找到 Chromium，请运行：apt-get install -y chromium-headless-shell fonts-wqy-microhei")
    with start_browser(path) as started:
        yield started


@pytest.fixture
def page(browser):
    """A desktop page (1440 px); the test fails when it asked another host or met an error."""
    with open_page(browser) as opened:
        yield opened


@pytest.fixture
def phone_page(browser):
    """The same at a phone's width (390 px)."""
    with open_page(browser, width=390, height=844) as opened:
        yield opened


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The program as users start it, with the shipped data: ``.url``, ``.accounts``, ``.data_dir``."""
    with Program(tmp_path_factory.mktemp("site")).running() as program:
        yield program


@pytest.fixture(scope="session", autouse=True)
def flushes_pass_the_audit_triggers():
    """Lets the flush after a transactional test empty the audit trail, which its triggers refuse.

    They are put out of force within the flush's own statements only; tests and the program meet them.
    """
    first = import_module("common.migrations.0002_audit_insert_only").SQLITE
    then = import_module("common.migrations.0007_audit_archives").SQLITE
    switches = [f"ALTER TABLE common_audit{table} {{}} TRIGGER USER" for table in ("entry", "archive")]
    around = {
        "sqlite": (then["down"] + first["down"], first["up"] + then["up"]),
        "postgresql": tuple([switch.format(way) for switch in switches] for way in ("DISABLE", "ENABLE")),
    }[connection.vendor]
    operations = type(connection.ops)
    plain = operations.sql_flush

    def sql_flush(self, style, tables, **options):
        # the locks of months first: with them gone, the triggers of the money ledgers let their rows go
        statements = sorted(plain(self, style, tables, **options), key=lambda s: "common_periodlock" not in s)
        return [*around[0], *statements, *around[1]] if "common_auditentry" in tables else statements

    operations.sql_flush = sql_flush
    yield
    operations.sql_flush = plain


@pytest.fixture(autouse=True)
def _fresh_cache():
    """Rolled-back tests repeat audit sequences, by which computed pages are cached."""
    cache.clear()
