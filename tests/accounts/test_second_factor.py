"""The second factor of officers and reviewers."""

import time

import pyotp
import pytest
from django.test import Client

from accounts import second_factor
from accounts.models import SecondFactor
from accounts.permissions import AUDITOR, COORDINATOR, REVIEWER, SECURITY_ADMIN
from common.models import AuditEntry
from tests.make import client_of, make_user

pytestmark = pytest.mark.django_db

PASSWORD = "Clear-Water-2023"
PAGE = "/account/second-factor/"


def sign_in(user):
    client = Client()
    client.post("/login/", {"username": user.username, "password": PASSWORD, "next": "/audit/check/"})
    return client


def code_of(user, ahead=0):
    return pyotp.TOTP(SecondFactor.objects.get(user=user).secret).at(time.time() + 30 * ahead)


@pytest.fixture
def auditor():
    return make_user(AUDITOR, password=PASSWORD)


def test_password_alone_opens_nothing(auditor):
    client = sign_in(auditor)
    for path in ("/audit/", "/account/password/", "/jobs/1/"):
        assert client.get(path)["Location"] == PAGE, path
    assert client.post("/account/password/", {})["Location"] == PAGE
    page = client.get(PAGE).content.decode()
    assert SecondFactor.objects.get().secret in page and "<svg" in page and "style=" not in page


def test_right_code_enrols_and_leads_on(auditor):
    client = sign_in(auditor)
    key = client.session.session_key
    code = code_of(auditor)
    assert client.post(PAGE, {"code": f"{code[:3]} {code[3:]}"})["Location"] == "/audit/check/"
    assert client.session.session_key != key
    assert client.get("/audit/").status_code == 200
    assert AuditEntry.objects.filter(action="绑定动态口令", actor=auditor).exists()
    again = sign_in(auditor)
    assert SecondFactor.objects.get().secret not in again.get(PAGE).content.decode()


def test_code_counts_once(auditor):
    code = None
    client = sign_in(auditor)
    code = code_of(auditor)
    client.post(PAGE, {"code": code})
    again = sign_in(auditor)
    assert "不正确或已用过" in again.post(PAGE, {"code": code}).content.decode()
    assert again.get("/audit/")["Location"] == PAGE
    assert again.post(PAGE, {"code": code_of(auditor, ahead=1)}).status_code == 302


def test_codes_far_from_now_are_refused(auditor):
    second_factor.prepare(auditor)
    for ahead in (-10, -3, 3):
        assert second_factor.check_code(user=auditor, code=code_of(auditor, ahead)) is None


def test_five_wrong_codes_bar_the_second_factor(auditor):
    client = sign_in(auditor)
    for _ in range(5):
        client.post(PAGE, {"code": "000000"})
    assert client.post(PAGE, {"code": code_of(auditor)}).status_code == 200
    assert AuditEntry.objects.filter(action="动态口令未通过", succeeded=False).count() == 6
    SecondFactor.objects.update(locked_until=None)
    assert client.post(PAGE, {"code": code_of(auditor)}).status_code == 302


def test_reset_ends_the_session_and_asks_to_enrol_anew():
    reviewer = make_user(REVIEWER, password=PASSWORD)
    client = client_of(reviewer)
    old = SecondFactor.objects.get().secret
    assert client.get("/account/password/").status_code == 200
    officer = client_of(make_user(SECURITY_ADMIN))
    officer.post(f"/security/{reviewer.pk}/reset-second-factor/")
    assert client.get("/account/password/")["Location"].startswith("/login/")
    sign_in(reviewer)
    assert SecondFactor.objects.get(user=reviewer).secret != old
    assert AuditEntry.objects.filter(action="重置动态口令").count() == 1


def test_others_and_demonstration_accounts_need_none():
    everyday = make_user(COORDINATOR, password=PASSWORD)
    demo = make_user(AUDITOR, password=PASSWORD, is_demo=True)
    assert sign_in(everyday).get("/account/password/").status_code == 200
    assert sign_in(demo).get("/audit/").status_code == 200
    assert not SecondFactor.objects.exists()
