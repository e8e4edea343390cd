"""What became of issued bulletins: withdrawing one, its corrections, two issues side by side."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import requires
from accounts.permissions import may
from common import clock
from common.errors import UserError
from common.lists import list_page
from common.versions import StaleVersion
from reports.bulletins import publishing, restating
from reports.bulletins.comparing import figure_changes, issue_before, text_changes
from reports.bulletins.content import Document
from reports.filters import RestatementFilter
from reports.models import Bulletin, Restatement
from reports.tables import RestatementTable


@requires("publish")
@require_POST
def withdraw(request, pk):
    """A leader takes an issue back, with the reason that readers will see."""
    bulletin = get_object_or_404(Bulletin.objects.visible_to(request.user), pk=pk)
    version = request.POST.get("version", "")
    try:
        publishing.withdraw(
            bulletin=bulletin,
            version=int(version) if version.isdecimal() and len(version) < 9 else 0,
            reason=request.POST.get("reason", ""),
            by=request.user,
            on=clock.today(),
        )
        messages.success(request, "已撤回。编号保留，读者会看到撤回原因。")
    except UserError as refusal:
        messages.error(request, refusal.message)
    except StaleVersion:
        messages.error(request, "通报刚被他人改过，请看清当前内容后再办理。")
    return redirect("reports:detail", pk=pk)


@requires("supervise", "publish")
@require_safe
def restatements(request):
    """The ledger of figures that changed after they were issued."""
    rows = Restatement.objects.select_related("bulletin", "carried_by", "dismissed_by")
    return list_page(
        request,
        rows=rows,
        filters=RestatementFilter,
        table=RestatementTable,
        title="数字更正台账",
        noun="项",
        template="reports/restatements.html",
        search_placeholder="搜数字名称",
        empty_text="印发过的通报，数字都与台账一致，没有要更正的。",
        context={"may_check": may(request.user, "supervise")},
    )


@requires("supervise")
@require_POST
def restatements_check(request):
    """Compare the issued figures with the rows now, as every night."""
    found = restating.find_restatements(clock.today())
    messages.success(request, f"核对完毕，新发现{found}项。" if found else "核对完毕，没有新的更正。")
    return redirect("reports:restatements")


@requires("supervise")
@require_safe
def restatement(request, pk):
    """One correction: both values, where it was issued, why, and what is done about it."""
    row = get_object_or_404(Restatement.objects.select_related("bulletin", "carried_by", "dismissed_by"), pk=pk)
    return render(request, "reports/restatement.html", {"row": row, "refusal": ""})


@requires("supervise")
@require_POST
def restatement_act(request, pk):
    """Keep the reason of a correction, or decide that none is needed."""
    row = get_object_or_404(Restatement.objects.select_related("bulletin", "carried_by", "dismissed_by"), pk=pk)
    reason = request.POST.get("reason", "")
    try:
        if request.POST.get("act") == "dismiss":
            restating.dismiss(restatement=row, reason=reason, by=request.user, on=clock.today())
            messages.success(request, "已记为不予更正。")
        else:
            restating.explain(restatement=row, reason=reason, by=request.user)
            messages.success(request, "原因已保存，下一期草稿的更正说明会写明。")
    except UserError as refusal:
        context = {"row": row, "refusal": refusal.message, "typed": reason}
        return render(request, "reports/restatement.html", context, status=409)
    return redirect("reports:restatement", pk=pk)


@requires("view")
@require_safe
def compare(request, pk):
    """What changed since another issue: the one before it of the same kind unless chosen."""
    rows = Bulletin.objects.visible_to(request.user).exclude(content=None).select_related("organisation")
    bulletin = get_object_or_404(rows, pk=pk)
    chosen = request.GET.get("with", "")
    same = rows.filter(organisation=bulletin.organisation).exclude(pk=pk).order_by("-period", "-pk")
    other = same.filter(pk=int(chosen)).first() if chosen.isdecimal() and len(chosen) < 9 else None
    other = other or issue_before(bulletin, rows)
    context = {
        "bulletin": bulletin,
        "other": other,
        "choices": list(same.select_related(None).only("pk", "title", "issue", "content")[:36]),
    }
    if other:
        context["figures"] = figure_changes(other, bulletin)
        context["changes"] = text_changes(Document.from_json(other.content), Document.from_json(bulletin.content))
    return render(request, "reports/bulletin_compare.html", context)
