"""The image's steps, run in order on a copy of what the image would hold (no Docker engine needed)."""

import fnmatch
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time

import pytest

from tests.program import ROOT, Program
from tests.services import die_with_parent

DOCKERFILE = ROOT / "Dockerfile"


def instructions():
    """(word, rest) of each instruction of the Dockerfile, continued lines joined."""
    text = DOCKERFILE.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [tuple(line.split(maxsplit=1)) for line in lines]


def is_left_out(path):
    """Whether .dockerignore keeps this path of the repository out of the image; its last match counts."""
    left_out = False
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").split():
        pattern = line.removeprefix("!").removeprefix("**/")
        parts = path.split("/")
        heads = parts if "**/" in line else parts[:1]
        if any(fnmatch.fnmatchcase(part, pattern) for part in heads):
            left_out = not line.startswith("!")
    return left_out


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """A directory with the files that ``COPY . .`` brings into the image."""
    root = tmp_path_factory.mktemp("image")
    for found in ROOT.rglob("*"):
        path = found.relative_to(ROOT).as_posix()
        if not is_left_out(path) and found.is_file():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / path, root / path)
    return root


def in_image(command, image, **settings):
    """The command with this Python's programs first on PATH, as the image has them."""
    path = f"{os.path.dirname(sys.executable)}:{os.environ['PATH']}"
    settings = Program(image / "var", **settings).environment
    return {"args": command, "cwd": image, "env": settings | {"PATH": path}}


def test_secrets_data_and_tests_stay_out_of_the_image(image):
    held = {path.name for path in image.iterdir()}
    assert {"manage.py", "requirements.txt", "static", "data", "deploy"} <= held
    assert not held & {".env", ".git", ".venv", "var", "tests", "requirements-dev.txt"}
    assert is_left_out(".env") and is_left_out("var/db.sqlite3") and is_left_out("common/__pycache__/x.pyc")


def test_image_runs_as_an_unprivileged_user_with_hashed_requirements():
    words = instructions()
    assert words[0] == ("FROM", "python:3.11-slim-bookworm")
    assert ("USER", "app") in words
    collects = next(place for place, (_, rest) in enumerate(words) if "collectstatic" in rest)
    assert words.index(("USER", "app")) < collects < [word for word, _ in words].index("CMD")
    assert ("RUN", "pip install --require-hashes -r requirements.txt") in words


def test_every_system_package_of_the_image_is_known():
    packages = next(rest for word, rest in instructions() if "apt-get install" in rest)
    names = re.search(r"--no-install-recommends (.*?) &&", packages).group(1).split()
    assert "chromium-headless-shell" in names
    of_run = [re.findall(r"[a-z0-9-]+", (ROOT / "scripts" / name).read_text("utf-8")) for name in ("lib.sh", "run")]
    assert set(names) <= {word for words in of_run for word in words}


@pytest.mark.services
def test_last_steps_build_a_site_that_answers_and_is_healthy(image):
    """The static files are collected, the command serves, the health check passes, as the image does them."""
    collect = next(rest for word, rest in instructions() if word == "RUN" and "collectstatic" in rest)
    subprocess.run(shell=True, check=True, **in_image(collect.replace("/tmp/build", "build"), image))
    assert (image / "staticfiles" / "staticfiles.json").exists()

    def json_words(name):
        rest = next(rest for word, rest in instructions() if word == name)
        return shlex.split(rest[rest.index("[") :].strip("[]").replace(",", " "))

    allowed = {"ALLOWED_HOSTS": "jjj.example.cn", "HTTPS": "on"}
    call = in_image(json_words("CMD"), image, **allowed)
    check = call | {"args": json_words("HEALTHCHECK")}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=image, env=call["env"], check=True)
    server = subprocess.Popen(**call, start_new_session=True, preexec_fn=die_with_parent)
    try:
        deadline = time.monotonic() + 30
        while (status := subprocess.run(**check).returncode) and time.monotonic() < deadline:
            time.sleep(0.2)
        assert status == 0
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)
    assert subprocess.run(**check).returncode == 1
