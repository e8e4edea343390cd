"""What every answer carries, and what no template or script of ours may hold."""

import re

import pytest
from django.conf import settings
from django.test import Client

from tests.make import client_of, make_user
from tests.program import ROOT

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))
STYLES = sorted((ROOT / "static" / "css").glob("*.css"))
VENDORED = sorted(path for path in (ROOT / "static" / "vendor").rglob("*") if path.suffix in (".css", ".js", ".svg"))
ADDRESS = re.compile(r"(?:https?:)?//[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE)
NAMESPACES = {"http://www.w3.org"}


def relative(path):
    return str(path.relative_to(ROOT))


def markup(path):
    """The template without its comments, which are not sent."""
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"{%\s*comment\s*%}.*?{%\s*endcomment\s*%}", "", text, flags=re.DOTALL)
    return re.sub(r"{#.*?#}", "", text)


def directives(answer):
    parts = [part.split() for part in answer["Content-Security-Policy"].split(";")]
    return {words[0]: words[1:] for words in parts}


@pytest.fixture
def answers(db):
    """A page of each kind: public, signed in, denied, missing, not a page, refused host."""
    client = client_of(make_user("sysadmin"))
    return {
        "sign-in": Client().get("/login/"),
        "page": client.get("/accounts/"),
        "denied": client.get("/tasks/"),
        "missing": client.get("/accounts/999999/"),
        "json": Client().get("/livez"),
        "redirect": Client().get("/accounts/"),
        "wrong host": Client().get("/login/", HTTP_HOST="evil.example"),
        "sheet": client.get("/accounts/?_export=xlsx"),
    }


def test_every_answer_carries_the_policy_and_the_headers(answers):
    assert [answer.status_code for answer in answers.values()] == [200, 200, 403, 404, 200, 302, 400, 200]
    for name, answer in answers.items():
        policy = directives(answer)
        assert policy["default-src"] == ["'none'"], name
        for kind in ("script-src", "style-src", "font-src", "connect-src", "form-action"):
            assert policy[kind] == ["'self'"], name
        assert policy["img-src"] == ["'self'", "data:"], name
        assert policy["frame-ancestors"] == policy["base-uri"] == ["'none'"], name
        assert "unsafe-inline" not in str(policy) and "unsafe-eval" not in str(policy), name
        assert answer["X-Content-Type-Options"] == "nosniff", name
        assert answer["Referrer-Policy"] == "same-origin", name
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin", name
        assert answer["X-Request-ID"], name
        assert "Server" not in answer and "X-Powered-By" not in answer, name
        if name != "wrong host":  # refused before the frame's header is set; the policy forbids frames as well
            assert answer["X-Frame-Options"] == "DENY", name


def test_cookies_are_closed_to_scripts_and_other_sites(db):
    user = make_user("leader", password="Clear-Water-2023")
    client = Client()
    client.post("/login/", {"username": user.username, "password": "Clear-Water-2023"})
    session = client.cookies[settings.SESSION_COOKIE_NAME]
    assert session["httponly"] and session["samesite"] == "Lax" and not session["max-age"]
    assert client.cookies[settings.CSRF_COOKIE_NAME]["samesite"] == "Lax"


def test_templates_are_read():
    assert len(TEMPLATES) > 30 and SCRIPTS and STYLES


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_template_holds_nothing_inline(path):
    text = markup(path)
    data = 'type="application/json"'  # a block of data, which no browser runs
    assert not [tag for tag in re.findall(r"<script[^>]*>", text) if " src=" not in tag and data not in tag]
    assert not re.search(r"<style\b", text), "inline style sheet"
    assert not re.search(r"<[^>]*\sstyle\s*=", text), "style attribute"
    assert not re.search(r"<[^>]*\son[a-z]+\s*=", text), "handler attribute"
    assert not re.search(r"\bhx-on\b|\bhx-vals\s*=\s*['\"]js:|javascript:", text), "script in an attribute"


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_template_escapes_what_users_type(path):
    assert not re.search(r"\|\s*safe\b|{%\s*autoescape\s+off", markup(path))


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_template_form_that_posts_carries_a_token(path):
    for form in re.findall(r"<form\b[^>]*method=\"post\"[^>]*>.*?</form>", markup(path), re.DOTALL | re.IGNORECASE):
        assert "{% csrf_token %}" in form


@pytest.mark.parametrize("path", TEMPLATES + SCRIPTS + STYLES, ids=relative)
def test_no_page_asks_another_host(path):
    text = markup(path) if path.suffix == ".html" else path.read_text(encoding="utf-8")
    assert {address.lower() for address in ADDRESS.findall(text)} <= NAMESPACES


@pytest.mark.parametrize("path", SCRIPTS, ids=relative)
def test_script_makes_no_code_from_text(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\beval\(|new Function\(|\.innerHTML\s*=|insertAdjacentHTML|document\.write", text)


@pytest.mark.parametrize("path", [path for path in VENDORED if path.suffix in (".css", ".svg")], ids=relative)
def test_vendored_styles_load_nothing_from_elsewhere(path):
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not re.search(r"@import|url\(\s*['\"]?(?:https?:)?//", text)
    assert not re.search(r"(?:href|src)=\"(?:https?:)?//", text)
