"""Accounts and organisations."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.permissions import ROLE_ACTIONS, ROLE_NAMES, SEES_OWN_ORGANISATION, allowed_actions
from accounts.querysets import OrganisationQuerySet
from common.sealing import unseal


class Organisation(models.Model):
    """A department, county, zone, collective, peer or the city itself; history is kept, never renamed over."""

    class Kind(models.TextChoices):
        CITY = "city", "市"
        DEPARTMENT = "department", "市直部门单位"
        COUNTY = "county", "县（市、区）"
        ZONE = "zone", "功能区"
        COLLECTIVE = "collective", "集合"
        PEER = "peer", "对标地区"

    code = models.CharField("代码", max_length=20, unique=True)
    short = models.CharField("简称", max_length=40, unique=True)
    name = models.CharField("全称", max_length=80)
    kind = models.CharField("类别", max_length=12, choices=Kind.choices)
    category = models.CharField("分组", max_length=40, blank=True)
    order = models.PositiveSmallIntegerField("排序", default=0)
    valid_from = models.CharField("起用", max_length=10, blank=True)
    valid_to = models.CharField("停用", max_length=10, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name="承继单位"
    )
    members = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="collectives", verbose_name="成员"
    )
    longitude = models.DecimalField("经度", max_digits=8, decimal_places=4, null=True, blank=True)
    latitude = models.DecimalField("纬度", max_digits=8, decimal_places=4, null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = "单位"
        ordering = ["order", "code"]

    def __str__(self):
        return self.short


class OrganisationAlias(models.Model):
    """Another way in which documents write an organisation's name."""

    class Kind(models.TextChoices):
        ALIAS = "alias", "别称"
        FORMER = "former", "旧称"

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="aliases")
    name = models.CharField("名称", max_length=80, unique=True)
    kind = models.CharField("类别", max_length=8, choices=Kind.choices, default=Kind.ALIAS)

    class Meta:
        verbose_name = "单位别称"
        ordering = ["name"]

    def __str__(self):
        return self.name


class UserManager(BaseUserManager):
    def create_user(self, username, password, **fields):
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username):
        return self.select_related("organisation").get(username=username)


class User(AbstractBaseUser):
    """A person's account: one role, and for organisation roles one organisation."""

    username = models.CharField("用户名", max_length=40, unique=True)
    display_name = models.CharField("姓名", max_length=40)
    email = models.EmailField("邮箱", blank=True)
    role = models.CharField("角色", max_length=16, choices=list(ROLE_NAMES.items()))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="users", verbose_name="单位"
    )
    is_active = models.BooleanField("启用", default=True)
    is_confirmed = models.BooleanField("角色已确认", default=True)
    is_demo = models.BooleanField("示例账号", default=False)
    password_changed_at = models.DateTimeField("改密时间", default=timezone.now)
    must_change_password = models.BooleanField("须改密码", default=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField("创建时间", auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["display_name", "role"]

    class Meta:
        verbose_name = "账号"
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=sorted(ROLE_ACTIONS)), name="user_role_is_known"),
            models.CheckConstraint(
                condition=~Q(role__in=sorted(SEES_OWN_ORGANISATION)) | Q(organisation__isnull=False),
                name="user_organisation_roles_have_one",
            ),
            models.CheckConstraint(
                condition=Q(is_active=False) | Q(is_confirmed=True), name="user_active_only_when_confirmed"
            ),
        ]

    def __str__(self):
        return self.display_name or self.username

    def get_full_name(self):
        return self.display_name

    def get_session_auth_hash(self):
        """Tie sessions to password, role and activity, so that a change of any ends them at once."""
        return salted_hmac(
            "accounts.User.session", f"{self.password}|{self.role}|{self.organisation_id}|{self.is_active}"
        ).hexdigest()

    @property
    def actions(self):
        return allowed_actions(self)


class PasswordHistory(models.Model):
    """The hashes of the last passwords, which may not be used again."""

    user = models.ForeignKey(User, models.CASCADE, related_name="password_history")
    password = models.CharField(max_length=128)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "历史密码"
        ordering = ["-id"]

    def __str__(self):
        return str(self.user_id)


class SecondFactor(models.Model):
    """The shared secret of a user's code generator (TOTP, RFC 6238); unconfirmed until its first right code."""

    user = models.OneToOneField(User, models.CASCADE, related_name="second_factor", verbose_name="账号")
    sealed_secret = models.CharField(max_length=200)
    confirmed_at = models.DateTimeField("绑定时间", null=True)
    last_step = models.BigIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "动态口令"

    def __str__(self):
        return str(self.user_id)

    @property
    def secret(self) -> str:
        """The secret in plain; raises common.sealing.Unreadable when SECRET_KEY is another."""
        return unseal(self.sealed_secret)


class RecoveryCode(models.Model):
    """One of the codes that stand in for the generator, each once; only its hash is kept."""

    device = models.ForeignKey(SecondFactor, models.CASCADE, related_name="recovery_codes")
    number = models.PositiveSmallIntegerField("编号")
    hash = models.CharField(max_length=128)
    used_at = models.DateTimeField("使用时间", null=True)

    class Meta:
        verbose_name = "恢复码"
        constraints = [models.UniqueConstraint(fields=["device", "number"], name="recovery_code_numbered_once")]

    def __str__(self):
        return str(self.number)


class Notice(models.Model):
    """A message in a person's inbox. ``key`` names the thing it is about: nobody is told twice."""

    recipient = models.ForeignKey(User, models.CASCADE, related_name="notices")
    key = models.CharField(max_length=120)
    title = models.CharField("标题", max_length=160)
    text = models.CharField("内容", max_length=300, blank=True)
    url = models.CharField("去处", max_length=200, blank=True)
    created_at = models.DateTimeField("时间", auto_now_add=True)
    on = models.DateField("日期")
    read_at = models.DateTimeField("已读时间", null=True, blank=True)
    mailed_at = models.DateTimeField("邮件时间", null=True, blank=True)

    class Meta:
        verbose_name = "消息"
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["recipient", "key"], name="notice_once_per_thing")]
        indexes = [models.Index(fields=["recipient", "read_at"])]

    def __str__(self):
        return self.title
