"""Money on its way and the health check of the demonstration: claims that wait, what was seen on site, slips.

Nothing here is verified by the city, so that the published sums stay whole.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import typst
from django.core.files.uploadedfile import SimpleUploadedFile

from projects import entries, verification
from projects.files import store_file
from projects.health import checking, slips
from projects.models import FundEntry, HealthFinding, InvestmentEntry, Project, ProjectFile, SiteProgress
from reports.bulletins import fonts
from reports.demo.calendar import TODAY

SEED = 20231214
EARLIER_CHECK = date(2023, 10, 20)
SEEN = (date(2023, 8, 28), date(2023, 10, 27), date(2023, 11, 28))
APART = 7  # projects whose site is far from its funds
WAITING_INVESTMENTS = 24
ANSWERS = {
    "not_started": "用地手续已办结，施工单位进场，开工日期报协调办备案。",
    "no_funds": "投资方首期资金已汇出，凭证随月报报送。",
    "low_funds": "与投资方议定按季度到位计划，本季度资金已到账。",
    "out_of_step": "已核对工程量和付款节点，进度款结算后两者接近。",
}
SLIP = """#set page(width: 150mm, height: auto, margin: 9mm)
#set text(size: 12pt, font: sys.inputs.font)
#align(center, text(size: 17pt, sys.inputs.kind))
#v(2mm)
#table(columns: (32mm, 1fr), inset: 7pt, "凭证号", sys.inputs.number, "项目", sys.inputs.project,
  "金额", sys.inputs.amount, "日期", sys.inputs.on)
#align(right, text(fill: rgb("b00e28"), "示例凭证，不是真实票据"))
"""
STATEMENT = """#set text(size: 14pt, font: sys.inputs.font)
#sys.inputs.title

#sys.inputs.project

#sys.inputs.basis
"""
EVIDENCE_KINDS = {"银行进账单": "SLJZ", "验资报告": "SLYZ", "设备发票": "SLFP"}


@dataclass(frozen=True)
class People:
    """Who acts: the county's reporter and reviewer, the city's office."""

    reporter: object
    reviewer: object
    office: object


def load_money_flow(people: People):
    """Write claims and site progress, run the check as of October and of today, and move some slips on."""
    rng = random.Random(SEED)
    started = list(
        Project.objects.as_of(TODAY)
        .filter(is_demo=True, started_on__isnull=False, total_investment__isnull=False, county__isnull=False)
        .select_related("county")
        .order_by("code")
    )
    _progress(started, rng)
    _investments(started, rng)
    own = [project for project in started if project.county_id == people.reporter.organisation_id]
    _claims(own, people, rng)
    _slips(people)


def _progress(started, rng):
    """What was seen on site: near the share of funds, of a few far from it."""
    apart = set(rng.sample([project.pk for project in started], APART))
    rows = []
    for project in started:
        share = int((project.funds_in_place or Decimal(0)) * 100 / project.total_investment)
        last = min(95, share + rng.randrange(38, 60)) if project.pk in apart else max(1, share + rng.randrange(-6, 15))
        days = [day for day in SEEN if day >= project.started_on]
        for left, day in zip(range(len(days) - 1, -1, -1), days, strict=True):
            percent = max(1, min(98, last - left * rng.randrange(2, 8)))
            rows.append(SiteProgress(project=project, on=day, percent=percent, is_demo=True))
    SiteProgress.objects.bulk_create(rows)


def _investments(started, rng):
    """Investment of November that waits for the county or for the city."""
    rows = []
    for project in rng.sample(started, WAITING_INVESTMENTS):
        checked = rng.random() < 0.4
        left = project.total_investment - (project.invested or Decimal(0))
        rows.append(
            InvestmentEntry(
                project=project,
                month="2023-11",
                amount=min(Decimal(rng.randrange(20, 160) * 10), left // 2 + 1),
                state="county_verified" if checked else "claimed",
                claimed_on=date(2023, 12, 4),
                county_verified_on=date(2023, 12, 7) if checked else None,
                is_demo=True,
            )
        )
    InvestmentEntry.objects.bulk_create(rows)


def _claims(own, people, rng):
    """Funds that the county's people have entered with their slips: claimed, verified by the county, sent back."""
    chosen = [project for project in own if project.funds_in_place][:7]
    for place, project in enumerate(chosen):
        kind = list(EVIDENCE_KINDS)[place % len(EVIDENCE_KINDS)]
        on = date(2023, 12, 5) + timedelta(days=place % 4)
        amount = Decimal(rng.randrange(30, 120) * 10)
        number = f"{EVIDENCE_KINDS[kind]}-{on:%m%d}-{place + 1:02d}"
        row = entries.claim_fund(
            project=project,
            amount=amount,
            month="2023-11",
            voucher_kind=kind,
            voucher_number=number,
            file=_voucher(project, kind, number, amount, on, people.reporter),
            by=people.reporter,
            on=on,
            confirmed=True,
        )
        FundEntry.objects.filter(pk=row.pk).update(is_demo=True)
        if place >= 3:
            checked = {"entry": row, "version": row.version, "by": people.reviewer, "on": date(2023, 12, 11)}
            if place == 6:
                verification.return_entry(reason="进账单上的付款方与投资方不一致，请核实后重新申报。", **checked)
            else:
                verification.verify_entry(**checked)


def _voucher(project, kind, number, amount, on, by) -> ProjectFile:
    """A picture of a slip that says that it is none."""
    words = {"number": number, "project": project.name, "amount": f"{amount:,.2f} 万元", "on": f"{on}"}
    picture = _drawn(SLIP, kind=kind, **words, format="png", ppi=96.0)
    upload = SimpleUploadedFile(f"{kind} {number}.png", picture)
    return store_file(project=project, purpose=ProjectFile.Purpose.VOUCHER, upload=upload, by=by)


def _slips(people):
    """Slips of an October check, some of them answered or closed since, and those of today's check."""
    checking.run_check(on=EARLIER_CHECK)
    _move_on(people)
    checking.run_check(on=TODAY)
    HealthFinding.objects.update(is_demo=True)


def _move_on(people):
    """The first slips of the county are answered and closed, most others elsewhere are closed."""
    rows = list(HealthFinding.objects.filter(found_on=EARLIER_CHECK).order_by("number"))
    own = [row for row in rows if row.owner_id == people.reporter.organisation_id]
    for row in own[:2]:
        upload = SimpleUploadedFile(f"整改说明 {row.number}.pdf", _statement(row))
        row = slips.answer_finding(
            finding=row,
            version=row.version,
            answer=ANSWERS[row.rule],
            upload=upload,
            by=people.reporter,
            on=date(2023, 11, 10),
        )
        if row.pk == own[0].pk:
            slips.close_finding(finding=row, version=row.version, by=people.office, on=date(2023, 11, 14))
    for row in [row for row in rows if row not in own][::2]:
        HealthFinding.objects.filter(pk=row.pk).update(
            state="closed", answer=ANSWERS[row.rule], answered_on=date(2023, 11, 8), closed_on=date(2023, 11, 15)
        )


def _statement(row) -> bytes:
    return _drawn(STATEMENT, title="整改说明（示例）", project=row.project.name, basis=row.basis)


def _drawn(source: str, *, format: str = "pdf", ppi: float | None = None, **words) -> bytes:
    """Set the words, which are data and never markup, in the shipped font."""
    words["font"] = fonts.families()["hei"][0]
    made = typst.compile(source.encode(), format=format, ppi=ppi, sys_inputs=words, font_paths=fonts.load_fonts())
    return made[0] if isinstance(made, list) else made  # pictures come one a page
