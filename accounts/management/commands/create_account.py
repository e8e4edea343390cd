"""Make an account from the machine itself: the only way to the first one, since none is shipped."""

import getpass
import json
import sys

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand

from accounts import services
from accounts.forms import NewAccountForm
from accounts.models import Organisation
from accounts.permissions import ROLE_NAMES
from common.errors import UserError


class Command(BaseCommand):
    help = "新建账号。密码在终端输入，直接回车则自动生成；首次登录须修改。"

    def add_arguments(self, parser):
        parser.add_argument("username", help="用户名")
        parser.add_argument(
            "--role", required=True, help="角色：" + "、".join(f"{k}（{v}）" for k, v in ROLE_NAMES.items())
        )
        parser.add_argument("--name", default="", help="姓名，默认同用户名")
        parser.add_argument("--organisation", default="", help="单位的代码或简称")
        parser.add_argument("--generate", action="store_true", help="不询问，自动生成密码")
        parser.add_argument("--json", action="store_true", help="只输出一个 JSON 文档")

    def handle(self, *, username, role, name, organisation, generate, **options):
        try:
            username = NewAccountForm.base_fields["username"].clean(username)
            user, password = services.create_account(
                by=None,
                username=username,
                display_name=name or username,
                role=role,
                organisation=find_organisation(organisation),
                password="" if generate else ask_password(),
                confirmed=True,
            )
        except UserError as refusal:
            self.refuse(refusal.message)
        except ValidationError as refusal:
            self.refuse("".join(refusal.messages))
        made = {
            "username": user.username,
            "role": user.role,
            "organisation": organisation or None,
            "password": password,
        }
        if options["json"]:
            self.stdout.write(json.dumps(made, ensure_ascii=False))
        else:
            self.stdout.write(f"账号“{username}”（{ROLE_NAMES[role]}）已新建，密码：{password}，首次登录须修改。")

    def refuse(self, sentence):
        self.stderr.write(sentence)
        sys.exit(2)


def find_organisation(text: str) -> Organisation | None:
    """Return the organisation with this code or short name, None without text. Raises UserError."""
    if not text:
        return None
    found = Organisation.objects.filter(code=text).first() or Organisation.objects.filter(short=text).first()
    if found is None:
        raise UserError(f"没有代码或简称为“{text}”的单位。")
    return found


def ask_password() -> str:
    """Return the typed password; empty (to be generated) without a terminal or on a bare Return."""
    if not sys.stdin.isatty():
        return ""
    password = getpass.getpass("密码（直接回车则自动生成）：")
    if password and getpass.getpass("再输一次：") != password:
        raise UserError("两次输入的密码不一致，账号未新建。")
    return password
