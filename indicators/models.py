"""Indicators, their targets and observations. Empty is not zero; a figure keeps its source."""

from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from common.models import Source
from indicators.querysets import ObservationQuerySet, TargetQuerySet


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
        NONE = "none", "不汇总"

    class Frequency(models.TextChoices):
        ONCE = "once", "一次性"
        MONTH = "month", "月"
        QUARTER = "quarter", "季"
        YEAR = "year", "年"

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

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="observations")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="observations")
    period = models.CharField("期间", max_length=10)
    period_text = models.CharField("期间（原文）", max_length=40, blank=True)
    comparator = models.CharField(max_length=2, choices=Comparator.choices, default=Comparator.EQUAL)
    value = models.DecimalField("数值", max_digits=18, decimal_places=4)
    value_text = models.CharField("表述", max_length=40, blank=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.REPORTED)
    published_on = models.DateField("发布日期", null=True, blank=True)
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="observations", verbose_name="来源"
    )
    source_key = models.CharField("来源编号", max_length=20, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    is_demo = models.BooleanField("示例数据", default=False)
    version = models.PositiveIntegerField(default=1)

    objects = ObservationQuerySet.as_manager()

    class Meta:
        verbose_name = "填报值"
        ordering = ["indicator", "period"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "organisation", "period"], name="observation_once_per_period"
            ),
            models.UniqueConstraint(
                fields=["source_key"], condition=~Q(source_key=""), name="observation_source_key_once"
            ),
        ]

    def __str__(self):
        return f"{self.indicator_id} {self.period} {self.value}"
