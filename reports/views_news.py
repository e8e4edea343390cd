"""Work news: the list, one item, its form for the organisation and its page for the office, the counts."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guards import record_denial, requires
from accounts.models import Organisation
from accounts.permissions import SEES_OWN_ORGANISATION, may
from common import clock, periods
from common.asof import read_as_of
from common.errors import UserError
from common.lists import list_page
from common.versions import StaleVersion
from projects.models import Project
from reports.models import NewsItem
from reports.news import deciding, photos, scoring, submitting
from reports.news.counting import COUNTS, counted_organisations, submitted_in
from reports.news.forms import AdoptForm, DeclineForm, EditForm, MergeForm, NewsForm
from reports.news.lists import TONES, CountsFilter, CountsTable, NewsFilter, NewsTable
from tasklists.models import TaskItem

STALE = "这条动态刚被他人改过。你填的内容都在，请看清现在的内容后再提交。"


@requires("view")
@require_safe
def news_list(request):
    today = clock.today()
    rows = NewsItem.objects.visible_to(request.user).select_related("organisation", "bulletin")
    if request.GET.get("as_of"):
        rows = rows.adopted(read_as_of(request))
    return list_page(
        request,
        rows=rows,
        filters=partial(NewsFilter, today=today),
        table=NewsTable,
        title="工作动态",
        noun="条",
        template="reports/news_list.html",
        search_placeholder="搜标题、正文",
        empty_text="还没有本单位看得到的工作动态。",
        context={
            "demo": rows.filter(is_demo=True).exists(),
            "may_submit": request.user.role in submitting.REPORTERS,
        },
    )


@requires("view")
@require_safe
def news_counts(request):
    """Counts per organisation of what was submitted in a period; an organisation sees its own line."""
    today = clock.today()
    asked = request.GET.get("period", "")
    try:
        days = periods.span(asked) if asked else (None, None)
    except ValueError as problem:
        messages.error(request, f"{problem}现按全部时间显示。")
        days = (None, None)
    items = submitted_in(NewsItem.objects.visible_to(request.user), *days)
    rows = counted_organisations(items)
    shown = CountsFilter(request.GET, queryset=Organisation.objects.all(), today=today).qs
    totals = items.filter(organisation__in=shown.order_by().values("pk")).aggregate(**COUNTS)
    return list_page(
        request,
        rows=rows,
        filters=partial(CountsFilter, today=today),
        table=CountsTable,
        title="动态报送与采用",
        noun="个单位",
        template="reports/news_counts.html",
        search_placeholder="搜单位",
        empty_text="这段时间没有单位报送工作动态。",
        context={"totals": totals, "own_only": request.user.role in SEES_OWN_ORGANISATION},
    )


@requires("report")
@require_http_methods(["GET", "POST"])
def news_new(request):
    today = clock.today()
    if request.method == "GET":
        return _form_page(request, NewsForm(user=request.user, initial={"occurred_on": today}))
    form = NewsForm(request.POST, request.FILES, user=request.user)
    if form.is_valid():
        try:
            values = {name: value for name, value in form.cleaned_data.items() if name != "drop_photo"}
            news = submitting.submit_news(**values, by=request.user, on=today)
        except UserError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, "已报送，等协调办办理。")
            return redirect(f"{submitting.address_of(news)}?saved=new")
    return _form_page(request, form)


@requires("report")
@require_http_methods(["GET", "POST"])
def news_edit(request, pk):
    """The submitter's form, as long as the office has not begun."""
    news = _visible(request, pk)
    if not submitting.may_revise(request.user, news):
        record_denial(request)
        raise PermissionDenied
    names = ("title", "text", "occurred_on", "place", "aspect", "item", "project", "photo_caption")
    if request.method == "GET":
        initial = {name: getattr(news, name) for name in names}
        return _form_page(request, NewsForm(user=request.user, aspect=news.aspect, initial=initial), news)
    form = NewsForm(request.POST, request.FILES, user=request.user, aspect=news.aspect)
    if form.is_valid():
        version = _version(request)
        try:
            submitting.revise_news(news=news, version=version, by=request.user, on=clock.today(), **form.cleaned_data)
        except UserError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        except StaleVersion as stale:
            form.add_error(None, STALE)
            return _form_page(request, form, stale.current, conflict=_conflict(form, stale.current), status=409)
        else:
            messages.success(request, "已保存。")
            return redirect(f"{submitting.address_of(news)}?saved={version}")
    return _form_page(request, form, news)


def _form_page(request, form, news=None, conflict=None, status=200):
    context = {"form": form, "news": news, "conflict": conflict, "points": scoring.POINTS}
    return render(request, "reports/news_form.html", context, status=status)


@requires("view")
@require_safe
def news_item(request, pk):
    """One item as it stands, what was submitted, and what became of it."""
    return _page(request, _visible(request, pk))


def _visible(request, pk):
    rows = NewsItem.objects.visible_to(request.user).select_related(
        "organisation",
        "bulletin",
        "item__task_list",
        "project",
        "submitted_by",
        "decided_by",
        "merged_into__organisation",
    )
    return get_object_or_404(rows, pk=pk)


def _page(request, news, bound=None, conflict=None, status=200):
    """The item; for the office with its acts. ``bound`` is (act, form) of a refusal."""
    user = request.user
    office = may(user, "supervise") and not news.bulletin_id
    context = {
        "news": news,
        "tone": TONES[news.state],
        "is_edited": submitting.is_edited(news),
        "may_revise": submitting.may_revise(user, news),
        "sees_item": news.item and TaskItem.objects.visible_to(user).filter(pk=news.item_id).exists(),
        "sees_project": news.project and Project.objects.visible_to(user).filter(pk=news.project_id).exists(),
        "sees_target": news.merged_into and NewsItem.objects.visible_to(user).filter(pk=news.merged_into_id).exists(),
        "merged": news.merged.select_related("organisation").order_by("pk"),
        "conflict": conflict,
        "refused": bound[0] if bound else "",
    }
    if office:
        forms = {
            "edit": EditForm(
                initial={name: getattr(news, name) for name in ("title", "text", "place", "photo_caption")},
                auto_id="edit_%s",
                has_photo=bool(news.photo),
            ),
            "adopt": AdoptForm(
                initial={
                    "score": scoring.suggested_score(news) if news.score is None else news.score,
                    "prints_photo": news.prints_photo,
                },
                auto_id="adopt_%s",
                has_photo=bool(news.photo),
            ),
            "decline": DeclineForm(auto_id="decline_%s"),
            "merge": MergeForm(news=news, auto_id="merge_%s"),
        }
        context["forms"] = forms | ({bound[0]: bound[1]} if bound else {})
    return render(request, "reports/news_item.html", context, status=status)


ACTS = {
    "edit": (EditForm, deciding.edit_news, "文字已保存。"),
    "adopt": (AdoptForm, deciding.adopt_news, "已采用，报送单位会收到消息。"),
    "decline": (DeclineForm, deciding.decline_news, "已记为未采用，报送单位会收到消息。"),
    "merge": (MergeForm, deciding.merge_news, "已并入，两个单位都会收到消息。"),
}


@requires("supervise")
@require_http_methods(["POST"])
def news_decide(request, pk, act):
    """One act of the office; a refusal gives the page back with what was typed."""
    news = _visible(request, pk)
    if act not in ACTS:
        raise Http404
    form_class, service, done = ACTS[act]
    about = {
        "merge": {"news": news},
        "edit": {"has_photo": bool(news.photo)},
        "adopt": {"has_photo": bool(news.photo)},
    }
    form = form_class(request.POST, auto_id=f"{act}_%s", **about.get(act, {}))
    if not form.is_valid():
        return _page(request, news, bound=(act, form))
    given = {} if act == "edit" else {"on": clock.today()}
    try:
        service(news=news, version=_version(request), by=request.user, **form.cleaned_data, **given)
    except UserError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return _page(request, _visible(request, pk), bound=(act, form))
    except StaleVersion:
        form.add_error(None, STALE)
        current = _visible(request, pk)
        conflict = _conflict(form, current) if act == "edit" else None
        return _page(request, current, bound=(act, form), conflict=conflict, status=409)
    messages.success(request, done)
    return redirect("reports:news_item", pk=pk)


def _conflict(form, current):
    """Return what was typed beside what stands, where they differ."""
    names = [
        name for name in ("title", "text", "place", "photo_caption", "aspect", "occurred_on") if name in form.fields
    ]
    rows = [(form.fields[name].label, form.cleaned_data.get(name), getattr(current, name)) for name in names]
    return [{"label": label, "mine": mine, "theirs": theirs} for label, mine, theirs in rows if mine != theirs]


@requires("view")
@require_safe
def news_photo(request, pk):
    """The photo of a visible item, shown in its page; ``?small`` asks for the thumbnail."""
    news = get_object_or_404(NewsItem.objects.visible_to(request.user), pk=pk)
    path = photos.shown_file(news.photo, small="small" in request.GET)
    if path is None:
        raise Http404
    response = HttpResponse(path.read_bytes(), content_type=photos.KINDS[photos.kind_of(path.name)])
    response["Content-Disposition"] = "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=600"
    return response


def _version(request) -> int:
    seen = request.POST.get("version", "")
    return int(seen) if seen.isdecimal() and len(seen) < 9 else 0
