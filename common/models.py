"""Rows that every app stands on: site settings, sources, the audit trail, jobs."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class SiteSettings(models.Model):
    """One row of site-wide settings."""

    business_date = models.DateField("业务日期", null=True, blank=True)
    is_demo = models.BooleanField("演示站点", default=False)

    class Meta:
        verbose_name = "站点设置"
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="site_settings_single_row")]

    def __str__(self):
        return "站点设置"


class Source(models.Model):
    """A published document from which figures or rows were taken."""

    key = models.CharField("标识", max_length=40, unique=True)
    title = models.CharField("标题", max_length=200)
    publisher = models.CharField("发布单位", max_length=80, blank=True)
    published_on = models.DateField("发布日期", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "来源"
        ordering = ["key"]

    def __str__(self):
        return self.title


class AuditEntry(models.Model):
    """Who did what, when, from where, and what it changed. Rows are only ever added (database triggers).

    Each row's ``digest`` covers its content and the digest of the row before it.
    """

    sequence = models.BigIntegerField("序号", unique=True)
    at = models.DateTimeField("时间", db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="操作人"
    )
    actor_name = models.CharField("账号", max_length=150, blank=True)
    role = models.CharField("角色", max_length=20, blank=True)
    address = models.CharField("来源地址", max_length=45, blank=True)
    action = models.CharField("操作", max_length=60, db_index=True)
    target_kind = models.CharField("对象类型", max_length=60, blank=True)
    target_id = models.CharField("对象编号", max_length=60, blank=True)
    target_label = models.CharField("对象", max_length=200, blank=True)
    before = models.JSONField("变更前", null=True)
    after = models.JSONField("变更后", null=True)
    succeeded = models.BooleanField("成功", default=True)
    request_id = models.CharField("请求号", max_length=32, blank=True)
    previous_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = "审计记录"
        ordering = ["-sequence"]

    def __str__(self):
        return f"{self.sequence} {self.action}"


class AuditHead(models.Model):
    """The last link of the audit chain; locked while a new link is added, so that links never fork.

    ``data_sequence`` is the last link that can have changed what figures count (audit.UNCOUNTED names the others).
    """

    sequence = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    data_sequence = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="audit_head_single_row")]

    def __str__(self):
        return str(self.sequence)


class AuditArchive(models.Model):
    """A stretch of the trail that was written to a file and left the table; the chain goes on from its last digest.

    Rows are only ever added (database triggers), and each is told in the trail that goes on (common/audit_archive.py).
    """

    first_sequence = models.BigIntegerField("首条")
    last_sequence = models.BigIntegerField("末条", unique=True)
    first_at = models.DateTimeField("首条时间")
    last_at = models.DateTimeField("末条时间")
    previous_digest = models.CharField(max_length=64)
    last_digest = models.CharField(max_length=64)
    file_name = models.CharField("文件", max_length=80)
    sha256 = models.CharField("摘要", max_length=64)
    kept = models.JSONField("仍须对照的记录", default=list)
    made_at = models.DateTimeField("归档时间", auto_now_add=True)

    class Meta:
        verbose_name = "审计归档"
        ordering = ["last_sequence"]

    def __str__(self):
        return f"{self.first_sequence}–{self.last_sequence}"


class Job(models.Model):
    """Work done outside the request. This row, not the broker, is the truth about it."""

    class State(models.TextChoices):
        QUEUED = "queued", "排队中"
        RUNNING = "running", "进行中"
        DONE = "done", "已完成"
        FAILED = "failed", "未完成"

    kind = models.CharField("类型", max_length=40)
    key = models.CharField("去重键", max_length=160)
    payload = models.JSONField("参数", default=dict)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.QUEUED)
    step = models.CharField("步骤", max_length=80, blank=True)
    progress = models.PositiveSmallIntegerField("进度", default=0)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    claim = models.CharField("认领", max_length=40, blank=True)
    lease_until = models.DateTimeField("租约至", null=True)
    result = models.JSONField("结果", null=True)
    error = models.CharField("未完成原因", max_length=300, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="提交人"
    )
    created_at = models.DateTimeField("提交时间", auto_now_add=True)
    finished_at = models.DateTimeField("完成时间", null=True)

    class Meta:
        verbose_name = "后台任务"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=Q(state__in=["queued", "running"]),
                name="job_one_active_per_key",
            ),
            models.CheckConstraint(condition=Q(progress__lte=100), name="job_progress_at_most_100"),
        ]
        indexes = [models.Index(fields=["state", "lease_until"])]

    def __str__(self):
        return f"{self.kind} {self.key}"

    @property
    def is_active(self):
        return self.state in (self.State.QUEUED, self.State.RUNNING)


class ScheduleRun(models.Model):
    """When the embedded scheduler last started each entry of the schedule."""

    name = models.CharField(max_length=80, unique=True)
    last_run_at = models.DateTimeField()

    class Meta:
        verbose_name = "定时任务记录"

    def __str__(self):
        return self.name


class CalendarDay(models.Model):
    """A weekday off or a working weekend day, as announced each year or set by the office."""

    day = models.DateField("日期", unique=True)
    is_working = models.BooleanField("上班")
    note = models.CharField("说明", max_length=60, blank=True)

    class Meta:
        verbose_name = "工作日历"
        ordering = ["day"]

    def __str__(self):
        return f"{self.day} {'上班' if self.is_working else '放假'}"


class ImportBatch(models.Model):
    """One ledger file: checked, written in one transaction, and able to be undone."""

    class State(models.TextChoices):
        CHECKED = "checked", "已检查"
        COMMITTED = "committed", "已导入"
        UNDONE = "undone", "已撤销"

    kind = models.CharField("种类", max_length=16)
    file_name = models.CharField("文件名", max_length=160)
    digest = models.CharField("摘要", max_length=64)
    path = models.CharField(max_length=160, blank=True)
    organisation_code = models.CharField("单位代码", max_length=20, blank=True)
    options = models.JSONField("选项", default=dict)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.CHECKED)
    rows = models.PositiveIntegerField("行数", default=0)
    accepted = models.PositiveIntegerField("可导入", default=0)
    report = models.JSONField("检查结果", null=True)
    undo = models.JSONField("撤销依据", null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="导入人"
    )
    created_at = models.DateTimeField("上传时间", auto_now_add=True)
    committed_at = models.DateTimeField("导入时间", null=True)
    undone_at = models.DateTimeField("撤销时间", null=True)

    class Meta:
        verbose_name = "导入批次"
        ordering = ["-id"]

    def __str__(self):
        return f"{self.kind} {self.file_name}"


class ColumnMapping(models.Model):
    """How an organisation's sheets of one kind name their columns; remembered from the last hand-made mapping."""

    kind = models.CharField("种类", max_length=16)
    organisation_code = models.CharField("单位代码", max_length=20, blank=True)
    mapping = models.JSONField("列对应", default=dict)

    class Meta:
        verbose_name = "列对应"
        constraints = [
            models.UniqueConstraint(fields=["kind", "organisation_code"], name="mapping_once_per_organisation")
        ]

    def __str__(self):
        return f"{self.kind} {self.organisation_code}"


class PeriodLock(models.Model):
    """A month of one area (tasks, funds, observations) whose rows can no longer be changed."""

    class Area(models.TextChoices):
        TASKS = "tasks", "任务填报"
        FUNDS = "funds", "资金台账"
        OBSERVATIONS = "observations", "指标填报"

    area = models.CharField("范围", max_length=12, choices=Area.choices)
    period = models.CharField("期间", max_length=7)
    locked_on = models.DateField("锁定日期")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "期间锁定"
        ordering = ["area", "period"]
        constraints = [models.UniqueConstraint(fields=["area", "period"], name="period_locked_once")]

    def __str__(self):
        return f"{self.area} {self.period}"


class UnlockRequest(models.Model):
    """A locked period is opened again by two people: one of the office asks with a reason, another agrees."""

    area = models.CharField("范围", max_length=12, choices=PeriodLock.Area.choices)
    period = models.CharField("期间", max_length=7)
    reason = models.CharField("原因", max_length=300)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_on = models.DateField("申请日期")
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    agreed_on = models.DateField("同意日期", null=True, blank=True)

    class Meta:
        verbose_name = "解锁申请"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True) | ~Q(agreed_by=models.F("asked_by")),
                name="period_unlock_needs_two_people",
            ),
            models.UniqueConstraint(
                fields=["area", "period"],
                condition=Q(agreed_by__isnull=True),
                name="period_unlock_one_open",
            ),
        ]

    def __str__(self):
        return f"{self.area} {self.period}"
