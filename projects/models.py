"""Projects from the capital region, their stages and money, and where they come from and go to.

Three kinds of money never mix: total investment agreed (on the project), funds in place
(FundEntry), investment completed (InvestmentEntry). All in 万元.
"""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from common.models import Source
from projects.querysets import EntryQuerySet, ProjectQuerySet


class SigningEvent(models.Model):
    """An occasion at which projects were signed; totals are as published where rows are not known."""

    key = models.CharField("标识", max_length=40, unique=True)
    name = models.CharField("名称", max_length=120)
    held_on = models.DateField("日期", null=True, blank=True)
    held_text = models.CharField("日期说明", max_length=60, blank=True)
    place = models.CharField("地点", max_length=80, blank=True)
    host = models.CharField("主办", max_length=120, blank=True)
    guests = models.CharField("参会情况", max_length=200, blank=True)
    published_count = models.PositiveIntegerField("公布签约数", null=True, blank=True)
    published_investment = models.DecimalField(
        "公布总投资（万元）", max_digits=16, decimal_places=2, null=True, blank=True
    )
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, verbose_name="来源")

    class Meta:
        verbose_name = "签约活动"
        ordering = ["-held_on", "name"]

    def __str__(self):
        return self.name


class Platform(models.Model):
    """A place that receives projects (承接平台)."""

    key = models.CharField("标识", max_length=40, unique=True)
    name = models.CharField("名称", max_length=80)
    county = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, verbose_name="所在县市区")
    area_km2 = models.DecimalField("面积（平方公里）", max_digits=10, decimal_places=2, null=True, blank=True)
    residents = models.PositiveIntegerField("入驻项目数", null=True, blank=True)
    description = models.CharField("简介", max_length=300, blank=True)
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, verbose_name="来源")

    class Meta:
        verbose_name = "承接平台"
        ordering = ["name"]

    def __str__(self):
        return self.name


class Memorandum(models.Model):
    """A cooperation agreement; its clauses are listed as far as they are known."""

    key = models.CharField("标识", max_length=40, unique=True)
    title = models.CharField("名称", max_length=160)
    partner = models.CharField("合作方", max_length=120)
    local_party = models.CharField("本市签约方", max_length=120, blank=True)
    signed_on = models.DateField("签署日期", null=True, blank=True)
    field_count = models.PositiveSmallIntegerField("领域数", null=True, blank=True)
    aspect_count = models.PositiveSmallIntegerField("方面数", null=True, blank=True)
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, verbose_name="来源")

    class Meta:
        verbose_name = "合作协议"
        ordering = ["-signed_on"]

    def __str__(self):
        return self.title


class MemorandumClause(models.Model):
    """One named field of cooperation in a memorandum."""

    memorandum = models.ForeignKey(Memorandum, models.CASCADE, related_name="clauses")
    order = models.PositiveSmallIntegerField("序号")
    text = models.CharField("内容", max_length=200)

    class Meta:
        verbose_name = "协议事项"
        ordering = ["memorandum", "order"]
        constraints = [models.UniqueConstraint(fields=["memorandum", "order"], name="clause_order_once")]

    def __str__(self):
        return self.text


class Project(models.Model):
    """An investment project. Its stage follows from its dated stage log, never from a field."""

    class InvestorKind(models.TextChoices):
        CENTRAL_SOE = "central_soe", "央企"
        BEIJING_SOE = "beijing_soe", "北京市属国企"
        OTHER_SOE = "other_soe", "其他国企"
        PRIVATE = "private", "民企"
        FOREIGN = "foreign", "外资"
        INSTITUTE = "institute", "科研院所"

    code = models.CharField("编号", max_length=20, unique=True)
    name = models.CharField("项目名称", max_length=120)
    investor = models.CharField("投资方", max_length=120, blank=True)
    investor_kind = models.CharField("投资方类型", max_length=16, choices=InvestorKind.choices, blank=True)
    origin_province = models.CharField("来源省市", max_length=12, blank=True)
    origin_district = models.CharField("来源区（市）", max_length=24, blank=True)
    county = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="projects",
        verbose_name="落地县市区",
    )
    platform = models.ForeignKey(Platform, models.PROTECT, null=True, blank=True, verbose_name="承接平台")
    industry = models.CharField("产业", max_length=40, blank=True)
    total_investment = models.DecimalField(
        "签约总投资（万元）",
        max_digits=16,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    event = models.ForeignKey(
        SigningEvent, models.PROTECT, null=True, blank=True, related_name="projects", verbose_name="签约活动"
    )
    summary = models.CharField("说明", max_length=300, blank=True)
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, verbose_name="来源")
    is_demo = models.BooleanField("示例数据", default=False)
    version = models.PositiveIntegerField(default=1)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = "项目"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(total_investment__isnull=True) | Q(total_investment__gte=0),
                name="project_investment_not_negative",
            )
        ]
        indexes = [models.Index(fields=["county"]), models.Index(fields=["event"])]

    def __str__(self):
        return self.name


class StageChange(models.Model):
    """The day on which a project reached a stage, with the evidence for it."""

    class Stage(models.TextChoices):
        LEAD = "lead", "线索"
        NEGOTIATING = "negotiating", "在谈"
        SIGNED = "signed", "签约"
        REGISTERED = "registered", "注册落地"
        STARTED = "started", "开工"
        PRODUCING = "producing", "投产"
        AT_CAPACITY = "at_capacity", "达效"
        PAUSED = "paused", "暂停"
        LOST = "lost", "流失"
        ABANDONED = "abandoned", "终止"

    project = models.ForeignKey(Project, models.CASCADE, related_name="stages")
    stage = models.CharField("阶段", max_length=12, choices=Stage.choices)
    on = models.DateField("日期")
    evidence = models.CharField("依据", max_length=120, blank=True)
    reason = models.CharField("原因", max_length=200, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "阶段变动"
        ordering = ["project", "on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "stage", "on"], name="stage_once_per_day"),
            models.CheckConstraint(
                condition=~Q(stage__in=["paused", "lost", "abandoned"]) | ~Q(reason=""),
                name="stage_off_path_has_reason",
            ),
        ]
        indexes = [models.Index(fields=["stage", "on"]), models.Index(fields=["project", "on"])]

    def __str__(self):
        return f"{self.project_id} {self.stage} {self.on}"


class MoneyEntry(models.Model):
    """One dated amount of a project: claimed by the county, then verified twice. Corrections are reversing rows."""

    class State(models.TextChoices):
        CLAIMED = "claimed", "县级申报"
        COUNTY_VERIFIED = "county_verified", "县级核实"
        CITY_VERIFIED = "city_verified", "市级核实"

    month = models.CharField("月份", max_length=7)
    amount = models.DecimalField("金额（万元）", max_digits=16, decimal_places=2)
    state = models.CharField("状态", max_length=16, choices=State.choices, default=State.CLAIMED)
    claimed_on = models.DateField("申报日期")
    county_verified_on = models.DateField("县级核实日期", null=True, blank=True)
    city_verified_on = models.DateField("市级核实日期", null=True, blank=True)
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    is_demo = models.BooleanField("示例数据", default=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["month", "id"]

    def __str__(self):
        return f"{self.month} {self.amount}"


class FundEntry(MoneyEntry):
    """Funds in place (到位资金), each row proved by a voucher that counts once."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="funds")
    voucher_kind = models.CharField("凭证种类", max_length=24)
    voucher_number = models.CharField("凭证号", max_length=60)
    voucher_sha256 = models.CharField("凭证摘要", max_length=64, null=True, blank=True, unique=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversed_by")

    class Meta(MoneyEntry.Meta):
        verbose_name = "到位资金"
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0) | Q(reverses__isnull=False), name="fund_negative_only_reverses"
            ),
            models.CheckConstraint(
                condition=~Q(state="city_verified") | Q(city_verified_on__isnull=False),
                name="fund_city_verified_is_dated",
            ),
        ]
        indexes = [models.Index(fields=["city_verified_on", "month"])]


class InvestmentEntry(MoneyEntry):
    """Investment completed (完成投资)."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="investments")

    class Meta(MoneyEntry.Meta):
        verbose_name = "完成投资"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="city_verified") | Q(city_verified_on__isnull=False),
                name="investment_city_verified_is_dated",
            ),
        ]
        indexes = [models.Index(fields=["city_verified_on", "month"])]
