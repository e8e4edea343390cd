"""What a company sees by its link: its own case and nothing else of the site."""

from functools import wraps

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guards import public
from common import audit, clock, exports
from common.errors import UserError
from common.middleware import client_address
from projects.files import path_of
from projects.models import ServiceCase
from projects.service import links
from projects.service.forms import RatingForm

HIDDEN = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}
# The frame of the site shows nothing of whoever happens to be signed in here.
BARE = {"menu": [], "tabbar": [], "inbox": None}


def kept_private(view):
    """Let the answer be stored, indexed and referred from nowhere, whatever it is; keep the token out of logs."""

    @wraps(view)
    def guarded(request, token, **more):
        request.logged_path = "/projects/follow/…"
        answer = view(request, token, **more)
        for name, value in HIDDEN.items():
            answer[name] = value
        return answer

    return guarded


@public
@kept_private
@require_http_methods(["GET", "POST"])
def follow(request, token) -> HttpResponse:
    if not links.may_try(client_address(request), timezone.now()):
        return render(request, "projects/follow_limit.html", BARE, status=429)
    today = clock.today()
    case = links.case_of(token, today)
    if case is None:
        return _absent(request)
    form = RatingForm()
    if request.method == "POST":
        form = RatingForm(request.POST)
        if form.is_valid():
            try:
                links.rate_by_link(token=token, **form.cleaned_data, on=today)
            except ServiceCase.DoesNotExist:
                return _absent(request)
            except UserError as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
            else:
                return redirect("projects:follow", token=token)
    steps = case.steps.filter(is_public=True).select_related("file").order_by("-on", "-pk")
    shown = [
        {
            "title": step.text,
            "time": step.on.isoformat(),
            "url": reverse("projects:follow_file", args=[token, step.file_id]) if step.file else "",
            "link": step.file.name if step.file else "",
        }
        for step in steps
    ]
    may_rate = case.state == ServiceCase.State.DONE and not case.satisfaction
    context = {"case": case, "steps": shown, "form": form if may_rate else None}
    return render(request, "projects/follow.html", context | BARE)


@public
@kept_private
@require_safe
def follow_file(request, token, pk) -> HttpResponse:
    """A file that came with what was answered to the company: of this case and a public step alone."""
    if not links.may_try(client_address(request), timezone.now()):
        return render(request, "projects/follow_limit.html", BARE, status=429)
    case = links.case_of(token, clock.today())
    step = case and case.steps.filter(is_public=True, file=pk).select_related("file").first()
    if not step or not path_of(step.file.path).is_file():
        return _absent(request)
    with transaction.atomic():
        audit.record(by=None, action="企业下载答复文件", target=case, label=f"{case.number} {step.file.name}")
    content = path_of(step.file.path).read_bytes()
    return exports.attachment(content, name=step.file.name, content_type="application/octet-stream")


def _absent(request):
    """The one answer to links that are unknown, revoked or expired."""
    return render(request, "projects/follow_absent.html", BARE, status=404)
