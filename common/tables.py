"""django-tables2 with the row loop compiled once per table.

The stock library looks up each cell's signature and attributes anew; on a page of 50 rows that is
most of the page's time. Columns, accessors, ``render_…`` methods, sorting and paging stay the library's.
"""

from functools import lru_cache

import django_tables2
from django.db.models import F, QuerySet
from django.utils.formats import localize
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe
from django_tables2.data import TableQuerysetData
from django_tables2.utils import signature

_signature = lru_cache(maxsize=None)(signature)


class PagedRows(TableQuerysetData):
    """Rows with computed columns: the page is found by key, and only its own rows are computed in full."""

    first_by = ()  # what groups the rows, before the reader's own order

    def in_order(self):
        """Return the rows, those of one group together."""
        if not self.first_by:
            return self.data
        own = self.data.query.order_by or self.data.model._meta.ordering
        return self.data.order_by(*self.first_by, *own)

    def __getitem__(self, key):
        if not isinstance(key, slice):
            return super().__getitem__(key)
        keys = list(self.in_order().values_list("pk", flat=True)[key])
        found = self.data.order_by().in_bulk(keys)
        return [found[key] for key in keys if key in found]


class Table(django_tables2.Table):
    """A list's table. Cells may carry a class: ``Column(attrs={"td": {"class": "r"}})``. On phones each says its
    column's head before it, unless it has ``"data-label": ""``.

    ``value_<column>(record)`` gives a cell's plain value for sheets where it is not the accessor's.
    ``grouping`` (optional; its order, label(record), count(record) and key(record)) puts a head over each group.
    """

    class Meta:
        template_name = "common/_table.html"
        order_by_field = "sort"
        default = "–"

    def __init__(self, data=None, *, grouping=None, **options):
        computed = isinstance(data, QuerySet) and data.query.annotations
        self.grouping = grouping
        super().__init__(PagedRows(data) if computed or grouping else data, **options)
        if grouping:
            self.data.first_by = grouping.order

    def fast_rows(self):
        """Return the page's rows as HTML."""
        compiled = [self._compile(column) for column in self.columns]
        lines, open_group = [], None
        for row in self.paginated_rows:
            if self.grouping and self.grouping.key(row.record) != open_group:
                open_group = self.grouping.key(row.record)
                lines.append(self._group_head(row.record, len(compiled)))
            cells = "".join(self._cell(row, *parts) for parts in compiled)
            lines.append(f"<tr>{cells}</tr>\n")
        return mark_safe("".join(lines))

    def _group_head(self, record, width):
        return format_html(
            '<tr class="grp"><td colspan="{}">{} <span class="muted">{} 项</span></td></tr>\n',
            width,
            self.grouping.label(record),
            self.grouping.count(record),
        )

    def _compile(self, bound):
        column = bound.column
        marks = column.attrs.get("td", {})
        css, label = marks.get("class", ""), marks.get("data-label", bound.header)
        named = f' data-label="{conditional_escape(label)}"' if label else ""
        opening = f'<td class="{css}"{named}>' if css else f"<td{named}>"
        missing = f'<td class="none {css}"{named}>'  # phones leave such cells out
        path = str(bound.accessor).replace("__", ".").split(".")
        plain = type(column) is django_tables2.Column and bound.render == column.render
        wanted = None if plain else _signature(bound.render)
        return bound, opening, missing, path, plain, wanted

    def _cell(self, row, bound, opening, missing, path, plain, wanted):
        record = row.record
        value = resolve(record, path)
        if value in bound.column.empty_values:
            return f"{missing}{conditional_escape(bound.default)}</td>"
        shown = value
        if not plain:
            given = {
                "value": value,
                "record": record,
                "column": bound.column,
                "bound_column": bound,
                "bound_row": row,
                "table": self,
            }
            shown = bound.render(**(given if wanted[1] else {name: given[name] for name in wanted[0]}))
        return f"{opening}{conditional_escape(shown if isinstance(shown, str) else localize(shown))}</td>"

    def sheet_columns(self):
        """Return the bound columns that stand in an exported sheet."""
        return [c for c in self.columns if not getattr(c.column, "exclude_from_export", False)]

    def sheet_rows(self, chunk_size=2000):
        """Yield each row of the whole result, all pages, as plain values in the order of the columns."""
        readers = []
        for bound in self.sheet_columns():
            own = getattr(self, f"value_{bound.name}", None)
            path = str(bound.accessor).replace("__", ".").split(".")
            readers.append(own or (lambda record, path=path: resolve(record, path)))
        records = self.data.in_order() if self.grouping else self.data.data
        if hasattr(records, "iterator"):
            records = records.iterator(chunk_size=chunk_size)
        for record in records:
            yield [read(record) for read in readers]


class DayColumn(django_tables2.Column):
    """A date as tables write it: 2023-12-13."""

    def render(self, value):
        return value.isoformat()


def sorted_by(field):
    """Return an ``order_<column>`` method: rows without a value come last, equal ones keep a fixed order."""

    def order(self, queryset, is_descending):
        key = F(field).desc(nulls_last=True) if is_descending else F(field).asc(nulls_last=True)
        return queryset.order_by(key, "pk"), True

    return order


def resolve(record, path):
    """Follow ``path`` from the record; a choice field gives its label; None where the way ends early."""
    for name in path[:-1]:
        record = getattr(record, name, None)
        if record is None:
            return None
    if isinstance(record, dict):
        return record.get(path[-1])
    label = getattr(record, f"get_{path[-1]}_display", None)
    return label() if label else getattr(record, path[-1], None)
