"""The files kept with projects."""

from django.db import transaction
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from accounts.guards import requires
from common import audit
from projects.files import path_of, visible_files


@requires("view")
@require_GET
def project_file(request, pk):
    """The stored file, always as an attachment under its own name."""
    row = get_object_or_404(visible_files(request.user), pk=pk)
    if not path_of(row.path).is_file():
        raise Http404
    with transaction.atomic():
        audit.record(by=request.user, action="下载项目文件", target=row)
    response = FileResponse(path_of(row.path).open("rb"), as_attachment=True, filename=row.name)
    response["Content-Type"] = "application/octet-stream"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
