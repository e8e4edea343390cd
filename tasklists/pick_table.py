"""The task list with a box before each row, for those who act on many tasks at once."""

from django.utils.html import format_html
from django_tables2 import Column

from tasklists.tables import ItemTable


class PickTable(ItemTable):
    pick = Column(
        "选",
        accessor="pk",
        orderable=False,
        exclude_from_export=True,
        attrs={"td": {"class": "pick", "data-label": ""}, "th": {"class": "pick"}},
    )

    class Meta(ItemTable.Meta):
        sequence = ("pick", "...")

    def render_pick(self, record):
        return format_html(
            '<input class="form-check-input" type="checkbox" form="bulk" name="item" value="{}" aria-label="选中 {}">',
            record.pk,
            record.code,
        )
