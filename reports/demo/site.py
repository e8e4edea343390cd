"""Everything that ships, loaded in one transaction: what is published and, marked as such, the demonstration."""

import os
import random

from django.conf import settings
from django.db import transaction

from accounts.loading import accounts_table, load_demo_accounts, load_organisations
from accounts.models import User
from common import audit, statistics
from common.errors import UserError
from common.loading import load_sources
from common.models import SiteSettings
from indicators.loading import load_demo_targets, load_published_figures
from reports.demo.assessment import load_assessment
from reports.demo.bulletins import load_bulletins
from reports.demo.calendar import TODAY
from reports.demo.classes import load_classes
from reports.demo.indicators import load_indicators
from reports.demo.money_flow import People, load_money_flow
from reports.demo.pipeline import load_pipeline
from reports.demo.places import load_places
from reports.demo.projects import load_projects
from reports.demo.service import load_service
from reports.demo.supervision import load_supervision
from reports.demo.tasks import load_tasks
from tasklists.loading import load_reference_plan

SEED = 20231213
ACCOUNTS_FILE = "demo_accounts.txt"


def accounts_path():
    return settings.DATA_DIR / ACCOUNTS_FILE


@transaction.atomic
def load_site() -> bool:
    """Load the shipped data once; return False when this site has it already.

    Raises UserError on a site with accounts of its own: demonstration rows never mix with real ones.
    """
    row, fresh = SiteSettings.objects.select_for_update().get_or_create(pk=1)
    if row.is_demo:
        return False
    if User.objects.exists():
        raise UserError("本站已有账号，不是空站点，不载入演示数据。")
    row.business_date, row.is_demo = TODAY, True
    row.save()
    rng = random.Random(SEED)
    sources = load_sources()
    organisations = load_organisations()
    accounts = load_demo_accounts(organisations)
    users = {user.username: user for user, _ in accounts}
    people = {
        "市商务局": (users["shangwu"], users["shangwu_shenhe"]),
        "齐河县": (users["qihe"], users["qihe_shenhe"]),
    }
    load_published_figures(organisations, sources)
    load_demo_targets(organisations)
    load_indicators(organisations, people, users["xietiaoban"])
    load_reference_plan(organisations, sources)
    load_tasks(organisations, people, users["xietiaoban"], rng)
    load_projects(organisations, sources, rng)
    load_classes()
    load_money_flow(People(users["qihe"], users["qihe_shenhe"], users["xietiaoban"]))
    load_bulletins(organisations, rng)
    load_places(organisations)
    load_service(organisations)
    load_pipeline(organisations, users)
    load_supervision(organisations, people, users)
    load_assessment(organisations, users["xietiaoban"])
    transaction.on_commit(statistics.refresh)
    audit.record(by=None, action="载入演示数据", target=row, after={"业务日期": TODAY, "账号": sorted(users)})
    table = accounts_table(accounts)
    transaction.on_commit(lambda: _write_accounts(table))
    return True


def _write_accounts(table):
    """Keep the accounts in a file that only its owner can read."""
    path = accounts_path()
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(table)
