"""The base of the site's commands: bad arguments end in exit status 2 and one Chinese sentence."""

import re
import sys

from django.core.management.base import BaseCommand


class SiteCommand(BaseCommand):
    def create_parser(self, prog_name, subcommand, **kwargs):
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.error = lambda message: _refuse(subcommand, message)
        return parser


def _refuse(subcommand: str, message: str):
    named = "、".join(re.findall(r"--?[\w-]+", message))
    detail = f"（{named}）" if named else ""
    sys.stderr.write(f"命令的参数有误{detail}，用法见 manage.py {subcommand} --help。\n")
    sys.exit(2)
