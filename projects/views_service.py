"""企业诉求 and 监督热线: the list, one case with its acts, the statistics of their handling."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.guards import record_denial, requires
from accounts.permissions import SEES_OWN_ORGANISATION
from common import clock
from common.asof import as_of_context, read_as_of
from common.charts import chart_card
from common.errors import UserError
from common.lists import list_page
from common.versions import StaleVersion
from projects import empties
from projects.models import Project, ServiceCase
from projects.sections import sections
from projects.service import cases, links, permits, statistics
from projects.service.deadlines import WORKING_DAYS, time_left
from projects.service.filters import CaseFilter
from projects.service.forms import (
    AcceptForm,
    CaseForm,
    FinishForm,
    HandOverForm,
    RatingForm,
    RefuseForm,
    StepForm,
)
from projects.service.tables import STATE_TONES, CaseTable

STALE = "这件诉求刚被他人办理过，你填的还在；请看清当前情况后再提交。"
STEP_MARKS = {True: ("message-circle", "g"), False: ("circle-dot", "")}


@requires("view")
@require_safe
def case_list(request):
    as_of = read_as_of(request)
    rows = ServiceCase.objects.visible_to(request.user).as_of(as_of)
    return list_page(
        request,
        rows=rows.select_related("county", "handler").order_by("-received_on", "-pk"),
        filters=partial(CaseFilter, as_of=as_of),
        table=partial(CaseTable, on=as_of),
        title="企业诉求",
        noun="件",
        as_of=as_of,
        template="projects/cases.html",
        search_placeholder="搜企业、编号、内容",
        empty=empties.no_cases(request.user),
        context={
            "sections": sections(request),
            "tabs": _tabs(request, rows),
            "may_open": permits.may_open(request.user),
            "demo": rows.filter(is_demo=True).exists(),
        },
    )


def _tabs(request, rows):
    open_now = Q(state_then__in=("received", "accepted"))
    views = [
        ("全部", {}, Q()),
        ("待受理", {"state": "received"}, Q(state_then="received")),
        ("办理中", {"state": "accepted"}, Q(state_then="accepted")),
        ("逾期未办结", {"late": "open"}, open_now & Q(is_overdue=True)),
        ("监督热线", {"channel": "hotline"}, Q(channel="hotline")),
    ]
    counts = rows.aggregate(**{f"n{n}": Count("pk", filter=shown) for n, (_, _, shown) in enumerate(views)})
    kept = {"as_of": request.GET["as_of"]} if request.GET.get("as_of") else {}
    chosen = {name: request.GET[name] for name in ("state", "late", "channel") if request.GET.get(name)}
    return [
        {"label": label, "url": f"?{urlencode(query | kept)}", "count": counts[f"n{n}"], "current": chosen == query}
        for n, (label, query, _) in enumerate(views)
    ]


@requires("view")
@require_safe
def case_statistics(request):
    as_of = read_as_of(request)
    found = statistics.year_statistics(ServiceCase.objects.visible_to(request.user).as_of(as_of), as_of)
    url = partial(statistics.rows_url, as_of)
    tables = [
        ("按类别", "category", "类别", [*found.categories, found.total]),
        ("按县市区", "county", "县市区", [*found.counties, found.total]),
    ]
    return render(
        request,
        "projects/case_statistics.html",
        {
            "found": found,
            "tables": [
                {
                    "title": title,
                    "head": head,
                    "rows": [
                        {
                            "handling": row,
                            "received_url": url(**{name: row.code}),
                            "done_url": url(**{name: row.code}, state="done"),
                            "overdue_url": url(**{name: row.code}, late="open"),
                        }
                        for row in rows
                    ],
                }
                for title, name, head, rows in tables
            ],
            "chart": chart_card(statistics.category_chart(found)),
            "scope": statistics.SCOPE,
            "own_only": request.user.role in SEES_OWN_ORGANISATION,
            "as_of": as_of,
            "asof": as_of_context(request, as_of),
            "sections": sections(request, "projects:cases"),
        },
    )


@requires("report", "supervise")
@require_http_methods(["GET", "POST"])
def case_new(request):
    if not permits.may_open(request.user):
        messages.info(request, "企业诉求由县市区填报员或协调办登记，部门办理转来的件。")
        return redirect("projects:cases")
    today = clock.today()
    if request.method == "GET":
        form = CaseForm(user=request.user, initial={"received_on": today} | _of_project(request))
        return _form_page(request, form)
    form = CaseForm(request.POST, request.FILES, user=request.user)
    if form.is_valid():
        try:
            case = cases.open_case(**form.cleaned_data, by=request.user, on=today)
        except UserError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, f"已登记，编号 {case.number}，{case.due_on} 前办结。")
            return redirect(f"{cases.address_of(case)}?saved=new")
    return _form_page(request, form)


def _of_project(request) -> dict:
    """Return what is known when the form is opened from a project's page."""
    asked = request.GET.get("project", "")
    project = Project.objects.visible_to(request.user).filter(code=asked).select_related("county").first()
    if project is None or project.county is None:
        return {}
    return {"project": project.code, "county": project.county.code, "company": project.investor}


def _form_page(request, form):
    days = [(ServiceCase.Category(category).label, count) for category, count in WORKING_DAYS.items()]
    context = {"form": form, "days": days, "sections": sections(request, "projects:cases")}
    return render(request, "projects/case_new.html", context)


@requires("view")
@require_safe
def case_detail(request, pk):
    return _page(request, _visible(request, pk))


def _visible(request, pk):
    rows = ServiceCase.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("county", "handler", "project", "created_by"), pk=pk)


def _page(request, case, bound=None, status=200, token=""):
    """The case with its acts; ``bound`` is (act, form) of a refusal, ``token`` a link that was just made."""
    today = clock.today()
    user = request.user
    acts = permits.allowed(user, case)
    forms = {
        "accept": AcceptForm(auto_id="accept_%s", initial={"handler": case.handler.code if case.handler else None}),
        "hand_over": HandOverForm(auto_id="hand_%s"),
        "step": StepForm(auto_id="step_%s"),
        "finish": FinishForm(auto_id="finish_%s"),
        "refuse": RefuseForm(auto_id="refuse_%s"),
        "rate": RatingForm(auto_id="rate_%s"),
    }
    if bound:
        forms[bound[0]] = bound[1]
    seen = case.project and Project.objects.visible_to(user).filter(pk=case.project_id).exists()
    return render(
        request,
        "projects/case.html",
        {
            "case": case,
            "tone": STATE_TONES[case.state],
            "left": "" if case.state == ServiceCase.State.REFUSED else time_left(case, today),
            "late": case.state in permits.OPEN and case.due_on < today,
            "acts": acts,
            "forms": forms,
            "refused": bound[0] if bound else "",
            "steps": [_step(step) for step in case.steps.select_related("by", "file").order_by("-on", "-pk")],
            "sees_project": seen,
            "link": request.build_absolute_uri(reverse("projects:follow", args=[token])) if token else "",
            "link_in_force": case.link_digest is not None and case.link_until >= today,
            "sections": sections(request, "projects:cases"),
        },
        status=status,
    )


def _step(step):
    icon, tone = STEP_MARKS[step.is_public]
    return {
        "icon": icon,
        "tone": tone,
        "title": step.text,
        "who": step.by.display_name if step.by else "",
        "time": step.on.isoformat(),
        "tag": "企业可见" if step.is_public else "",
        "url": reverse("projects:file", args=[step.file_id]) if step.file else "",
        "link": step.file.name if step.file else "",
    }


@requires("report", "supervise")
@require_POST
def case_accept(request, pk):
    return _act(request, pk, "accept", AcceptForm, cases.accept_case, permits.may_work, "已受理。")


@requires("report", "supervise")
@require_POST
def case_hand_over(request, pk):
    return _act(request, pk, "hand_over", HandOverForm, cases.hand_over, permits.may_work, "已转办。")


@requires("report", "supervise")
@require_POST
def case_step(request, pk):
    return _act(request, pk, "step", StepForm, cases.add_step, permits.may_work, "已记录。", versioned=False)


@requires("report", "supervise")
@require_POST
def case_finish(request, pk):
    return _act(request, pk, "finish", FinishForm, cases.finish_case, permits.may_finish, "已办结。")


@requires("report", "supervise")
@require_POST
def case_refuse(request, pk):
    return _act(request, pk, "refuse", RefuseForm, cases.refuse_case, permits.may_refuse, "已记为不予受理。")


@requires("report", "supervise")
@require_POST
def case_rate(request, pk):
    return _act(request, pk, "rate", RatingForm, cases.rate_case, permits.may_rate, "评价已记录。")


def _act(request, pk, act, form_class, service, permitted, done, versioned=True):
    """Do one act on a visible case; a refusal gives the page back with what was typed."""
    case = _permitted(request, pk, permitted)
    form = form_class(request.POST, request.FILES, auto_id=f"{act}_%s")
    if not form.is_valid():
        return _page(request, case, bound=(act, form))
    given = {"version": _version(request)} if versioned else {}
    try:
        service(case=case, by=request.user, on=clock.today(), **form.cleaned_data, **given)
    except UserError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return _page(request, _visible(request, pk), bound=(act, form))
    except StaleVersion:
        form.add_error(None, STALE)
        return _page(request, _visible(request, pk), bound=(act, form), status=409)
    messages.success(request, done)
    # Handed over to others a department no longer sees the case.
    seen = ServiceCase.objects.visible_to(request.user).filter(pk=pk).exists()
    return redirect("projects:case", pk=pk) if seen else redirect("projects:cases")


@requires("report", "supervise")
@require_POST
def case_link(request, pk):
    """Make or renew the company's link and show it this once."""
    case = _permitted(request, pk, permits.may_work)
    try:
        _, token = links.make_link(case=case, version=_version(request), by=request.user, on=clock.today())
    except StaleVersion:
        messages.error(request, "这件诉求刚被他人办理过，链接没有生成，请再点一次。")
        return redirect("projects:case", pk=pk)
    answer = _page(request, _visible(request, pk), token=token)
    answer["Cache-Control"] = "no-store"
    return answer


@requires("report", "supervise")
@require_POST
def case_link_revoke(request, pk):
    case = _permitted(request, pk, permits.may_work)
    try:
        links.revoke_link(case=case, version=_version(request), by=request.user, on=clock.today())
    except StaleVersion:
        messages.error(request, "这件诉求刚被他人办理过，链接没有停用，请再点一次。")
    else:
        messages.success(request, "查询链接已停用。")
    return redirect("projects:case", pk=pk)


def _permitted(request, pk, permitted):
    """Return the visible case. One that is seen but not this user's to act on is refused with 403."""
    case = _visible(request, pk)
    if not permitted(request.user, case):
        record_denial(request)
        raise PermissionDenied
    return case


def _version(request) -> int:
    seen = request.POST.get("version", "")
    return int(seen) if seen.isdecimal() and len(seen) < 9 else 0
