"""Tables of accounts, organisations, lock-outs and the audit trail."""

import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator

from accounts.permissions import ROLE_NAMES
from accounts.trail_words import field_in_words, shortened, value_in_words
from common.tables import Table

LINK = '<a class="ttl" href="{}">{}</a>'
ONE_LINE = {"td": {"class": "nowrap"}}


def state_of(user) -> tuple[str, str]:
    """Return an account's state in words and the colour class of its tag."""
    if not user.is_confirmed:
        return "待确认角色", "y"
    return ("启用", "g") if user.is_active else ("停用", "")


class AccountTable(Table):
    username = tables.Column(verbose_name="用户名", attrs={"td": {"class": "c1"}, "th": {"class": "c1"}})
    display_name = tables.Column(verbose_name="姓名")
    role = tables.Column(verbose_name="角色")
    organisation = tables.Column(verbose_name="单位", order_by=("organisation__order",))
    is_active = tables.Column(verbose_name="状态", order_by=("is_active", "is_confirmed"))
    last_login = tables.Column(verbose_name="上次登录")
    password_changed_at = tables.Column(verbose_name="改密时间", attrs={"td": {"class": "cl"}, "th": {"class": "cl"}})

    class Meta(Table.Meta):
        order_by = "username"

    def render_username(self, value, record):
        return format_html(LINK, reverse("accounts:user", args=[record.pk]), value)

    def render_is_active(self, record):
        word, colour = state_of(record)
        return format_html('<span class="tag {}">{}</span>', colour, word)

    def value_is_active(self, record):
        return state_of(record)[0]

    def render_last_login(self, value):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"

    def render_password_changed_at(self, value):
        return f"{timezone.localtime(value):%Y-%m-%d}"


class SecurityTable(AccountTable):
    """The same accounts as the security administrator sees them, with password age and second factor."""

    password_changed_at = tables.Column(verbose_name="密码使用天数", order_by="-password_changed_at")
    second_factor = tables.Column(
        verbose_name="动态口令",
        empty_values=(),
        orderable=False,
        attrs={"td": {"class": "cl"}, "th": {"class": "cl"}},
    )

    def render_username(self, value, record):
        return format_html(LINK, reverse("accounts:role", args=[record.pk]), value)

    def render_password_changed_at(self, value):
        return f"{(timezone.now() - value).days} 天"

    def value_password_changed_at(self, record):
        return (timezone.now() - record.password_changed_at).days

    def render_second_factor(self, record):
        return self.value_second_factor(record)

    def value_second_factor(self, record):
        device = getattr(record, "second_factor", None)
        return "已绑定" if device and device.confirmed_at else "未绑定"


class OrganisationTable(Table):
    short = tables.Column(verbose_name="简称", attrs={"td": {"class": "c1"}, "th": {"class": "c1"}})
    name = tables.Column(verbose_name="全称")
    code = tables.Column(verbose_name="代码")
    kind = tables.Column(verbose_name="类别")
    names = tables.Column(verbose_name="别称、旧称", empty_values=(), orderable=False)
    accounts = tables.Column(verbose_name="账号数", attrs={"td": {"class": "r"}, "th": {"class": "r"}})
    valid_to = tables.Column(verbose_name="停用", attrs={"td": {"class": "cl"}, "th": {"class": "cl"}})

    def render_short(self, value, record):
        return format_html(LINK, reverse("accounts:organisation", args=[record.pk]), value)

    def render_names(self, record):
        return self.value_names(record) or "–"

    def value_names(self, record):
        return "、".join(alias.name for alias in record.aliases.all())


class AuditTable(Table):
    sequence = tables.Column(verbose_name="序号", attrs={"td": {"class": "c1"}, "th": {"class": "c1"}})
    at = tables.Column(verbose_name="时间", attrs=ONE_LINE)
    actor_name = tables.Column(verbose_name="账号", attrs=ONE_LINE)
    role = tables.Column(verbose_name="角色", attrs=ONE_LINE)
    address = tables.Column(verbose_name="来源地址", attrs=ONE_LINE)
    action = tables.Column(verbose_name="操作", attrs=ONE_LINE)
    target_label = tables.Column(verbose_name="对象")
    change = tables.Column(verbose_name="变更", empty_values=(), orderable=False)
    succeeded = tables.Column(verbose_name="结果", attrs={"td": {"class": "cl nowrap"}, "th": {"class": "cl"}})

    class Meta(Table.Meta):
        order_by = "-sequence"

    def render_sequence(self, value):
        return format_html(LINK, reverse("accounts:audit_entry", args=[value]), value)

    def render_at(self, value):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}"

    def render_role(self, value):
        return role_name(value)

    def value_role(self, record):
        return role_name(record.role)

    def render_change(self, record):
        return Truncator(shortened(_in_one_line(record))).chars(160) or "–"

    def value_change(self, record):
        return _in_one_line(record)[:300]

    def render_succeeded(self, value):
        return "成功" if value else format_html('<span class="t-red">{}</span>', "未成功")

    def value_succeeded(self, record):
        return "成功" if record.succeeded else "未成功"


def role_name(role: str) -> str:
    """Return the role in words; an unknown one as it was written."""
    return ROLE_NAMES.get(role, role)


def _in_one_line(entry) -> str:
    return "；".join(f"{name}：{new}" if old == "–" else f"{name}：{old} → {new}" for name, old, new in changes(entry))


def changes(entry) -> list[tuple[str, str, str]]:
    """Return (field, before, after) for each field that differs; – stands where a side has no such field."""
    before, after = _as_fields(entry.before), _as_fields(entry.after)
    names = [*before, *(name for name in after if name not in before)]
    kind = entry.target_kind
    both = [(field_in_words(kind, name), _shown(kind, before, name), _shown(kind, after, name)) for name in names]
    return [(name, old, new) for name, old, new in both if old != new]


def _as_fields(values) -> dict:
    if values is None:
        return {}
    return values if isinstance(values, dict) else {"内容": values}


def _shown(kind, values, name) -> str:
    value = values.get(name)
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(str(part) for part in value)
    return value_in_words(kind, name, str(value))
