"""Take an account's second factor away from the machine itself: the way back when the only security
administrator has lost the phone."""

import sys

from django.core.management.base import BaseCommand

from accounts import second_factor
from accounts.models import User
from common.errors import UserError


class Command(BaseCommand):
    help = "重置一个账号的动态口令，下次登录时重新绑定"

    def add_arguments(self, parser):
        parser.add_argument("username", help="用户名")

    def handle(self, *, username, **options):
        user = User.objects.filter(username=username).first()
        try:
            if user is None:
                raise UserError(f"没有“{username}”这个账号。")
            second_factor.reset(user=user, by=None)
        except UserError as refusal:
            self.stderr.write(refusal.message)
            sys.exit(2)
        self.stdout.write(f"账号“{username}”的动态口令已重置。")
