"""Editing a draft: the text with its bound figures, the proofreader beside it, its versions."""

import json

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import requires
from accounts.permissions import may
from common import audit
from common.errors import UserError
from common.pictures import scaled_photo
from common.versions import StaleVersion
from reports.bulletins import chart_catalogue, edit_reading, editing, figure_search, photographs
from reports.bulletins.archive import is_closed_to
from reports.bulletins.comparing import text_changes
from reports.bulletins.content import Document
from reports.bulletins.proofing import kept_proof, proof_of
from reports.bulletins.web import picture_file
from reports.figures import passport_url
from reports.models import Bulletin

MOST_BYTES = 2_000_000


@requires("supervise")
@require_safe
def edit(request, pk):
    """The editor of a draft; one that waits for the leader or was issued leads back to its page."""
    bulletin = _bulletin(request, pk)
    if bulletin.state != Bulletin.State.DRAFT or not bulletin.content:
        messages.error(request, f"通报{bulletin.get_state_display()}，不能编辑。")
        return redirect("reports:detail", pk=pk)
    document = Document.from_json(bulletin.content)
    labels = {figure["reference"]: figure["label"] for figure in (bulletin.figures or {}).get("figures", [])}
    context = {
        "bulletin": bulletin,
        "document": document,
        "blocks": editing.editor_blocks(document, labels),
        "proof": kept_proof(bulletin),
        "charts": chart_catalogue.entries(bulletin.as_of),
        "job": editing.typesetting(bulletin),
        "passport": passport_url("KEY", bulletin.as_of),
    }
    return render(request, "reports/bulletin_edit.html", context)


@requires("supervise")
@require_POST
def edit_save(request, pk):
    """Keep what the editor sent. Answers JSON: the new version, or one sentence and what stands against it."""
    bulletin = _bulletin(request, pk)
    try:
        posted = _posted(request)
        document = edit_reading.read_edit(bulletin, posted)
        note = str(posted.get("note", ""))[:200]
        saved = editing.save_edit(
            bulletin=bulletin, document=document, version=posted["version"], by=request.user, note=note
        )
    except UserError as refusal:
        return JsonResponse({"error": refusal.message}, status=422)
    except StaleVersion as stale:
        history = f"{reverse('reports:versions', args=[pk])}?a={posted['version']}&b={stale.current.version}"
        error = "他人在您编辑时保存了新版本。您的文字都还在：先看对方改了什么，再决定是否以您的为准。"
        return JsonResponse({"error": error, "version": stale.current.version, "history": history}, status=409)
    return JsonResponse({"version": saved.version, "proof": _panel(request, saved.proof or {})})


@requires("supervise")
@require_POST
def edit_proof(request, pk):
    """Proofread the text as it stands in the editor; nothing is kept."""
    bulletin = _bulletin(request, pk)
    try:
        document = edit_reading.read_edit(bulletin, _posted(request))
    except UserError as refusal:
        return JsonResponse({"error": refusal.message}, status=422)
    return JsonResponse({"proof": _panel(request, proof_of(document, bulletin.as_of))})


@requires("supervise")
@require_safe
def edit_figures(request, pk):
    """Figures to put into the text, found by label, key, county or department, as of the edition's day."""
    bulletin = _bulletin(request, pk)
    found = figure_search.find_figures(request.GET.get("q", "")[:80], bulletin.as_of)
    return render(request, "reports/_edit_figures.html", {"figures": found, "as_of": bulletin.as_of})


@requires("supervise")
@require_POST
def edit_photo(request, pk):
    """Take a photo for the text; it is scaled down and kept, the draft names it once it is saved."""
    bulletin = _bulletin(request, pk)
    upload = request.FILES.get("photo")
    try:
        if upload is None:
            raise UserError("请选择一张照片。", field="photo")
        key = photographs.keep_photo(scaled_photo(upload))
    except UserError as refusal:
        return JsonResponse({"error": refusal.message}, status=422)
    with transaction.atomic():
        audit.record(by=request.user, action="上传通报照片", target=bulletin, after={"photo": key})
    return JsonResponse({"key": key, "url": reverse("reports:picture", args=[bulletin.pk, key])})


@requires("supervise")
@require_safe
def edit_state(request, pk):
    """Tell whether the files of the draft stand, so that the page can offer them and show what was drawn."""
    bulletin = _bulletin(request, pk)
    return JsonResponse({"version": bulletin.version, **editing.typesetting(bulletin)})


@requires("view")
@require_safe
def picture(request, pk, key):
    """A chart's or photo's picture of a visible bulletin; its name says which bytes, so it may be kept for long."""
    bulletin = get_object_or_404(Bulletin.objects.visible_to(request.user), pk=pk)
    own = key in (bulletin.figures or {}).get("pictures", {})
    path = picture_file(bulletin, key) if own or may(request.user, "supervise") else None
    if path is None or is_closed_to(request.user, bulletin):
        raise Http404
    response = HttpResponse(path.read_bytes(), content_type={"png": "image/png"}.get(path.suffix[1:], "image/jpeg"))
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=600"
    return response


def _panel(request, proof):
    return render(request, "reports/_edit_proof.html", {"proof": proof}).content.decode()


def _posted(request) -> dict:
    if len(request.body) > MOST_BYTES:
        raise UserError("正文过长，保存不了，请删减后再试。")
    try:
        posted = json.loads(request.body)
    except ValueError:
        posted = None
    if not isinstance(posted, dict) or not isinstance(posted.get("version"), int):
        raise UserError("页面内容不完整，请刷新后重试。")
    return posted


@requires("supervise")
@require_safe
def versions(request, pk):
    """Every version of a draft and what changed between two of them (the last two unless chosen)."""
    bulletin = _bulletin(request, pk)
    rows = list(bulletin.versions.select_related("by").defer("content"))
    numbers = [row.number for row in rows]
    newer = _number(request, "b", numbers, numbers[0] if numbers else None)
    older = _number(request, "a", numbers, next((n for n in numbers if newer and n < newer), newer))
    changes = []
    if newer and older and newer != older:
        texts = {row.number: row.content for row in bulletin.versions.filter(number__in=(older, newer))}
        changes = text_changes(Document.from_json(texts[older]), Document.from_json(texts[newer]))
    context = {"bulletin": bulletin, "rows": rows, "older": older, "newer": newer, "changes": changes}
    return render(request, "reports/bulletin_versions.html", context)


def _number(request, name, numbers, default):
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 9 and int(text) in numbers else default


@requires("supervise")
@require_POST
def version_restore(request, pk, number):
    """Make an earlier version the draft's text again."""
    bulletin = _bulletin(request, pk)
    text = request.POST.get("version", "")
    try:
        version = int(text) if text.isdecimal() and len(text) < 9 else 0
        editing.restore_version(bulletin=bulletin, number=number, version=version, by=request.user)
        messages.success(request, f"已恢复第{number}版，文件正在重排。")
    except UserError as refusal:
        messages.error(request, refusal.message)
    except StaleVersion:
        messages.error(request, "通报刚被他人改过，请看清当前内容后再恢复。")
    return redirect("reports:versions", pk=pk)


def _bulletin(request, pk) -> Bulletin:
    rows = Bulletin.objects.visible_to(request.user).select_related("organisation", "task_list", "drafted_by")
    return get_object_or_404(rows, pk=pk)
