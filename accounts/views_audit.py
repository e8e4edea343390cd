"""The auditor's pages: the audit trail, one entry, the check of its chain."""

from django.http import Http404
from django.shortcuts import render

from accounts.filters import AuditFilter
from accounts.guards import requires
from accounts.tables import AuditTable, changes, role_name
from common import audit
from common.lists import list_page
from common.models import AuditArchive, AuditEntry, AuditHead


@requires("audit")
def audit_list(request):
    return list_page(
        request,
        rows=AuditEntry.objects.all(),
        filters=AuditFilter,
        table=AuditTable,
        title="审计记录",
        noun="条",
        template="accounts/audit_list.html",
        search_placeholder="账号、对象、地址或请求号",
        empty_text="还没有审计记录。",
    )


@requires("audit")
def audit_entry(request, sequence):
    entry = AuditEntry.objects.filter(sequence=sequence).first()
    if entry is None:
        raise Http404
    return render(
        request,
        "accounts/audit_entry.html",
        {"entry": entry, "changes": changes(entry), "role": role_name(entry.role)},
    )


@requires("audit")
def audit_check(request):
    """Walk the whole chain and show what is broken, naming each entry."""
    head = AuditHead.objects.filter(pk=1).first()
    archives = list(AuditArchive.objects.order_by("-last_sequence"))
    page = {"findings": audit.broken_links(), "head": head, "archives": archives}
    return render(request, "accounts/audit_check.html", page)
