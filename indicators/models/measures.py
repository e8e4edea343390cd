"""Indicators, their targets and observations. Empty is not zero; a figure keeps its source."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from common.models import Source
from indicators.querysets import IndicatorQuerySet, ObservationQuerySet, TargetQuerySet


class Indicator(models.Model):
    """What is measured: its scope in one sentence, unit, direction, how it adds up."""

    class Direction(models.TextChoices):
        UP = "up", "越高越好"
        DOWN = "down", "越低越好"
        NEUTRAL = "neutral", "不评优劣"

    class Aggregation(models.TextChoices):
        SUM = "sum", "求和"
        LAST = "last", "取期末"
        AVERAGE = "average", "平均"
        MAXIMUM = "max", "取最大"
        RATIO = "ratio", "分子分母各自求和后相除"
        NONE = "none", "不汇总"

    class Frequency(models.TextChoices):
        ONCE = "once", "一次性"
        MONTH = "month", "月"
        QUARTER = "quarter", "季"
        YEAR = "year", "年"

    class SplitBy(models.TextChoices):
        INDUSTRY = "industry", "按行业"
        ORIGIN = "origin", "按来源地"

    class ReportedBy(models.TextChoices):
        NONE = "none", "不填报"
        CITY = "city", "协调办"
        OWNER = "owner", "责任单位"
        COUNTIES = "counties", "各县市区"
        DEPARTMENTS = "departments", "市直部门"

    code = models.CharField("代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=80)
    unit = models.CharField("计量单位", max_length=12)
    scope = models.CharField("口径", max_length=200)
    direction = models.CharField("方向", max_length=8, choices=Direction.choices, default=Direction.NEUTRAL)
    frequency = models.CharField("频率", max_length=8, choices=Frequency.choices, default=Frequency.ONCE)
    over_time = models.CharField("时间汇总", max_length=8, choices=Aggregation.choices, default=Aggregation.NONE)
    over_organisations = models.CharField(
        "单位汇总", max_length=8, choices=Aggregation.choices, default=Aggregation.NONE
    )
    owner = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, verbose_name="责任单位")
    category = models.CharField("类别", max_length=24, blank=True)
    decimals = models.PositiveSmallIntegerField("小数位数", default=2)
    numerator_name = models.CharField("分子", max_length=80, blank=True)
    denominator_name = models.CharField("分母", max_length=80, blank=True)
    rule = models.CharField("计算规则", max_length=40, blank=True)
    split_by = models.CharField("分组维度", max_length=12, choices=SplitBy.choices, blank=True)
    reported_by = models.CharField("填报单位", max_length=12, choices=ReportedBy.choices, default=ReportedBy.NONE)
    is_required = models.BooleanField("必报", default=False)
    due_days = models.PositiveSmallIntegerField("期末后报送天数", default=10)
    valid_from = models.DateField("起用日期", null=True, blank=True)
    valid_to = models.DateField("停用日期", null=True, blank=True)
    benchmark_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="benchmarks", verbose_name="对标指标"
    )
    is_demo = models.BooleanField("示例数据", default=False)
    version = models.PositiveIntegerField(default=1)

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = "指标"
        ordering = ["code"]

    def __str__(self):
        return self.name


class Comparator(models.TextChoices):
    EQUAL = "=", "为"
    AT_LEAST = ">=", "不少于"
    MORE = ">", "超过"
    AT_MOST = "<=", "不超过"
    LESS = "<", "低于"
    ABOUT = "~", "约"


class Target(models.Model):
    """What an organisation is to reach in a period."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="targets")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="targets")
    period = models.CharField("期间", max_length=10)
    comparator = models.CharField(max_length=2, choices=Comparator.choices, default=Comparator.AT_LEAST)
    value = models.DecimalField("目标值", max_digits=18, decimal_places=4)
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True)
    is_demo = models.BooleanField("示例数据", default=False)
    version = models.PositiveIntegerField(default=1)

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = "目标"
        ordering = ["indicator", "period"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "organisation", "period"], name="target_once_per_period")
        ]

    def __str__(self):
        return f"{self.indicator_id} {self.period}"


class Observation(models.Model):
    """One value of an indicator for an organisation and a period."""

    class State(models.TextChoices):
        REPORTED = "reported", "已报"
        REVIEWED = "reviewed", "已审"
        LOCKED = "locked", "已锁定"
        RETURNED = "returned", "已退回"

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="observations")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="observations")
    period = models.CharField("期间", max_length=10)
    period_text = models.CharField("期间（原文）", max_length=40, blank=True)
    member = models.CharField("分组", max_length=40, blank=True)
    comparator = models.CharField(max_length=2, choices=Comparator.choices, default=Comparator.EQUAL)
    value = models.DecimalField("数值", max_digits=18, decimal_places=4)
    numerator = models.DecimalField("分子", max_digits=18, decimal_places=4, null=True, blank=True)
    denominator = models.DecimalField("分母", max_digits=18, decimal_places=4, null=True, blank=True)
    value_text = models.CharField("表述", max_length=40, blank=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.REPORTED)
    published_on = models.DateField("发布日期", null=True, blank=True)
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="observations", verbose_name="来源"
    )
    source_key = models.CharField("来源编号", max_length=20, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    departure_note = models.CharField("偏离说明", max_length=200, blank=True)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reported_on = models.DateField("填报日期", null=True, blank=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_on = models.DateField("审核日期", null=True, blank=True)
    return_reason = models.CharField("退回原因", max_length=200, blank=True)
    locked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    locked_on = models.DateField("锁定日期", null=True, blank=True)
    is_demo = models.BooleanField("示例数据", default=False)
    version = models.PositiveIntegerField(default=1)

    objects = ObservationQuerySet.as_manager()

    class Meta:
        verbose_name = "填报值"
        ordering = ["indicator", "period"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "organisation", "period", "member"], name="observation_once_per_period"
            ),
            models.CheckConstraint(
                condition=Q(reported_by__isnull=True)
                | Q(reviewed_by__isnull=True)
                | ~Q(reported_by=models.F("reviewed_by")),
                name="observation_reviewer_is_not_reporter",
            ),
            models.CheckConstraint(
                condition=Q(denominator__isnull=True) | ~Q(denominator=0), name="observation_denominator_not_zero"
            ),
            models.UniqueConstraint(
                fields=["source_key"], condition=~Q(source_key=""), name="observation_source_key_once"
            ),
        ]

    def __str__(self):
        return f"{self.indicator_id} {self.period} {self.value}"


class ObservationRevision(models.Model):
    """An earlier value of an observation, in the order in which it was known: restated, or published anew."""

    observation = models.ForeignKey(Observation, models.CASCADE, related_name="revisions")
    order = models.PositiveSmallIntegerField("次序")
    value = models.DecimalField("原值", max_digits=18, decimal_places=4)
    new_value = models.DecimalField("新值", max_digits=18, decimal_places=4)
    numerator = models.DecimalField("原分子", max_digits=18, decimal_places=4, null=True, blank=True)
    denominator = models.DecimalField("原分母", max_digits=18, decimal_places=4, null=True, blank=True)
    reason = models.CharField("原因", max_length=200)
    on = models.DateField("更正日期")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="原值来源"
    )
    published_on = models.DateField("原值发布日期", null=True, blank=True)

    class Meta:
        verbose_name = "更正记录"
        ordering = ["observation", "order"]
        constraints = [
            models.UniqueConstraint(fields=["observation", "order"], name="revision_order_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="revision_has_reason"),
        ]

    def __str__(self):
        return f"{self.observation_id} {self.order}"
