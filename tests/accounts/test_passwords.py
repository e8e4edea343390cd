"""The rules of passwords, their age and their hash."""

import time
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import identify_hasher, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from accounts import services
from accounts.models import User
from accounts.passwords import generate_password
from accounts.permissions import COORDINATOR, SYSTEM_ADMIN
from common.models import AuditEntry
from tests.make import client_of, make_organisation, make_user

FIRST = "Clear-Water-2023"


@pytest.mark.parametrize(
    "password",
    [
        "Ab1-cdefg",  # nine characters
        "abcdefghij1",  # two classes
        "ABCDEFGH-IJ",
        "Password123",  # common
        "x-Li.Ming-99",  # the user name, whatever its case
        "Ming-2023-abc",  # part of it
    ],
)
def test_weak_passwords_are_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password, User(username="li.ming"))


@pytest.mark.parametrize("password", ["Abcdefgh12", "abcdefgh-12", "ABCD-efgh-ij", "黄河入海-Abc12"])
def test_fitting_passwords_are_taken(password):
    validate_password(password, User(username="zhang.san"))


def test_generated_passwords_fit_and_differ():
    made = {generate_password() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        validate_password(password, User(username="zhang.san"))


def test_hash_is_argon2_and_costs_at_most_300_ms():
    encoded = make_password(FIRST)
    assert identify_hasher(encoded).algorithm == "argon2"
    began = time.process_time()
    for _ in range(3):
        make_password(FIRST)
    assert (time.process_time() - began) / 3 < 0.3


def change(client, old, new, again=None):
    values = {"old_password": old, "new_password1": new, "new_password2": again or new}
    return client.post("/account/password/", values)


@pytest.mark.django_db
def test_last_five_passwords_are_barred():
    user = make_user(COORDINATOR, password=FIRST)
    used = [FIRST, *(f"Clear-Water-{n}" for n in range(2024, 2029))]
    for new in used[1:]:
        services.change_own_password(user=user, password=new)
    for old in used[1:]:
        with pytest.raises(ValidationError):
            validate_password(old, user)
    validate_password(FIRST, user)  # the sixth from the end


@pytest.mark.django_db
def test_own_change_needs_the_present_password_and_keeps_the_session():
    user = make_user(COORDINATOR, password=FIRST)
    client, elsewhere = client_of(user), client_of(user)
    assert "现用密码不正确" in change(client, "Wrong-Water-1", "Other-Water-2024").content.decode()
    assert "不一致" in change(client, FIRST, "Other-Water-2024", "Another-Water-2024").content.decode()
    assert "至少 10 位" in change(client, FIRST, "short").content.decode()
    assert change(client, FIRST, "Other-Water-2024").status_code == 302
    user.refresh_from_db()
    assert user.check_password("Other-Water-2024")
    assert client.get("/account/password/").status_code == 200
    assert elsewhere.get("/account/password/").status_code == 302  # other sessions end
    assert AuditEntry.objects.filter(action="修改密码", actor=user).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "due"),
    [
        ({"must_change_password": True}, True),
        ({"password_changed_at": timezone.now() - timedelta(days=91)}, True),
        ({"password_changed_at": timezone.now() - timedelta(days=89)}, False),
        ({"must_change_password": True, "is_demo": True}, False),
    ],
)
def test_due_password_is_changed_before_anything_else(fields, due):
    client = client_of(make_user(SYSTEM_ADMIN, password=FIRST, **fields))
    answer = client.get("/accounts/")
    assert answer.status_code == (302 if due else 200)
    if due:
        assert answer["Location"] == "/account/password/"
        assert client.post("/accounts/new/", {"username": "x"})["Location"] == "/account/password/"
        assert change(client, FIRST, "Other-Water-2024").status_code == 302
        assert client.get("/accounts/").status_code == 200


@pytest.mark.django_db
def test_command_makes_the_first_account(capsys):
    call_command("create_account", "root.admin", "--role", "sysadmin", "--json", "--generate")
    import json

    made = json.loads(capsys.readouterr().out)
    user = User.objects.get(username="root.admin")
    assert user.check_password(made["password"])
    assert user.is_active and user.must_change_password and user.role == SYSTEM_ADMIN
    assert AuditEntry.objects.get(action="新建账号").actor is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["a b", "--role", "leader"], "用户名用"),
        (["wang.wu", "--role", "king"], "没有“king”这个角色"),
        (["wang.wu", "--role", "reviewer"], "须选定单位"),
        (["wang.wu", "--role", "reviewer", "--organisation", "无此局"], "没有代码或简称为“无此局”的单位"),
        (["taken", "--role", "leader"], "已有账号使用"),
    ],
)
def test_command_refuses_in_one_sentence(capsys, arguments, sentence):
    make_user(COORDINATOR, username="taken")
    make_organisation("市财政局")
    with pytest.raises(SystemExit) as ended:
        call_command("create_account", *arguments, "--generate")
    assert ended.value.code == 2
    shown = capsys.readouterr()
    assert sentence in shown.err and len(shown.err.strip().splitlines()) == 1 and not shown.out
    assert User.objects.count() == 1
