"""What is printed about one project: its fact sheet, its rectification slips."""

from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.guards import requires
from common import audit, exports
from common.asof import read_as_of
from projects.models import HealthFinding, Project
from reports.fact_sheets import fact_sheet_file
from reports.rectifications import rectification_file
from reports.views_supervision import KINDS


@requires("view")
@require_safe
def print_fact_sheet(request, pk, ending):
    """One page about a project the user may see; each download is audited."""
    as_of = read_as_of(request)
    rows = Project.objects.visible_to(request.user).as_of(as_of).select_related("county", "platform", "event")
    project = get_object_or_404(rows, pk=pk)
    if ending not in KINDS:
        raise Http404
    content = fact_sheet_file(project, as_of, ending)
    with transaction.atomic():
        audit.record(by=request.user, action="下载项目单页", target=project, after={"file": ending})
    return exports.attachment(content, name=f"{project.name}_{as_of}.{ending}", content_type=KINDS[ending])


@requires("view")
@require_safe
def print_rectification(request, pk, ending):
    """A rectification slip in the official format; each download is audited."""
    rows = HealthFinding.objects.visible_to(request.user).select_related("project", "owner", "file")
    finding = get_object_or_404(rows, pk=pk)
    if ending not in KINDS:
        raise Http404
    content = rectification_file(finding, ending)
    number = finding.full_number
    with transaction.atomic():
        audit.record(by=request.user, action="下载整改单", target=finding, label=number, after={"file": ending})
    return exports.attachment(content, name=f"整改单 {number}.{ending}", content_type=KINDS[ending])
