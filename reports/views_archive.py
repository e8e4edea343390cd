"""The archive's readers: the download log and the subscription."""

from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import requires
from common import clock
from common.lists import list_page
from reports.bulletins import subscribing
from reports.filters import DownloadFilter
from reports.models import Bulletin, BulletinDownload
from reports.tables import DownloadTable


@requires("supervise", "publish")
@require_safe
def downloads(request):
    """Who fetched which file of which issue, when."""
    seen = Bulletin.objects.visible_to(request.user).order_by()
    rows = BulletinDownload.objects.filter(bulletin__in=seen).select_related("bulletin", "by__organisation")
    rows = rows.defer("bulletin__content", "bulletin__figures", "bulletin__proof", "bulletin__plain_text")
    return list_page(
        request,
        rows=rows,
        filters=DownloadFilter,
        table=DownloadTable,
        title="下载记录",
        noun="次",
        template="reports/downloads.html",
        search_placeholder="搜通报、下载人",
        empty_text="还没有人下载过通报。",
    )


@requires("view")
@require_POST
def subscribe(request):
    """Turn the reader's own subscription on (with or without mail) or off."""
    wanted = request.POST.get("on", "")
    if wanted == "0":
        subscribing.unsubscribe(user=request.user)
        messages.success(request, "已取消订阅。")
    else:
        by_mail = wanted == "mail" and subscribing.may_mail(request.user)
        subscribing.subscribe(user=request.user, by_mail=by_mail, on=clock.today())
        messages.success(request, f"已订阅：新一期印发后发消息到收件箱{'，并随每日邮件发出' if by_mail else ''}。")
    return redirect("reports:list")
