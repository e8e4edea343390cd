"""Where projects are signed and received: signing events, platforms, memoranda of cooperation."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from common.models import Source


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
    is_demo = models.BooleanField("示例数据", default=False)
    version = models.PositiveIntegerField(default=1)

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
    residents = models.PositiveIntegerField("公布的入驻数", null=True, blank=True)
    usable_area_m2 = models.DecimalField("可用面积（平方米）", max_digits=12, decimal_places=2, null=True, blank=True)
    description = models.CharField("简介", max_length=300, blank=True)
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, verbose_name="来源")
    is_demo = models.BooleanField("示例数据", default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = "承接平台"
        ordering = ["name"]

    def __str__(self):
        return self.name


class PlatformResident(models.Model):
    """Who occupies a part of a platform, from which day to which; occupancy follows from these rows."""

    platform = models.ForeignKey(Platform, models.CASCADE, related_name="tenancies", verbose_name="承接平台")
    name = models.CharField("入驻单位", max_length=120)
    project = models.ForeignKey(
        "projects.Project", models.PROTECT, null=True, blank=True, related_name="tenancies", verbose_name="项目"
    )
    origin_province = models.CharField("来源省市", max_length=12, blank=True)
    origin_district = models.CharField("来源区（市）", max_length=24, blank=True)
    area_m2 = models.DecimalField("使用面积（平方米）", max_digits=12, decimal_places=2, null=True, blank=True)
    entered_on = models.DateField("入驻日期")
    left_on = models.DateField("退出日期", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    is_demo = models.BooleanField("示例数据", default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = "入驻单位"
        ordering = ["platform", "entered_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["platform", "name", "entered_on"], name="resident_once_per_day"),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=models.F("entered_on")),
                name="resident_leaves_after_entering",
            ),
            models.CheckConstraint(
                condition=Q(area_m2__isnull=True) | Q(area_m2__gt=0), name="resident_area_is_positive"
            ),
        ]

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
    is_demo = models.BooleanField("示例数据", default=False)
    version = models.PositiveIntegerField(default=1)

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
    owner = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="clauses", verbose_name="责任单位"
    )
    due_on = models.DateField("完成时限", null=True, blank=True)
    next_step = models.CharField("下一步", max_length=300, blank=True)
    is_demo = models.BooleanField("示例数据", default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = "协议事项"
        ordering = ["memorandum", "order"]
        constraints = [models.UniqueConstraint(fields=["memorandum", "order"], name="clause_order_once")]

    def __str__(self):
        return self.text


class ClauseProgress(models.Model):
    """How far a clause was on a day; the newest row by a date is its state then."""

    class State(models.TextChoices):
        NOT_STARTED = "not_started", "未启动"
        UNDER_WAY = "under_way", "推进中"
        DONE = "done", "已落实"

    clause = models.ForeignKey(MemorandumClause, models.CASCADE, related_name="progress")
    on = models.DateField("日期")
    state = models.CharField("状态", max_length=12, choices=State.choices)
    text = models.CharField("进展", max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    is_demo = models.BooleanField("示例数据", default=False)

    class Meta:
        verbose_name = "协议事项进展"
        ordering = ["clause", "on", "id"]

    def __str__(self):
        return f"{self.clause_id} {self.on} {self.state}"
