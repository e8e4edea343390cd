"""The printed slip, and a leader's instruction on a bulletin."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import requires
from common import audit, exports
from reports.models import Bulletin
from reports.slips import slip_file
from tasklists.models import SupervisionSlip
from tasklists.views.instructions import give

KINDS = {"pdf": "application/pdf", "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}


@requires("view")
@require_safe
def print_slip(request, pk, ending):
    """An issued slip in the official format; each download is audited."""
    rows = SupervisionSlip.objects.visible_to(request.user).filter(number__isnull=False)
    slip = get_object_or_404(rows.select_related("item__task_list", "organisation"), pk=pk)
    if ending not in KINDS:
        raise Http404
    content = slip_file(slip, ending)
    with transaction.atomic():
        audit.record(by=request.user, action="下载督办单", target=slip, label=slip.full_number, after={"file": ending})
    return exports.attachment(content, name=f"督办单 {slip.full_number}.{ending}", content_type=KINDS[ending])


@requires("publish")
@require_POST
def instruct(request, pk):
    """A leader's instruction on an issued bulletin; a draft is sent back instead, its owners could not open it."""
    bulletin = get_object_or_404(Bulletin.objects.visible_to(request.user), pk=pk)
    if bulletin.state != Bulletin.State.PUBLISHED:
        messages.error(request, "通报还没有印发，印发后再批示；要修改请退回协调办。")
        return redirect("reports:detail", pk=pk)
    return give(request, back=reverse("reports:detail", args=[pk]), bulletin=(bulletin.pk, bulletin.title))
