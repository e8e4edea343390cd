"""Passwords: the rules of GB/T 22239-2019 level 3, their hash, and generated ones."""

import secrets
import string

from django.contrib.auth.hashers import Argon2PasswordHasher, check_password
from django.core.exceptions import ValidationError

MINIMUM_LENGTH = 10
REMEMBERED = 5
NAME_PART_LENGTH = 4
GENERATED_LENGTH = 16
# Letters and digits that are hard to tell apart on paper are left out.
GENERATED_FROM = (
    "".join(c for c in string.ascii_lowercase if c not in "lo"),
    "".join(c for c in string.ascii_uppercase if c not in "IO"),
    "23456789",
    "-_.+=",
)


class SiteHasher(Argon2PasswordHasher):
    """Argon2id with 19 MiB and two passes (OWASP's second choice): under 100 ms CPU, and four sign-ins at once
    stay within the memory of a web process."""

    time_cost = 2
    memory_cost = 19456
    parallelism = 1


class LengthAndClassesValidator:
    def validate(self, password, user=None):
        classes = [
            any(c.islower() for c in password),
            any(c.isupper() for c in password),
            any(c.isdigit() for c in password),
            any(not c.isalnum() for c in password),
        ]
        if len(password) < MINIMUM_LENGTH or sum(classes) < 3:
            raise ValidationError(self.get_help_text())

    def get_help_text(self):
        return f"密码至少 {MINIMUM_LENGTH} 位，大写字母、小写字母、数字、符号四类中至少有三类。"


class NoUsernameValidator:
    """Neither the whole user name nor any four characters in a row of it."""

    def validate(self, password, user=None):
        name = (getattr(user, "username", "") or "").lower()
        parts = {name[i : i + NAME_PART_LENGTH] for i in range(len(name) - NAME_PART_LENGTH + 1)} | {name}
        if any(part and part in password.lower() for part in parts):
            raise ValidationError(self.get_help_text())

    def get_help_text(self):
        return f"密码中不能含有用户名，也不能含有用户名中连续的 {NAME_PART_LENGTH} 个字符。"


class NotRecentlyUsedValidator:
    """The password in use and those before it, ``REMEMBERED`` in all."""

    def validate(self, password, user=None):
        if user is None or user.pk is None:
            return
        before = user.password_history.values_list("password", flat=True)[: REMEMBERED - 1]
        if any(check_password(password, used) for used in [user.password, *before] if used):
            raise ValidationError(self.get_help_text())

    def get_help_text(self):
        return f"不能与最近 {REMEMBERED} 次用过的密码相同。"


def generate_password() -> str:
    """Return a random password that fits the rules, without characters that look alike."""
    chosen = [secrets.choice(kind) for kind in GENERATED_FROM]
    everything = "".join(GENERATED_FROM)
    chosen += [secrets.choice(everything) for _ in range(GENERATED_LENGTH - len(chosen))]
    secrets.SystemRandom().shuffle(chosen)
    return "".join(chosen)
