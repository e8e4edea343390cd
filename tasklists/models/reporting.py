"""What organisations report of their parts, the proof of it, the steps of a task's life, locked months."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation
from tasklists.models.plan import Assignment, TaskItem
from tasklists.querysets import ReportQuerySet


class ProgressReport(models.Model):
    """What one organisation reports of its part for one month; counts once the office has approved it."""

    class State(models.TextChoices):
        DRAFT = "draft", "填写中"
        SUBMITTED = "submitted", "待单位审核"
        ORGANISATION_APPROVED = "org_approved", "待协调办审核"
        APPROVED = "approved", "已通过"
        RETURNED = "returned", "退回待改"

    class Status(models.TextChoices):
        NOT_STARTED = "not_started", "未启动"
        UNDER_WAY = "under_way", "推进中"
        CLAIMED = "claimed", "申请办结"

    class Outlook(models.TextChoices):
        ON_TIME = "on_time", "能按期完成"
        AT_RISK = "at_risk", "有风险"
        LATE = "late", "预计延期"

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="progress_reports")
    period = models.CharField("期间", max_length=7)
    status = models.CharField("状态", max_length=12, choices=Status.choices, default=Status.UNDER_WAY)
    percent = models.PositiveSmallIntegerField("完成百分比", validators=[MaxValueValidator(100)])
    text = models.TextField("本期进展", max_length=2000)
    difficulty = models.TextField("存在困难", max_length=1000, blank=True)
    outlook = models.CharField("预计", max_length=8, choices=Outlook.choices, default=Outlook.ON_TIME)
    state = models.CharField("审核状态", max_length=12, choices=State.choices, default=State.DRAFT)
    submitted_on = models.DateField("提交日期", null=True, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    organisation_reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_on = models.DateField("通过日期", null=True, blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    returned_on = models.DateField("退回日期", null=True, blank=True)
    return_reason = models.CharField("退回原因", max_length=300, blank=True)
    is_demo = models.BooleanField("示例数据", default=False)
    version = models.PositiveIntegerField(default=1)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = "进展填报"
        ordering = ["-period", "assignment"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "period"], name="report_once_per_period"),
            models.CheckConstraint(condition=Q(percent__lte=100), name="report_percent_at_most_100"),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(approved_on__isnull=False), name="report_approved_is_dated"
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(return_reason=""), name="report_return_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(organisation_reviewed_by__isnull=True)
                | Q(submitted_by__isnull=True)
                | ~Q(organisation_reviewed_by=F("submitted_by")),
                name="report_reviewer_is_not_submitter",
            ),
        ]
        indexes = [
            models.Index(fields=["assignment", "state", "period"]),
            models.Index(fields=["state", "period"]),
        ]

    def __str__(self):
        return f"{self.assignment_id} {self.period}"


class Evidence(models.Model):
    """A file that proves what a report says; kept outside the web root under a random name."""

    report = models.ForeignKey(ProgressReport, models.CASCADE, related_name="evidence")
    name = models.CharField("文件名", max_length=160)
    path = models.CharField(max_length=120, unique=True)
    size = models.PositiveIntegerField("字节")
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)

    class Meta:
        verbose_name = "佐证材料"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["report", "sha256"], name="evidence_once_per_report")]

    def __str__(self):
        return self.name


class TaskEvent(models.Model):
    """One step in a task's life, for its timeline."""

    class Kind(models.TextChoices):
        ASSIGNED = "assigned", "交办"
        ACKNOWLEDGED = "acknowledged", "签收"
        SUBMITTED = "submitted", "填报"
        ORGANISATION_APPROVED = "org_approved", "单位审核通过"
        APPROVED = "approved", "协调办审核通过"
        RETURNED = "returned", "退回"
        PART_COMPLETED = "part_completed", "本单位部分完成"
        CLOSED = "closed", "销号"
        EXTENSION_ASKED = "extension_asked", "申请延期"
        EXTENDED = "extended", "批准延期"
        EXTENSION_REFUSED = "extension_no", "延期未批准"
        SUSPENDED = "suspended", "中止"
        CANCELLED = "cancelled", "取消"
        REOPENED = "reopened", "恢复推进"
        SLIP_ISSUED = "slip_issued", "督办"
        SLIP_ANSWERED = "slip_answered", "督办答复"
        INSTRUCTED = "instructed", "领导批示"

    item = models.ForeignKey(TaskItem, models.CASCADE, related_name="events")
    kind = models.CharField("事项", max_length=16, choices=Kind.choices)
    on = models.DateField("日期")
    at = models.DateTimeField("时间", auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    report = models.ForeignKey(ProgressReport, models.SET_NULL, null=True, blank=True, related_name="events")
    period = models.CharField(max_length=7, blank=True)
    text = models.CharField("说明", max_length=400, blank=True)
    is_demo = models.BooleanField("示例数据", default=False)

    class Meta:
        verbose_name = "办理过程"
        ordering = ["-on", "-id"]
        indexes = [models.Index(fields=["item", "on"])]

    def __str__(self):
        return f"{self.item_id} {self.kind} {self.on}"


class ReportRevision(models.Model):
    """One field of a report that changed after its month had been locked once (更正): old, new, why."""

    report = models.ForeignKey(ProgressReport, models.CASCADE, related_name="revisions")
    field = models.CharField("字段", max_length=16)
    old = models.TextField("原值", blank=True)
    new = models.TextField("新值", blank=True)
    reason = models.CharField("原因", max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    on = models.DateField("更正日期")

    class Meta:
        verbose_name = "更正"
        ordering = ["-on", "-id"]

    def __str__(self):
        return f"{self.report_id} {self.field}"
