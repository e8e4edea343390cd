"""Memoranda: the list, one with its clauses; the office plans a clause, its owner reports on it."""

from collections import defaultdict
from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import record_denial, requires
from accounts.permissions import may
from common import clock
from common.asof import as_of_context, read_as_of
from common.errors import UserError
from common.lists import list_page
from common.versions import StaleVersion
from projects import empties
from projects.models import Memorandum, MemorandumClause
from projects.places import memoranda
from projects.places.filters import MemorandumFilter
from projects.places.forms import PlanForm, ProgressForm
from projects.places.tables import MemorandumTable
from projects.sections import sections


def known_by(as_of):
    return Memorandum.objects.filter(Q(signed_on__lte=as_of) | Q(signed_on__isnull=True)).select_related("source")


@requires("view")
@require_safe
def memorandum_list(request):
    as_of = read_as_of(request)
    rows = known_by(as_of)
    clauses = defaultdict(list)
    for now in memoranda.clauses_now(MemorandumClause.objects.filter(memorandum__in=rows), as_of):
        clauses[now.clause.memorandum_id].append(now)
    return list_page(
        request,
        rows=rows.order_by("-signed_on", "pk"),
        filters=MemorandumFilter,
        table=partial(MemorandumTable, clauses=clauses),
        title="合作协议",
        noun="份",
        as_of=as_of,
        template="projects/memoranda.html",
        search_placeholder="搜协议、合作方",
        empty=empties.no_memoranda(request.user),
        context={
            "sections": sections(request),
            "cards": {
                row.pk: {
                    "clauses": clauses[row.pk],
                    "counts": memoranda.counted(clauses[row.pk]),
                    "published": memoranda.published_words(row, len(clauses[row.pk])),
                }
                for row in rows
            },
            "may_edit": may(request.user, "supervise"),
            "demo": any(now.newest and now.newest.is_demo for found in clauses.values() for now in found),
        },
    )


@requires("view")
@require_safe
def memorandum_detail(request, key):
    as_of = read_as_of(request)
    return _page(request, get_object_or_404(known_by(as_of), key=key), as_of)


def _page(request, memorandum, as_of, bound=None, status=200):
    """The memorandum; ``bound`` is (clause key, act, form) of a refusal."""
    user = request.user
    clauses = memorandum.clauses.select_related("owner")
    found = memoranda.clauses_now(clauses, as_of)
    rows = []
    for now in found:
        clause = now.clause
        forms = {
            "plan": PlanForm(auto_id=f"plan{clause.pk}_%s", initial=_planned(clause))
            if may(user, "supervise")
            else None,
            "report": ProgressForm(auto_id=f"report{clause.pk}_%s") if memoranda.may_report(user, clause) else None,
        }
        open_act = ""
        if bound and bound[0] == clause.pk:
            open_act = bound[1]
            forms[open_act] = bound[2]
        rows.append({"now": now, "clause": clause, "open": open_act, **forms})
    return render(
        request,
        "projects/memorandum.html",
        {
            "memorandum": memorandum,
            "rows": rows,
            "counts": memoranda.counted(found),
            "published": memoranda.published_words(memorandum, len(found)),
            "demo": any(now.clause.is_demo or (now.newest and now.newest.is_demo) for now in found),
            "may_plan": may(user, "supervise"),
            "as_of": as_of,
            "asof": as_of_context(request, as_of),
            "sections": sections(request, "projects:memoranda"),
        },
        status=status,
    )


def _planned(clause) -> dict:
    return {
        "owner": clause.owner.code if clause.owner else None,
        "due_on": clause.due_on,
        "next_step": clause.next_step,
    }


@requires("supervise")
@require_POST
def clause_plan(request, pk):
    clause = _clause(pk)
    form = PlanForm(request.POST, auto_id=f"plan{pk}_%s")
    seen = request.POST.get("version", "")
    version = int(seen) if seen.isdecimal() and len(seen) < 9 else 0
    if not form.is_valid():
        return _refused(request, clause, "plan", form)
    try:
        memoranda.plan_clause(clause=clause, version=version, by=request.user, **form.cleaned_data)
    except UserError as refusal:
        return _refused(request, clause, "plan", form, refusal)
    except StaleVersion:
        stale = UserError("这一项刚被他人改过，你填的还在；请对照上方最新内容后再保存。")
        return _refused(request, clause, "plan", form, stale, status=409)
    messages.success(request, "已保存。")
    return _back(clause)


@requires("report", "supervise")
@require_POST
def clause_report(request, pk):
    clause = _clause(pk)
    if not memoranda.may_report(request.user, clause):
        record_denial(request)
        raise PermissionDenied
    form = ProgressForm(request.POST, auto_id=f"report{pk}_%s")
    if not form.is_valid():
        return _refused(request, clause, "report", form)
    try:
        memoranda.report_progress(clause=clause, by=request.user, on=clock.today(), **form.cleaned_data)
    except UserError as refusal:
        return _refused(request, clause, "report", form, refusal)
    messages.success(request, "进展已记录。")
    return _back(clause)


def _clause(pk):
    """Memoranda are open to every business role; who may write on a clause is asked next."""
    return get_object_or_404(MemorandumClause.objects.select_related("memorandum", "owner"), pk=pk)


def _refused(request, clause, act, form, refusal=None, status=200):
    if refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
    return _page(request, clause.memorandum, clock.today(), bound=(clause.pk, act, form), status=status)


def _back(clause):
    return redirect(f"{reverse('projects:memorandum', args=[clause.memorandum.key])}#clause-{clause.pk}")
