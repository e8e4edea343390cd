"""The compose file: valid by the schema, and what a site needs from each of its services."""

import re
import subprocess
import sys

import pytest
from ruamel.yaml import YAML

from tests.program import ROOT

COMPOSE = ROOT / "docker-compose.yml"
OURS = {"migrate", "web", "worker", "beat"}
NAMES_OF_EXAMPLE = re.compile(r"^([A-Z_]+)=", re.MULTILINE)


@pytest.fixture(scope="module")
def services():
    return YAML(typ="safe").load(COMPOSE.read_text(encoding="utf-8"))["services"]


def test_compose_file_follows_the_specification():
    checked = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", COMPOSE],
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_no_service_runs_as_root_or_with_capabilities(services):
    for name, service in services.items():
        assert service["user"] not in ("", "root", "0"), name
        assert service["cap_drop"] == ["ALL"], name
        assert "privileged" not in service, name


def test_every_lasting_service_has_a_health_check_and_restarts(services):
    for name in services.keys() - {"migrate"}:
        assert services[name]["healthcheck"]["test"][0] == "CMD", name
        assert services[name]["restart"] == "unless-stopped", name
    assert services["migrate"]["restart"] == "no"


def test_the_site_waits_for_migrations_database_and_redis(services):
    for name in OURS - {"migrate"}:
        conditions = {other: rule["condition"] for other, rule in services[name]["depends_on"].items()}
        assert conditions == {
            "migrate": "service_completed_successfully",
            "postgres": "service_healthy",
            "redis": "service_healthy",
        }


def test_data_is_kept_in_named_volumes(services):
    named = YAML(typ="safe").load(COMPOSE.read_text(encoding="utf-8"))["volumes"].keys()
    used = {volume.split(":")[0] for service in services.values() for volume in service.get("volumes", [])}
    assert used == named
    assert services["postgres"]["volumes"] == ["postgres:/var/lib/postgresql/data"]


def test_only_the_web_service_is_published_and_by_default_on_loopback(services):
    assert [name for name, service in services.items() if "ports" in service] == ["web"]
    assert services["web"]["ports"] == ["${HOST:-127.0.0.1}:${PORT:-8000}:8000"]


def test_every_variable_of_the_compose_file_stands_in_the_example(services):
    example = set(NAMES_OF_EXAMPLE.findall((ROOT / ".env.example").read_text(encoding="utf-8")))
    used = set(re.findall(r"\$\{([A-Z_]+)", COMPOSE.read_text(encoding="utf-8")))
    assert used and used <= example


def test_the_example_holds_no_secret():
    values = dict(re.findall(r"^([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE))
    assert values["SECRET_KEY"] == values["POSTGRES_PASSWORD"] == ""
