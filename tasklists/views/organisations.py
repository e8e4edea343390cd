"""The page of one organisation."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.guards import requires
from accounts.models import Organisation
from common.asof import as_of_context, read_as_of
from tasklists import words
from tasklists.organisation_page import organisation_page

KINDS = (Organisation.Kind.DEPARTMENT, Organisation.Kind.COUNTY, Organisation.Kind.ZONE)


@requires("view")
@require_GET
def organisation(request, code):
    """Everyone sees what the rankings say of an organisation; its rows are its own, the office's, the leaders'."""
    found = get_object_or_404(Organisation, code=code)
    if found.kind not in KINDS:
        raise Http404
    day = read_as_of(request)
    page = organisation_page(found, user=request.user, day=day)
    for item in page.get("items", ()):
        item.colour, item.word = words.light_of(item)
        item.stage_word = words.state_of(item)
    context = {"asof": as_of_context(request, day), "as_of": day, "day_text": day.isoformat()}
    return render(request, "tasklists/organisation.html", page | context)
