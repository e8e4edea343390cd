"""The second factor of officers and reviewers."""

import re
import time
from base64 import b32decode, b64encode

import pyotp
import pytest
from django.test import Client

from accounts import second_factor
from accounts.models import RecoveryCode, SecondFactor
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
    assert "审计记录" not in page and "/inbox/" not in page  # nor the menu, nor how much waits


def test_right_code_enrols_and_leads_on(auditor):
    client = sign_in(auditor)
    key = client.session.session_key
    code = code_of(auditor)
    page = client.post(PAGE, {"code": f"{code[:3]} {code[3:]}"})
    assert page.status_code == 200 and 'href="/audit/check/"' in page.content.decode()
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


def enrol(user):
    """(client, recovery codes) of a user who has just bound the generator."""
    client = sign_in(user)
    page = client.post(PAGE, {"code": code_of(user)})
    return client, re.findall(r"<li>([1-8]-[A-Z2-9]{5}-[A-Z2-9]{5})</li>", page.content.decode())


def test_each_recovery_code_lets_in_once(auditor):
    _, codes = enrol(auditor)
    assert len(set(codes)) == 8
    kept = str(list(RecoveryCode.objects.values())) + str(list(AuditEntry.objects.values()))
    assert not [code for code in codes if code in kept or code[2:].replace("-", "") in kept]
    assert sign_in(auditor).post(PAGE, {"code": codes[2]})["Location"] == "/audit/check/"
    assert "不正确或已用过" in sign_in(auditor).post(PAGE, {"code": codes[2]}).content.decode()
    assert sign_in(auditor).post(PAGE, {"code": codes[3].lower().replace("-", " ")}).status_code == 302
    assert AuditEntry.objects.filter(action="使用恢复码", actor=auditor).count() == 2
    assert RecoveryCode.objects.filter(used_at=None).count() == 6


def test_a_wrong_recovery_code_counts_as_a_failure_and_a_bar_holds_for_all(auditor):
    _, codes = enrol(auditor)
    client = sign_in(auditor)
    wrong = f"{codes[0][:-1]}{'A' if codes[0][-1] != 'A' else 'B'}"
    for _ in range(5):
        assert client.post(PAGE, {"code": wrong}).status_code == 200
    assert client.post(PAGE, {"code": codes[0]}).status_code == 200
    assert client.get("/audit/")["Location"] == PAGE
    SecondFactor.objects.update(locked_until=None)
    assert client.post(PAGE, {"code": codes[0]}).status_code == 302


def test_renewed_recovery_codes_void_the_old_and_take_the_present_code(auditor):
    client, old = enrol(auditor)
    address = "/account/security/recovery-codes/"
    refused = client.post(address, {"code": "000000"})
    assert "不正确或已用过" in refused.content.decode() and RecoveryCode.objects.count() == 8
    page = client.post(address, {"code": code_of(auditor, ahead=1)})
    new = re.findall(r"<li>([1-8]-[A-Z2-9]{5}-[A-Z2-9]{5})</li>", page.content.decode())
    assert len(new) == 8 and not set(new) & set(old)
    assert "no-store" in page["Cache-Control"]
    assert new[0] not in client.get("/account/security/").content.decode()
    assert sign_in(auditor).post(PAGE, {"code": old[0]}).status_code == 200
    assert sign_in(auditor).post(PAGE, {"code": new[0]}).status_code == 302


def test_recovery_codes_go_with_the_device(auditor):
    _, codes = enrol(auditor)
    second_factor.reset(user=auditor, by=None)
    assert not RecoveryCode.objects.exists()
    assert sign_in(auditor).post(PAGE, {"code": codes[0]}).status_code == 200
    assert SecondFactor.objects.get().confirmed_at is None


def test_the_secret_is_not_readable_in_the_database(auditor):
    sign_in(auditor)
    secret = SecondFactor.objects.get().secret
    rows = str(list(SecondFactor.objects.values()))
    assert len(secret) == 32 and secret not in rows and b64encode(b32decode(secret)).decode() not in rows


def test_a_new_key_of_the_site_reads_what_the_old_one_sealed(auditor, settings):
    enrol(auditor)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another-key-" * 5
    assert sign_in(auditor).post(PAGE, {"code": code_of(auditor, ahead=1)}).status_code == 302
    settings.SECRET_KEY_FALLBACKS = []  # sealed again under the new one
    assert SecondFactor.objects.get().secret


def test_with_the_key_lost_only_a_recovery_code_or_a_reset_helps(auditor, settings):
    _, codes = enrol(auditor)
    code, held = code_of(auditor, ahead=1), SecondFactor.objects.get().sealed_secret
    settings.SECRET_KEY = "another-key-" * 5
    client = sign_in(auditor)
    refused = client.post(PAGE, {"code": code}).content.decode()
    assert "本站的密钥已更换" in refused and client.get("/audit/")["Location"] == PAGE
    assert SecondFactor.objects.get().sealed_secret == held  # nobody enrols anew on the password alone
    assert client.post(PAGE, {"code": codes[0]}).status_code == 302


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
    client.post(PAGE, {"code": code_of(auditor)})
    assert client.get("/audit/").status_code == 200


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
