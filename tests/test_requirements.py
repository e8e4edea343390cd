"""The two locks: one version of everything, every file by its hash, no address of a package index."""

import re

import pytest

from tests.program import ROOT

PIN = re.compile(r"^([a-z0-9.-]+)==(\S+)((?: ;.*)?) \\$", re.MULTILINE)


def pins(name):
    """Package and marker → version."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return {(package, marker): version for package, version, marker in PIN.findall(text)}


def test_development_uses_the_versions_of_the_site():
    site, development = pins("requirements.txt"), pins("requirements-dev.txt")
    assert len(site) > 30
    assert {key: development.get(key) for key in site} == site


def test_every_package_is_hashed_and_no_index_is_named():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text
        for block in re.split(r"\n(?=[a-z0-9])", text[text.index("\namqp") + 1 :]):
            assert "--hash=sha256:" in block, block


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_every_named_requirement_is_locked(name):
    locked = {package for package, _ in pins(f"{name}.txt")}
    for line in (ROOT / f"{name}.in").read_text(encoding="utf-8").split("\n"):
        if line and not line.startswith(("-", "#")):
            package = re.split(r"[=<>~!]", line.lower())[0]
            assert re.sub(r"[._]", "-", package) in locked, line
