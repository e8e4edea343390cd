"""The queue of claimed money for the county's reviewer and the city's office, with the voucher beside the figure."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.guards import requires
from accounts.permissions import COORDINATOR
from common import clock, periods
from common.errors import UserError
from common.versions import StaleVersion
from projects import empties, entries, verification
from projects.entry_facts import project_facts
from projects.entry_rules import Entry, questions, total_refusal
from projects.files import path_of, visible_files
from projects.models import FundEntry
from projects.money_page import sums_by_project
from projects.month import missing
from projects.sections import sections

PAGE_SIZE = 10
SHOWN_MONTHS = 6
IMAGES = {".png": "image/png", ".jpg": "image/jpeg"}


@requires("review", "verify")
@require_GET
def queue(request):
    kind = request.GET.get("kind", "funds")
    if kind not in entries.KINDS:
        raise Http404
    return render(request, "projects/verify.html", _queue(request, kind))


def _queue(request, kind):
    user = request.user
    counts = {name: verification.waiting_for(model, user).count() for name, model in entries.KINDS.items()}
    rows = _related(verification.waiting_for(entries.KINDS[kind], user))
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    prepare(list(page), kind, on=clock.today())
    return {
        "page": page,
        "kind": kind,
        "tabs": [
            {
                "label": model._meta.verbose_name,
                "url": f"?kind={name}",
                "count": counts[name],
                "current": name == kind,
            }
            for name, model in entries.KINDS.items()
        ],
        "total": page.paginator.count,
        "empty": empties.nothing_to_verify(user),
        "sections": sections(request, "projects:verify"),
        **_for_office(user),
    }


def _for_office(user) -> dict:
    """What the office sees beside its queue: the counties that have not handed in the last month."""
    if user.role != COORDINATOR:
        return {"for_city": False}
    today = clock.today()
    label = periods.label(missing.month_due(today))
    return {"for_city": True, "missing": missing.counties_missing(today), "month_due_label": label}


def _related(rows):
    related = ["project__county", "claimed_by", "county_verified_by", "reverses"]
    if rows.model is FundEntry:
        related += ["voucher_file", "reverses__voucher_file"]
    return rows.select_related(*related)


def prepare(rows, kind, *, on):
    """Put beside each row what helps to judge it: the project's sums, earlier months, the voucher, doubts.

    Two queries per card list, whatever its length.
    """
    model = entries.KINDS[kind]
    ids = {row.project_id for row in rows}
    sums = sums_by_project(model, ids)
    facts = project_facts(model, ids, on=on)
    for row in rows:
        row.kind = kind
        row.label = periods.label(row.month)
        known = sums[row.project_id]
        row.verified_before = known["verified"]
        row.others_waiting = known["waiting"] - (0 if row.state == "city_verified" else row.amount)
        months = known["months"]
        row.earlier = [(month, months[month]) for month in sorted(months) if month < row.month][-SHOWN_MONTHS:]
        row.file = getattr(row, "voucher_file", None)
        if row.reverses_id and kind == "funds":
            row.file = row.reverses.voucher_file
        row.is_image = bool(row.file) and "." + row.file.path.rpartition(".")[2] in IMAGES
        row.doubts = _doubts(row, facts[row.project_id])


def _doubts(row, facts):
    entry = Entry(amount=row.amount, month=row.month, reverses=bool(row.reverses_id))
    own = facts.months.get(row.month, 0) - row.amount
    months = {month: amount for month, amount in facts.months.items() if month != row.month} | {row.month: own}
    without = type(facts)(facts.total_investment, facts.signed_on, facts.stage, facts.entered - row.amount, months)
    found = [] if row.reverses_id else [total_refusal(entry, without)]
    said = [refusal.message for refusal in found if refusal] + questions(entry, without)
    if row.kind == "funds" and row.file is None:
        said.append("没有凭证文件。")
    return said


@requires("review", "verify")
@require_POST
def decide(request, kind, pk):
    """Verify a row or send it back; htmx gets the card back, others the queue."""
    if kind not in entries.KINDS:
        raise Http404
    rows = _related(entries.KINDS[kind].objects.visible_to(request.user))
    entry = get_object_or_404(rows, pk=pk)
    try:
        done = _act(request, entry)
    except (UserError, StaleVersion) as refusal:
        return _refused(request, kind, entry, refusal)
    if request.htmx:
        return render(request, "projects/_verify_done.html", {"entry": entry, "kind": kind, "done": done})
    messages.success(request, f"{entry.project.name} {entry.month}：{done}。")
    return redirect(f"{reverse('projects:verify')}?kind={kind}")


def _act(request, entry) -> str:
    common = {
        "entry": entry,
        "version": _number(request.POST.get("version", "")),
        "by": request.user,
        "on": clock.today(),
    }
    act = request.POST.get("act")
    if act == "verify":
        verification.verify_entry(**common)
        return "市级已核实" if request.user.role == COORDINATOR else "县级已核实，等待市级核实"
    if act == "return":
        verification.return_entry(reason=request.POST.get("reason", ""), **common)
        return "已退回"
    raise UserError("请选择核实或退回。")


def _refused(request, kind, entry, refusal):
    fresh = _related(entries.KINDS[kind].objects.visible_to(request.user)).filter(pk=entry.pk).first()
    message = getattr(refusal, "message", "") or "这笔刚被他人处理或改过，请按最新内容核实。"
    if fresh is None:
        messages.error(request, message)
        return redirect(f"{reverse('projects:verify')}?kind={kind}")
    prepare([fresh], kind, on=clock.today())
    fresh.problem = message
    fresh.typed_reason = request.POST.get("reason", "")
    fresh.returning = request.POST.get("act") == "return"
    waits = verification.waiting_for(entries.KINDS[kind], request.user).filter(pk=fresh.pk).exists()
    context = {"entry": fresh, "kind": kind, "waits": waits}
    if request.htmx:
        return render(request, "projects/_verify_card.html", context)
    page = Paginator([fresh], 1).get_page(1)
    context |= {"page": page, "single": True, "total": 1, "for_city": request.user.role == COORDINATOR, "tabs": []}
    context["sections"] = sections(request, "projects:verify")
    return render(request, "projects/verify.html", context, status=409)


@requires("review", "verify")
@require_POST
def verify_many(request, kind):
    """Verify the checked rows; each stands for itself, what could not be verified is told."""
    if kind not in entries.KINDS:
        raise Http404
    versions = {}
    for pair in request.POST.getlist("entry")[:500]:
        pk, _, version = pair.partition(":")
        if _number(pk):
            versions[_number(pk)] = _number(version)
    try:
        done, refused = verification.verify_many(
            model=entries.KINDS[kind], versions=versions, by=request.user, on=clock.today()
        )
    except UserError as refusal:
        messages.error(request, refusal.message)
    else:
        if done:
            messages.success(request, f"已核实 {done} 笔。")
        for sentence in refused[:10]:
            messages.error(request, sentence)
    return redirect(f"{reverse('projects:verify')}?kind={kind}")


@requires("view")
@require_GET
def voucher_image(request, pk):
    """A stored picture (png, jpg) to be shown beside its figure; anything else is only downloaded."""
    row = get_object_or_404(visible_files(request.user), pk=pk)
    kind = IMAGES.get("." + row.path.rpartition(".")[2])
    path = path_of(row.path)
    if kind is None or not path.is_file():
        raise Http404
    response = HttpResponse(path.read_bytes(), content_type=kind)
    response["Content-Disposition"] = "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _number(text) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
