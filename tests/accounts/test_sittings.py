"""One's own sign-ins: seen and ended by their owner, and by nobody else."""

import re
import time

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.permissions import COORDINATOR, LEADER
from common.models import AuditEntry
from tests.make import make_user

pytestmark = pytest.mark.django_db

PASSWORD = "Clear-Water-2023"
PAGE = "/account/security/"
END = "/account/security/end/"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"


@pytest.fixture
def zhang():
    return make_user(COORDINATOR, username="zhang.san", password=PASSWORD)


def sign_in(user, agent=EDGE, address="10.0.0.1"):
    client = Client(headers={"user-agent": agent}, REMOTE_ADDR=address)
    assert client.post("/login/", {"username": user.username, "password": PASSWORD}).status_code == 302
    return client


def is_in(client):
    return client.get("/account/password/").status_code == 200


def names(client):
    return re.findall(r'name="sitting" value="([^"]+)"', client.get(PAGE).content.decode())


def test_the_page_tells_where_the_account_is_signed_in(zhang):
    here, there = sign_in(zhang), sign_in(zhang, PHONE, "10.0.0.2")
    sign_in(make_user(LEADER, password=PASSWORD), address="10.9.9.9")
    text = here.get(PAGE).content.decode()
    for words in ("2</b> 处登录", "Edge · Windows", "Safari · iPhone", "10.0.0.1", "10.0.0.2", "当前"):
        assert words in text
    assert "10.9.9.9" not in text
    assert not [key for key in Session.objects.values_list("pk", flat=True) if key in text]
    assert len(names(here)) == 1 and names(here) != names(there)


def test_a_sign_in_is_ended_by_its_owner(zhang):
    here, there = sign_in(zhang), sign_in(zhang, PHONE)
    assert here.post(END, {"sitting": names(here)[0]})["Location"] == PAGE
    assert is_in(here) and not is_in(there)
    entry = AuditEntry.objects.get(action="结束其他登录")
    assert entry.actor == zhang and entry.before["登录"][0]["设备"] == "Safari · iPhone"


def test_all_others_are_ended_at_once(zhang):
    here, others = sign_in(zhang), [sign_in(zhang) for _ in range(3)]
    for _ in range(2):  # again is harmless
        here.post(END)
    assert is_in(here) and not any(is_in(other) for other in others)
    assert AuditEntry.objects.filter(action="结束其他登录").count() == 1


def test_nobody_ends_anothers_or_the_present_one(zhang):
    here, there = sign_in(zhang), sign_in(zhang)
    stranger = sign_in(make_user(COORDINATOR, username="li.si", password=PASSWORD))
    own_name = names(there)[0]  # what the other sign-in calls this one
    for name in (*names(here), *names(there), "x"):
        stranger.post(END, {"sitting": name})
    assert is_in(here) and is_in(there)
    refused = here.post(END, {"sitting": own_name}, follow=True)
    assert "当前登录请用" in refused.content.decode() and is_in(here)


def test_sign_ins_that_are_over_are_not_shown(zhang):
    here, idle, old, stale = (sign_in(zhang) for _ in range(4))
    for client, change in ((idle, {"seen": time.time() - 16 * 60}), (old, {"started": time.time() - 13 * 3600})):
        session = client.session
        session.update(change)
        session.save()
    session = stale.session
    session["_auth_user_hash"] = "before the last change of password"
    session.save()
    assert "1</b> 处登录" in here.get(PAGE).content.decode()


def test_an_ended_session_does_not_come_back_with_a_request_under_way(zhang):
    here, there = sign_in(zhang), sign_in(zhang)
    under_way = there.session
    under_way["seen"] = 1
    here.post(END)
    with pytest.raises(UpdateError):
        under_way.save()
    assert not is_in(there)


def test_a_change_of_password_ends_the_others(zhang):
    here, there = sign_in(zhang), sign_in(zhang)
    new = "Other-Water-2024"
    here.post("/account/password/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new})
    assert is_in(here) and not is_in(there)
    assert "1</b> 处登录" in here.get(PAGE).content.decode()


def test_who_needs_no_second_factor_is_shown_no_recovery_codes(zhang):
    client = sign_in(zhang)
    assert "恢复码" not in client.get(PAGE).content.decode()
    assert client.post("/account/security/recovery-codes/", {"code": "1"})["Location"] == PAGE
