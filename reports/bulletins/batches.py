"""Many bulletins by one order: the city's, each county's, each department's, as jobs of their own.

The jobs are those of single bulletins, unique per edition: whatever dies, each draft is built once, and
more workers finish sooner. A batch only remembers which jobs it asked for.
"""

import tempfile
import zipfile
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from accounts.models import Organisation
from common import audit, periods
from common.errors import UserError
from common.models import Job
from reports.bulletins.building import document_path, request_building
from reports.bulletins.editions import Edition, Kind, standing
from reports.models import Bulletin, BulletinBatch
from tasklists.models import Assignment

GROUPS = {"city": "全市", "counties": "各县（市、区）", "departments": "各市直部门"}
FIXED_TIME = (2000, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Line:
    """One bulletin of a batch: what became of it."""

    edition: Edition
    job: Job | None
    bulletin: Bulletin | None
    note: str = ""

    @property
    def state(self) -> str:
        if self.job is None:
            return "kept"
        return {"queued": "waiting", "running": "running", "done": "done"}.get(self.job.state, "failed")


def editions_of(kind: str, period: str, groups: list[str], today: date) -> list[Edition]:
    """Return the editions of these groups; departments only where they answer for tasks by then."""
    editions = [Edition(kind, period)] if "city" in groups else []
    organisations = []
    if "counties" in groups:
        organisations += Organisation.objects.counties_and_zones()
    if "departments" in groups:
        day = min(periods.span(period)[1], today)
        busy = Assignment.objects.counted(day).values("organisation")
        organisations += Organisation.objects.departments().current().filter(pk__in=busy)
    return editions + [Edition(kind, period, organisation) for organisation in organisations]


@transaction.atomic
def order(*, kind: str, period: str, groups: list[str], by, today: date) -> BulletinBatch:
    """Ask for all of these editions at once and return the batch. Raises UserError.

    Those that were issued already or edited by hand are left as they are.
    """
    if kind not in (Kind.MONTHLY, Kind.ANNUAL):
        raise UserError("批量生成只有月度和年度通报。", field="kind")
    try:
        first, _ = periods.span(period)
    except ValueError as error:
        raise UserError(str(error), field="period") from None
    if (len(period) == 4) != (kind == Kind.ANNUAL) or "Q" in period:
        raise UserError("月度通报的期间是月份，年度通报的期间是年份。", field="period")
    if first > today:
        raise UserError(f"{periods.span_label(period)}还没有开始，不能生成通报。", field="period")
    editions = editions_of(kind, period, [g for g in groups if g in GROUPS], today)
    if not editions:
        raise UserError("请选择要生成的范围。", field="groups")
    waiting = BulletinBatch.objects.filter(template_kind=kind, period=period, asked_by=by).first()
    if waiting and _is_running(waiting) and waiting.organisations == [e.payload()["org"] for e in editions]:
        return waiting
    jobs = [_ask(edition, by, today) for edition in editions]
    batch = BulletinBatch.objects.create(
        template_kind=kind,
        period=period,
        organisations=[edition.payload()["org"] for edition in editions],
        jobs=jobs,
        asked_by=by,
    )
    label = f"{periods.span_label(period)}{Kind(kind).label}通报{len(editions)}份"
    audit.record(by=by, action="批量生成通报", target=batch, label=label, after={"groups": groups})
    return batch


def _ask(edition, by, today):
    if (
        standing(edition).exclude(state=Bulletin.State.DRAFT).exists()
        or standing(edition).filter(edited=True).exists()
    ):
        return None
    return request_building(edition, by=by, today=today).pk


def _is_running(batch):
    states = (Job.State.QUEUED, Job.State.RUNNING)
    return Job.objects.filter(pk__in=[pk for pk in batch.jobs if pk], state__in=states).exists()


def lines_of(batch: BulletinBatch) -> list[Line]:
    """Return the batch's bulletins in their order with job and draft; a constant number of queries."""
    jobs = Job.objects.in_bulk([pk for pk in batch.jobs if pk])
    organisations = {o.code: o for o in Organisation.objects.filter(code__in=[c for c in batch.organisations if c])}
    found = Bulletin.objects.filter(kind=batch.template_kind, period=batch.period, task_list=None)
    bulletins = {b.organisation_id: b for b in found.exclude(state=Bulletin.State.WITHDRAWN)}
    lines = []
    for code, pk in zip(batch.organisations, batch.jobs, strict=True):
        organisation = organisations.get(code) if code else None
        if code and organisation is None:
            continue
        bulletin = bulletins.get(organisation.pk if organisation else None)
        lines.append(Line(Edition(batch.template_kind, batch.period, organisation), jobs.get(pk), bulletin,
                          _why_kept(bulletin) if pk is None else ""))  # fmt: skip
    return lines


def _why_kept(bulletin):
    if bulletin is None:
        return "未生成"
    return (
        "已人工编辑，未重新生成"
        if bulletin.state == Bulletin.State.DRAFT
        else f"{bulletin.get_state_display()}，未重做"
    )


@transaction.atomic
def retry(*, batch: BulletinBatch, by, today: date) -> int:
    """Ask again for those that failed; return how many."""
    failed = {line.job.pk: line.edition for line in lines_of(batch) if line.state == "failed"}
    batch = BulletinBatch.objects.select_for_update().get(pk=batch.pk)
    batch.jobs = [_ask(failed[pk], by, today) if pk in failed else pk for pk in batch.jobs]
    batch.save(update_fields=["jobs"])
    if failed:
        audit.record(by=by, action="重试批量通报", target=batch, after={"count": len(failed)})
    return len(failed)


def zip_of(lines: list[Line]):
    """Return an open temporary file: both files of every built bulletin under names that tell them apart.

    Same documents, same bytes. Raises UserError where nothing is built yet or a file has gone.
    """
    built = [line for line in lines if line.bulletin and line.bulletin.pdf_sha256]
    if not built:
        raise UserError("这一批还没有生成好的文件，请稍候再下载。")
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for number, line in enumerate(built, start=1):
            who = line.edition.organisation.short if line.edition.organisation else "全市"
            for ending in ("docx", "pdf"):
                path = document_path(getattr(line.bulletin, f"{ending}_sha256"), ending)
                if not path.exists():
                    raise UserError(f"{who}的通报文件不在了，请重新生成这一份再下载。")
                name = f"{number:02d} {who} {periods.span_label(line.edition.period)}情况通报.{ending}"
                archive.writestr(zipfile.ZipInfo(name, FIXED_TIME), path.read_bytes())
    file.seek(0)
    return file
