"""Bulletins: the archive, one issue, its building, signing and download."""

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import requires
from accounts.models import Organisation
from accounts.permissions import may
from common import audit, clock, jobs, periods
from common.asof import read_as_of
from common.errors import UserError
from common.lists import list_page
from common.models import Job
from common.versions import StaleVersion
from reports.bulletins import building, publishing, subscribing
from reports.bulletins.archive import is_closed_to, words_of
from reports.bulletins.content import Document
from reports.bulletins.editions import Kind, edition_of, edition_of_bulletin
from reports.bulletins.proofing import kept_proof
from reports.bulletins.web import web_blocks
from reports.filters import BulletinFilter
from reports.models import Bulletin, BulletinDownload, Subscription
from reports.tables import BulletinTable
from tasklists.models import TaskList

FILES = {"pdf": "application/pdf", "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}


@requires("view")
@require_safe
def bulletin_list(request):
    """The archive; the office also sees here how far what it asked for is."""
    rows = Bulletin.objects.visible_to(request.user).select_related("organisation", "task_list")
    unread = ("content", "figures", "proof", *([] if words_of(request.GET.get("q", "")) else ["plain_text"]))
    rows = rows.defer(*unread)
    if request.GET.get("as_of"):
        rows = rows.issued(read_as_of(request))
    asked = Job.objects.filter(kind__in=(building.JOB, publishing.JOB), created_by=request.user)
    return list_page(
        request,
        rows=rows,
        filters=BulletinFilter,
        table=BulletinTable,
        title="情况通报",
        noun="期",
        template="reports/bulletin_list.html",
        search_placeholder="搜各期全文、期号",
        empty_text="还没有通报。协调办可在本页生成某月的草稿。",
        context={
            "demo": rows.filter(is_demo=True).exists(),
            "may_build": may(request.user, "supervise"),
            "job": _shown(asked.first()),
            "subscription": Subscription.objects.filter(user=request.user).first(),
            "may_mail": subscribing.may_mail(request.user),
        },
    )


@requires("view")
@require_safe
def bulletin_detail(request, pk):
    """One issue as it reads, with its files, its figures' passports and what this user may do with it."""
    rows = Bulletin.objects.visible_to(request.user).select_related("organisation", "task_list")
    bulletin = get_object_or_404(rows, pk=pk)
    document = Document.from_json(bulletin.content) if bulletin.content else None
    job = Job.objects.filter(
        kind__in=(building.JOB, publishing.JOB),
        key__in=(edition_of_bulletin(bulletin).key, f"publish:{bulletin.pk}"),
        created_by=request.user,
    ).first()
    waits_for_leader = bulletin.state == Bulletin.State.IN_REVIEW
    own = request.user.pk in (bulletin.drafted_by_id, bulletin.submitted_by_id)
    return render(
        request,
        "reports/bulletin_detail.html",
        {
            "bulletin": bulletin,
            "document": document,
            "blocks": web_blocks(document, bulletin) if document and not is_closed_to(request.user, bulletin) else [],
            "job": _shown(job),
            "edition": edition_of_bulletin(bulletin).payload(),
            "proof": kept_proof(bulletin) if bulletin.state != Bulletin.State.PUBLISHED else None,
            "hidden": is_closed_to(request.user, bulletin),
            "may_withdraw": may(request.user, "publish") and bulletin.state == Bulletin.State.PUBLISHED and document,
            "may_rebuild": may(request.user, "supervise") and bulletin.state == Bulletin.State.DRAFT,
            "may_send": may(request.user, "supervise") and bulletin.state == Bulletin.State.DRAFT,
            "may_publish": may(request.user, "publish") and waits_for_leader and not own,
        },
    )


@requires("supervise")
@require_safe
def new(request):
    """The form that asks for any edition: kind, period, whom or what it is about."""
    today = clock.today()
    this = periods.period_of(today)
    known = {
        "kind": Kind.choices,
        "period": [(p, periods.span_label(p)) for p in (*(periods.shift(this, -n) for n in range(13)),)]
        + [(str(year), f"{year}年（年度）") for year in (today.year, today.year - 1, today.year - 2)],
        "org": [("", "全市"), *Organisation.objects.counties_and_zones().values_list("code", "short")]
        + list(Organisation.objects.departments().current().values_list("code", "short")),
        "list": [("", "不限"), *TaskList.objects.in_force().values_list("slug", "title")],
    }
    defaults = {"kind": Kind.MONTHLY, "period": periods.shift(this, -1), "org": "", "list": ""}
    chosen = {name: request.GET.get(name, default) for name, default in defaults.items()}
    return render(request, "reports/bulletin_new.html", {"known": known, "chosen": chosen})


@requires("supervise")
@require_POST
def build(request):
    """Ask for the draft of an edition; the page that follows shows how far it is."""
    asked = {"kind": Kind.MONTHLY, "period": "", "org": "", "list": ""}
    asked = {name: request.POST.get(name, default) for name, default in asked.items()}
    try:
        with transaction.atomic():
            edition = edition_of(**asked)
            over_edits = request.POST.get("over_edits") == "1"
            job = building.request_building(edition, by=request.user, today=clock.today(), over_edits=over_edits)
            audit.record(by=request.user, action="申请生成通报", target=job, label=edition.label)
    except UserError as refusal:
        messages.error(request, refusal.message)
        return redirect(f"{reverse('reports:new')}?{urlencode(asked)}")
    return redirect("reports:building", pk=job.pk)


@requires("view")
@require_safe
def build_progress(request, pk):
    """The page that waits for a bulletin's job of this user."""
    job = get_object_or_404(Job, pk=pk, kind__in=(building.JOB, publishing.JOB), created_by=request.user)
    bulletin = (job.result or {}).get("bulletin")
    if job.state == Job.State.DONE and bulletin:
        return redirect("reports:detail", pk=bulletin)
    return render(request, "reports/bulletin_building.html", {"job": _shown(job)})


def _shown(job: Job | None) -> dict | None:
    """Return the job for the page while it runs or when it failed; a finished one needs no telling."""
    if job is None or job.state == Job.State.DONE:
        return None
    title = {building.JOB: "生成通报", publishing.JOB: "印发通报"}[job.kind]
    return jobs.shown(job) | {"title": title}


@requires("supervise")
@require_POST
def send(request, pk):
    answer = {"answer": request.POST.get("answer", "")}
    return _act(request, pk, publishing.send_for_signing, "已送签，等领导签发。", **answer)


@requires("publish")
@require_POST
def send_back(request, pk):
    return _act(request, pk, publishing.send_back, "已退回协调办修改。")


def _act(request, pk, service, done, **more):
    bulletin = get_object_or_404(Bulletin.objects.visible_to(request.user), pk=pk)
    try:
        service(bulletin=bulletin, version=_version(request), by=request.user, **more)
        messages.success(request, done)
    except UserError as refusal:
        messages.error(request, refusal.message)
    except StaleVersion:
        messages.error(request, "通报刚被他人改过，请看清当前内容后再办理。")
    return redirect("reports:detail", pk=pk)


def _version(request) -> int:
    text = request.POST.get("version", "")
    if not text.isdecimal() or len(text) > 9:
        raise UserError("页面内容不完整，请刷新后重试。")
    return int(text)


@requires("publish")
@require_POST
def publish(request, pk):
    """A leader issues the bulletin: the job sets the final files and freezes everything."""
    bulletin = get_object_or_404(Bulletin.objects.visible_to(request.user), pk=pk)
    try:
        with transaction.atomic():
            if bulletin.version != _version(request):
                raise UserError("通报刚被他人改过，请看清当前内容后再签发。")
            job = publishing.request_publishing(bulletin=bulletin, by=request.user)
            audit.record(by=request.user, action="签发通报", target=bulletin)
    except UserError as refusal:
        messages.error(request, refusal.message)
        return redirect("reports:detail", pk=pk)
    return redirect("reports:building", pk=job.pk)


@requires("view")
@require_safe
def download(request, pk, ending):
    """One of the two files, under a name that says which issue it is; each download is audited."""
    bulletin = get_object_or_404(Bulletin.objects.visible_to(request.user), pk=pk)
    digest = {"pdf": bulletin.pdf_sha256, "docx": bulletin.docx_sha256}.get(ending)
    if not digest or is_closed_to(request.user, bulletin):
        raise Http404
    path = building.document_path(digest, ending)
    if not path.is_relative_to(settings.DOCUMENT_ROOT) or not path.exists():
        raise Http404
    with transaction.atomic():
        BulletinDownload.objects.create(bulletin=bulletin, by=request.user, ending=ending, sha256=digest)
        audit.record(by=request.user, action="下载通报", target=bulletin, after={"file": ending, "sha256": digest})
    standing = {Bulletin.State.PUBLISHED: "", Bulletin.State.WITHDRAWN: "（已撤回）"}.get(bulletin.state, "（草稿）")
    name = f"{bulletin.number_words} {bulletin.title}{standing}.{ending}"
    response = FileResponse(path.open("rb"), content_type=FILES[ending])
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Cache-Control"] = "no-store"
    return response
