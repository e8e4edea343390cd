"""What is done for a company after it came: its requests, hotline complaints, health findings."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from projects.models.project import Project, ProjectFile
from projects.querysets import FindingQuerySet, ServiceCaseQuerySet


class ServiceCase(models.Model):
    """A company's request (企业诉求, 帮办代办) or a complaint by the hotline (监督热线), until its result."""

    class Channel(models.TextChoices):
        REQUEST = "request", "企业诉求"
        HOTLINE = "hotline", "监督热线"

    class State(models.TextChoices):
        RECEIVED = "received", "待受理"
        ACCEPTED = "accepted", "办理中"
        DONE = "done", "已办结"
        REFUSED = "refused", "不予受理"

    class Category(models.TextChoices):
        LAND = "land", "用地规划"
        APPROVAL = "approval", "审批手续"
        FINANCE = "finance", "融资资金"
        LABOUR = "labour", "用工人才"
        UTILITIES = "utilities", "水电气暖"
        POLICY = "policy", "政策兑现"
        ENVIRONMENT = "environment", "环保安全"
        CONDUCT = "conduct", "服务作风"
        OTHER = "other", "其他"

    class Satisfaction(models.TextChoices):
        VERY = "very", "非常满意"
        SATISFIED = "satisfied", "满意"
        PARTLY = "partly", "基本满意"
        NOT = "not", "不满意"

    channel = models.CharField("渠道", max_length=8, choices=Channel.choices)
    number = models.CharField("编号", max_length=20, unique=True)
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name="项目"
    )
    company = models.CharField("企业名称", max_length=120)
    contact = models.CharField("联系人", max_length=40, blank=True)
    phone = models.CharField("联系电话", max_length=30, blank=True)
    category = models.CharField("类别", max_length=12, choices=Category.choices)
    text = models.TextField("诉求内容", max_length=1000)
    county = models.ForeignKey(Organisation, models.PROTECT, related_name="service_cases", verbose_name="所在县市区")
    handler = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="handled_cases", verbose_name="承办单位"
    )
    received_on = models.DateField("收到日期")
    accepted_on = models.DateField("受理日期", null=True, blank=True)
    due_on = models.DateField("办理时限")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.RECEIVED)
    result = models.TextField("办理结果", max_length=1000, blank=True)
    done_on = models.DateField("办结日期", null=True, blank=True)
    satisfaction = models.CharField("满意度", max_length=10, choices=Satisfaction.choices, blank=True)
    satisfaction_note = models.CharField("评价意见", max_length=200, blank=True)
    rated_on = models.DateField("评价日期", null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    link_digest = models.CharField(max_length=64, null=True, blank=True, unique=True)
    link_until = models.DateField("查询链接有效期", null=True, blank=True)
    is_demo = models.BooleanField("示例数据", default=False)
    version = models.PositiveIntegerField(default=1)

    objects = ServiceCaseQuerySet.as_manager()

    class Meta:
        verbose_name = "企业诉求"
        ordering = ["-received_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["done", "refused"]) | (Q(done_on__isnull=False) & ~Q(result="")),
                name="case_done_has_result",
            ),
            models.CheckConstraint(condition=Q(due_on__gte=models.F("received_on")), name="case_due_after_received"),
        ]
        indexes = [models.Index(fields=["state", "due_on"])]

    def __str__(self):
        return self.number


class CaseStep(models.Model):
    """One step in the handling of a case; ``is_public`` steps are what the company reads by its link."""

    case = models.ForeignKey(ServiceCase, models.CASCADE, related_name="steps")
    on = models.DateField("日期")
    at = models.DateTimeField("时间", auto_now_add=True)
    text = models.CharField("办理情况", max_length=400)
    is_public = models.BooleanField("企业可见", default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    file = models.ForeignKey(ProjectFile, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "办理过程"
        ordering = ["case", "on", "id"]

    def __str__(self):
        return f"{self.case_id} {self.on}"


class FollowVisit(models.Model):
    """One try to open a company's link, counted per address so that tokens cannot be guessed; kept for a day."""

    address = models.CharField(max_length=45)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "查询链接访问"
        indexes = [models.Index(fields=["address", "at"])]

    def __str__(self):
        return f"{self.address} {self.at}"


class HealthFinding(models.Model):
    """A project that one of the four health rules found, and the rectification slip that follows."""

    class Rule(models.TextChoices):
        NOT_STARTED = "not_started", "签约超一年未开工"
        NO_FUNDS = "no_funds", "开工三个月无资金到位"
        LOW_FUNDS = "low_funds", "开工半年到位资金不足15%"
        OUT_OF_STEP = "out_of_step", "资金与形象进度相差超30个百分点"

    class State(models.TextChoices):
        OPEN = "open", "待整改"
        ANSWERED = "answered", "待复核"
        CLOSED = "closed", "已整改"

    project = models.ForeignKey(Project, models.PROTECT, related_name="findings", verbose_name="项目")
    rule = models.CharField("规则", max_length=12, choices=Rule.choices)
    basis = models.CharField("依据", max_length=300)
    found_on = models.DateField("发现日期")
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="findings", verbose_name="整改单位")
    due_on = models.DateField("整改时限")
    year = models.PositiveSmallIntegerField("年度")
    number = models.PositiveIntegerField("编号")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN)
    answer = models.TextField("整改情况", max_length=1000, blank=True)
    answered_on = models.DateField("整改日期", null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    file = models.ForeignKey(ProjectFile, models.PROTECT, null=True, blank=True, related_name="+")
    return_reason = models.CharField("退回原因", max_length=200, blank=True)
    closed_on = models.DateField("复核日期", null=True, blank=True)
    cleared_on = models.DateField("情形消除日期", null=True, blank=True)  # first check that found it gone
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    is_demo = models.BooleanField("示例数据", default=False)
    version = models.PositiveIntegerField(default=1)

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = "整改单"
        ordering = ["-found_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "rule"], condition=~Q(state="closed"), name="finding_one_open_per_rule"
            ),
            models.UniqueConstraint(fields=["year", "number"], name="finding_number_once_per_year"),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_on__isnull=False), name="finding_closed_is_dated"
            ),
        ]

    def __str__(self):
        return f"{self.year}-{self.number}"

    @property
    def short_number(self) -> str:
        return f"〔{self.year}〕{self.number}号"

    @property
    def full_number(self) -> str:
        """德京津冀整〔2023〕12号, as the printed slip carries it."""
        return f"德京津冀整{self.short_number}"

    def is_late(self, on) -> bool:
        """Return whether the county has not answered by the deadline."""
        return self.state == self.State.OPEN and self.due_on < on


class SiteProgress(models.Model):
    """The physical progress (形象进度) of a project in per cent, as seen on a day."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="site_progress")
    on = models.DateField("日期")
    percent = models.PositiveSmallIntegerField("形象进度（%）")
    text = models.CharField("说明", max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    is_demo = models.BooleanField("示例数据", default=False)

    class Meta:
        verbose_name = "形象进度"
        ordering = ["project", "on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "on"], name="site_progress_once_per_day"),
            models.CheckConstraint(condition=Q(percent__lte=100), name="site_progress_at_most_100"),
        ]

    def __str__(self):
        return f"{self.project_id} {self.on} {self.percent}"
