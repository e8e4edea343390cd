"""Filters of the lists of accounts, organisations and the audit trail."""

import django_filters
from django.db.models import Q

from accounts.models import Organisation, User
from accounts.permissions import ROLE_NAMES
from common.models import AuditEntry

ROLES = list(ROLE_NAMES.items())
OUTCOMES = [("true", "成功"), ("false", "未成功")]
STATES = {
    "active": ("启用", Q(is_active=True)),
    "waiting": ("待确认角色", Q(is_confirmed=False)),
    "off": ("停用", Q(is_active=False, is_confirmed=True)),
}


class AccountFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="搜索", method="search")
    role = django_filters.MultipleChoiceFilter(label="角色", choices=ROLES)
    state = django_filters.ChoiceFilter(
        label="状态", choices=[(key, words) for key, (words, _) in STATES.items()], method="in_state"
    )

    class Meta:
        model = User
        fields = []

    def search(self, rows, name, value):
        return rows.filter(
            Q(username__icontains=value)
            | Q(display_name__icontains=value)
            | Q(organisation__short__icontains=value)
            | Q(organisation__name__icontains=value)
        )

    def in_state(self, rows, name, value):
        return rows.filter(STATES[value][1])


class OrganisationFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="搜索", method="search")
    kind = django_filters.MultipleChoiceFilter(label="类别", choices=Organisation.Kind.choices)
    state = django_filters.ChoiceFilter(
        label="状态", choices=[("current", "在用"), ("ended", "停用")], method="in_state"
    )

    class Meta:
        model = Organisation
        fields = []

    def search(self, rows, name, value):
        by_alias = Organisation.objects.filter(aliases__name__icontains=value).values("pk")
        return rows.filter(Q(short__icontains=value) | Q(name__icontains=value) | Q(code=value) | Q(pk__in=by_alias))

    def in_state(self, rows, name, value):
        return rows.filter(valid_to="") if value == "current" else rows.exclude(valid_to="")


def actions_on_record() -> list[tuple[str, str]]:
    """Return the kinds of action that the audit trail holds, as choices."""
    kinds = AuditEntry.objects.order_by("action").values_list("action", flat=True).distinct()
    return [(kind, kind) for kind in kinds]


class AuditFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="搜索", method="search")
    action = django_filters.ChoiceFilter(label="操作", choices=actions_on_record)
    role = django_filters.MultipleChoiceFilter(label="角色", choices=ROLES)
    succeeded = django_filters.ChoiceFilter(label="结果", choices=OUTCOMES, method="ended")
    actor = django_filters.CharFilter(label="账号", field_name="actor_name")
    target = django_filters.CharFilter(label="对象类型", field_name="target_kind")
    since = django_filters.DateFilter(label="自", field_name="at", lookup_expr="date__gte")
    until = django_filters.DateFilter(label="至", field_name="at", lookup_expr="date__lte")

    class Meta:
        model = AuditEntry
        fields = []

    def search(self, rows, name, value):
        return rows.filter(
            Q(actor_name__icontains=value) | Q(target_label__icontains=value) | Q(address=value) | Q(request_id=value)
        )

    def ended(self, rows, name, value):
        return rows.filter(succeeded=value == "true")
