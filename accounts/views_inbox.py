"""The inbox: a person's messages, unread ones first; opening one marks it as read."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import digests, notices
from accounts.forms import MailForm
from accounts.guards import requires_login
from accounts.models import Notice
from accounts.views import own_address

PAGE_SIZE = 25


@requires_login
@require_safe
def inbox(request):
    return _page(request)


@requires_login
@require_POST
def set_mail(request):
    """Set one's own address for the daily mail; empty: no mail. Only on a site that sends mail."""
    if not settings.EMAIL_URL:
        raise Http404
    form = MailForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    digests.set_address(user=request.user, email=form.cleaned_data["email"])
    messages.success(request, "邮箱已保存。" if form.cleaned_data["email"] else "已不再发送邮件。")
    return redirect("accounts:inbox")


def _page(request, form=None):
    rows = Notice.objects.filter(recipient=request.user).order_by(F("read_at").asc(nulls_first=True), "-on", "-id")
    unread_only = request.GET.get("unread") == "1"
    if unread_only:
        rows = rows.filter(read_at__isnull=True)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "accounts/inbox.html",
        {
            "page": page,
            "unread": notices.unread_count(request.user),
            "unread_only": unread_only,
            "form": form or (MailForm(initial={"email": request.user.email}) if settings.EMAIL_URL else None),
        },
    )


@requires_login
@require_POST
def open_notice(request, pk):
    """Mark one's own message as read and go where it leads."""
    notice = get_object_or_404(Notice, pk=pk, recipient=request.user)
    notices.mark_read(user=request.user, pk=pk)
    return redirect(own_address(request, notice.url) or "accounts:inbox")


@requires_login
@require_POST
def read_all(request):
    notices.mark_read(user=request.user)
    messages.success(request, "全部消息已标为已读。")
    return redirect("accounts:inbox")
