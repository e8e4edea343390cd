"""Who gets in, for how long, and what the trail keeps of it."""

import re
import time
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.permissions import COORDINATOR, LEADER
from common import jobs
from common.models import AuditEntry
from tests.make import client_of, make_user

pytestmark = pytest.mark.django_db

PASSWORD = "Clear-Water-2023"
WRONG = "Muddy-Water-2023"
OWN_PAGE = "/account/password/"  # a page that any signed-in account may open


@pytest.fixture
def zhang():
    return make_user(COORDINATOR, username="zhang.san", password=PASSWORD)


def sign_in(client, username="zhang.san", password=PASSWORD, path="/login/", **options):
    return client.post(path, {"username": username, "password": password}, **options)


def is_in(client):
    return client.get(OWN_PAGE).status_code == 200


def fail_five_times(client, **options):
    for _ in range(5):
        sign_in(client, password=WRONG, **options)


def plain(answer):
    """The page without what is new on every answer."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"|"X-CSRFToken": "[^"]*"', "", answer.content.decode())
    return re.sub(r'name="username"[^>]*', "", text)


def test_right_password_lets_in_under_a_new_session_key(client, zhang):
    client.get("/login/")
    session = client.session
    session["before"] = "sign-in"
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = old = session.session_key
    assert sign_in(client).status_code == 302
    assert is_in(client) and client.session.session_key != old
    entry = AuditEntry.objects.get(action="登录")
    assert (entry.actor, entry.role, entry.address) == (zhang, COORDINATOR, "127.0.0.1")


def test_unknown_wrong_inactive_and_locked_answer_alike(client, zhang):
    make_user(COORDINATOR, username="li.si", password=PASSWORD, is_active=False)
    wrong = sign_in(client, password=WRONG)
    unknown = sign_in(client, username="nobody")
    inactive = sign_in(client, username="li.si")
    fail_five_times(client)
    locked = sign_in(client)
    assert [answer.status_code for answer in (wrong, unknown, inactive, locked)] == [200] * 4
    assert len({plain(answer) for answer in (wrong, unknown, inactive, locked)}) == 1
    assert "用户名或密码不正确，或账号暂时不能登录" in plain(wrong)
    assert not is_in(client)
    assert AuditEntry.objects.filter(action="登录未成功", succeeded=False).count() == 9


def test_fifth_failure_locks_account_and_source_for_15_minutes(client, zhang):
    colleague = make_user(LEADER, username="li.si", password=PASSWORD)
    fail_five_times(client)
    assert not sign_in(client).wsgi_request.user.is_authenticated
    assert sign_in(Client(), username=colleague.username).status_code == 302  # same address
    assert sign_in(Client(), REMOTE_ADDR="10.1.2.3").status_code == 302  # same account, another address
    assert sign_in(client).status_code == 200
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=15, seconds=1))
    assert sign_in(client).status_code == 302


def test_tries_during_the_lock_do_not_prolong_it(client, zhang):
    fail_five_times(client)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=14))
    fail_five_times(client)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=15, seconds=1))
    assert sign_in(client).status_code == 302


def test_four_failures_do_not_lock(client, zhang):
    for _ in range(4):
        sign_in(client, password=WRONG)
    assert sign_in(client).status_code == 302


def test_no_password_is_kept_of_a_refused_sign_in(client, zhang):
    sign_in(client, password=WRONG)
    assert WRONG not in str(list(AccessAttempt.objects.values())) + str(list(AuditEntry.objects.values()))


def test_security_administrator_unlocks(client, zhang):
    fail_five_times(client)
    officer = client_of(make_user("secadmin"))
    assert "已锁定" in officer.get("/security/").content.decode()
    officer.post("/security/unlock/", {"username": "zhang.san"})
    assert sign_in(client).status_code == 302
    assert AuditEntry.objects.filter(action="解除锁定", target_label="zhang.san").exists()


def age(client, **seconds):
    session = client.session
    for name, ago in seconds.items():
        session[name] = time.time() - ago
    session.save()


def test_idle_for_15_minutes_ends_the_session(client, zhang):
    sign_in(client)
    age(client, seen=14 * 60)
    assert is_in(client)
    age(client, seen=15 * 60 + 1)
    answer = client.get(f"{OWN_PAGE}?a=1")
    assert answer.status_code == 302 and answer["Location"] == f"/login/?next={OWN_PAGE}%3Fa%3D1"
    assert not is_in(client)


def test_polling_does_not_count_as_use(client, zhang):
    job = jobs.enqueue(kind="test", key="one", payload={}, by=zhang)
    sign_in(client)
    age(client, seen=14 * 60)
    assert client.get(f"/jobs/{job.pk}/").status_code == 200
    assert time.time() - client.session["seen"] > 13 * 60
    client.get(OWN_PAGE)
    assert time.time() - client.session["seen"] < 60


def test_twelve_hours_end_the_session_however_busy(client, zhang):
    sign_in(client)
    age(client, started=12 * 3600 + 1, seen=1)
    assert not is_in(client)


def test_expired_session_writes_nothing(client, zhang):
    sign_in(client)
    age(client, seen=16 * 60)
    values = {"old_password": PASSWORD, "new_password1": "Other-Water-2024", "new_password2": "Other-Water-2024"}
    assert client.post(OWN_PAGE, values)["Location"].startswith("/login/")
    zhang.refresh_from_db()
    assert zhang.check_password(PASSWORD)


@pytest.mark.parametrize("change", [{"role": LEADER}, {"is_active": False}])
def test_change_of_role_or_switching_off_ends_the_session_at_once(client, zhang, change):
    sign_in(client)
    assert is_in(client)
    User.objects.filter(pk=zhang.pk).update(**change)
    assert not is_in(client)


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "/tasks/\n//evil.example",
        "\x01https://evil.example",
        "https:evil.example",
        "http://testserver.evil.example/",
        "/login/?next=/login/",
    ],
)
def test_next_never_leaves_the_site(client, zhang, address):
    answer = client.post("/login/", {"username": "zhang.san", "password": PASSWORD, "next": address})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/login/", {"next": address})["Location"] == "/"  # already signed in


def test_next_leads_back_to_a_page_of_this_site(client, zhang):
    answer = client.post("/login/?next=/tasks/%3Fq%3D1", {"username": "zhang.san", "password": PASSWORD})
    assert answer["Location"] == "/tasks/?q=1"


def test_signing_out_takes_a_post(client, zhang):
    sign_in(client)
    assert client.get("/logout/").status_code == 405
    assert is_in(client)
    assert client.post("/logout/")["Location"] == "/login/"
    assert not is_in(client)
    assert AuditEntry.objects.get(action="退出").actor == zhang


def test_form_without_token_is_refused(zhang):
    client = Client(enforce_csrf_checks=True)
    answer = sign_in(client)
    assert answer.status_code == 403
    assert "没有保存任何改动" in answer.content.decode()


def test_wrong_host_is_400(client):
    assert client.get("/login/", HTTP_HOST="evil.example").status_code == 400
    assert client.get("/livez", HTTP_HOST="evil.example:80").status_code == 400


def test_denial_is_audited(zhang):
    client = client_of(zhang)
    assert client.get("/accounts/").status_code == 403
    entry = AuditEntry.objects.get(action="越权访问")
    assert (entry.actor, entry.target_label, entry.succeeded) == (zhang, "GET /accounts/", False)
