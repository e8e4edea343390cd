"""How each kind of bulletin is arranged: the office adds, removes, reorders sections and writes its own."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guards import requires
from common.errors import UserError
from common.versions import StaleVersion
from reports.bulletins import arranging
from reports.bulletins.arrangements import SHIPPED, Entry, template_key
from reports.bulletins.catalogue import CONDITIONS
from reports.models import BulletinTemplate


@requires("supervise")
@require_safe
def arrangement_list(request):
    """Every kind of bulletin with its sections in order."""
    kept = {template.key: template for template in BulletinTemplate.objects.select_related("changed_by")}
    rows = [
        {
            "key": template_key(kind, subject),
            "name": _name(kind, subject),
            "titles": [entry.shown_title for entry in arranging.current_entries(template_key(kind, subject))],
            "kept": kept.get(template_key(kind, subject)),
        }
        for kind, subject in SHIPPED
    ]
    return render(request, "reports/arrangements.html", {"rows": rows})


@requires("supervise")
@require_http_methods(["GET", "HEAD", "POST"])
def arrangement(request, key):
    """One kind's sections. Every button sends the whole form, so nothing typed is lost by moving a row."""
    try:
        kind, subject = arranging.find_kind(key)
    except KeyError:
        raise Http404 from None
    kept, refusal = arranging.kept_template(key), ""
    entries, version = arranging.current_entries(key), kept.version if kept else 0
    if request.method == "POST":
        entries, version = _typed(request), _version(request)
        act = request.POST.get("act", "save")
        if act == "reset":
            arranging.reset_arrangement(key=key, by=request.user)
            messages.success(request, "已恢复系统默认的栏目。")
            return redirect("reports:arrangement", key=key)
        if act == "save":
            try:
                arranging.save_arrangement(key=key, entries=entries, version=version, by=request.user)
                messages.success(request, "栏目已保存，下次生成按此排列。")
                return redirect("reports:arrangement", key=key)
            except UserError as error:
                refusal = error.message
            except StaleVersion as stale:
                refusal = "他人刚改过这类通报的栏目。您填的都在下面，核对后再点保存会覆盖对方的改动。"
                version = stale.current.version if stale.current else 0
        entries = arranging.moved(entries, act) + _added(request, act, kind, subject)
    context = {
        "key": key,
        "name": _name(kind, subject),
        "entries": entries,
        "version": version,
        "conditions": [(name, condition.label) for name, condition in CONDITIONS.items()],
        "choices": arranging.choices(kind, subject, entries),
        "refusal": refusal,
        "is_kept": kept is not None,
    }
    return render(request, "reports/arrangement.html", context, status=409 if refusal else 200)


def _name(kind, subject):
    return f"{BulletinTemplate.Subject(subject).label}{BulletinTemplate.Kind(kind).label}通报"


def _typed(request) -> list[Entry]:
    columns = [request.POST.getlist(name) for name in ("key", "title", "text", "when")]
    return [
        Entry(key=k.strip(), title=title.strip(), text=text.replace("\r\n", "\n").strip(), when=when)
        for k, title, text, when in zip(*columns, strict=False)
        if not k.strip() or k.strip() in arranging.SECTIONS or k.strip() in arranging.ANNEXES
    ]


def _added(request, act, kind, subject) -> list[Entry]:
    if act == "add_own":
        return [Entry()]
    chosen = request.POST.get("add", "")
    known = dict(arranging.choices(kind, subject, []))
    return [Entry(chosen)] if act == "add" and chosen in known else []


def _version(request) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0
