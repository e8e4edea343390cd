"""A person's own views of the task list: an address under a name. They are theirs alone."""

from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.http import QueryDict

from common import audit
from common.errors import UserError
from tasklists.filters import ItemFilter
from tasklists.models import SavedView

MOST = 20
LONGEST = SavedView._meta.get_field("query").max_length
KEPT = {*ItemFilter.base_filters, "tab", "sort", "cols", "group"}


def clean_query(text: str) -> str:
    """Return the part of an address that a view keeps: what the task list understands, empty values left out."""
    kept = QueryDict(mutable=True)
    for name, values in QueryDict(text.lstrip("?")[:2000]).lists():
        if name in KEPT and any(values):
            kept.setlist(name, [value for value in values if value])
    return kept.urlencode()


def save_view(*, owner, name: str, query: str) -> SavedView:
    """Keep the address under a name. Raises UserError on a bad name, an empty address, or too many views."""
    name, query = _clean_name(name), clean_query(query)
    if not query:
        raise UserError("现在没有筛选、排序、分组或选列，没有可存的条件。")
    if len(query) > LONGEST:
        raise UserError("条件太长，存不下，请减少筛选。")
    if SavedView.objects.filter(owner=owner).count() >= MOST:
        raise UserError(f"最多存 {MOST} 个视图，请先删除不用的。")
    with _named_once(name):
        view = SavedView.objects.create(owner=owner, name=name, query=query)
        audit.record(by=owner, action="存为视图", target=view, after={"name": name, "query": query})
    return view


def rename_view(*, view: SavedView, name: str) -> None:
    """Give the view another name. Raises UserError on a bad name or one that is taken."""
    before, view.name = view.name, _clean_name(name)
    with _named_once(view.name):
        view.save(update_fields=["name"])
        audit.record(by=view.owner, action="改视图名", target=view, before={"name": before}, after={"name": view.name})


def delete_view(*, view: SavedView) -> None:
    with transaction.atomic():
        audit.record(by=view.owner, action="删除视图", target=view, before={"name": view.name, "query": view.query})
        view.delete()


@contextmanager
def _named_once(name):
    """Turn the database's refusal of a second view of the same name into a sentence."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as refusal:
        raise UserError(f"已有名为“{name}”的视图，请换个名称。", field="name") from refusal


def _clean_name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise UserError("请写视图名称。", field="name")
    if len(name) > 24:
        raise UserError(f"视图名称最多 24 个字，现为 {len(name)} 个字。", field="name")
    return name
