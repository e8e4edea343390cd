"""Password rules of GB/T 22239-2019 level 3: length, classes, no user name, none of the last five."""

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError

MINIMUM_LENGTH = 10
REMEMBERED = 5


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
    def validate(self, password, user=None):
        if user is not None and user.username and user.username.lower() in password.lower():
            raise ValidationError(self.get_help_text())

    def get_help_text(self):
        return "密码中不能含有用户名。"


class NotRecentlyUsedValidator:
    def validate(self, password, user=None):
        if user is None or user.pk is None:
            return
        recent = [user.password, *user.password_history.values_list("password", flat=True)[:REMEMBERED]]
        if any(check_password(password, used) for used in recent if used):
            raise ValidationError(self.get_help_text())

    def get_help_text(self):
        return f"不能与最近 {REMEMBERED} 次用过的密码相同。"
