"""Supervision: milestones, extensions, slips, the leaders' instructions, saved views."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation
from tasklists.models.plan import Assignment, TaskItem
from tasklists.querysets import InstructionQuerySet, SlipQuerySet


class Milestone(models.Model):
    """A step of a task (节点) with its own date; where there are any, the expected pace follows them."""

    item = models.ForeignKey(TaskItem, models.CASCADE, related_name="milestones")
    title = models.CharField("节点", max_length=80)
    due_on = models.DateField("时限")
    percent = models.PositiveSmallIntegerField("应完成百分比")
    done_on = models.DateField("完成日期", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = "节点"
        ordering = ["item", "due_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(percent__gte=1, percent__lte=100), name="milestone_percent_in_range"),
            models.UniqueConstraint(fields=["item", "due_on"], name="milestone_one_per_day"),
        ]

    def __str__(self):
        return self.title


class Extension(models.Model):
    """A request for a later deadline (延期); the old and the new date are kept."""

    class State(models.TextChoices):
        ASKED = "asked", "待审批"
        GRANTED = "granted", "已批准"
        REFUSED = "refused", "未批准"

    item = models.ForeignKey(TaskItem, models.CASCADE, related_name="extensions")
    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="extensions")
    old_due_on = models.DateField("原时限")
    new_due_on = models.DateField("申请时限")
    reason = models.CharField("原因", max_length=300)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_on = models.DateField("申请日期")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_on = models.DateField("审批日期", null=True, blank=True)
    decision_reason = models.CharField("审批意见", max_length=300, blank=True)

    class Meta:
        verbose_name = "延期"
        ordering = ["-asked_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(new_due_on__gt=F("old_due_on")), name="extension_is_later"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="extension_decider_is_not_asker",
            ),
            models.UniqueConstraint(fields=["item"], condition=Q(state="asked"), name="extension_one_open_per_item"),
        ]

    def __str__(self):
        return f"{self.item_id} {self.new_due_on}"


class SupervisionSlip(models.Model):
    """A slip (督办单) to one organisation, numbered per year; the nightly check proposes, the office confirms."""

    class Colour(models.TextChoices):
        BLUE = "blue", "蓝色"
        YELLOW = "yellow", "黄色"
        RED = "red", "红色"

    class State(models.TextChoices):
        PROPOSED = "proposed", "待确认"
        ISSUED = "issued", "待签收"
        SIGNED = "signed", "待答复"
        ANSWERED = "answered", "已答复"
        SETTLED = "settled", "已办结"
        DROPPED = "dropped", "不予发出"

    item = models.ForeignKey(TaskItem, models.CASCADE, related_name="slips")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="slips", verbose_name="单位")
    colour = models.CharField("等级", max_length=6, choices=Colour.choices)
    cause = models.CharField("事由标识", max_length=40)
    reason = models.CharField("督办事由", max_length=300)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.PROPOSED)
    year = models.PositiveSmallIntegerField("年度", null=True, blank=True)
    number = models.PositiveIntegerField("编号", null=True, blank=True)
    proposed_on = models.DateField("提出日期")
    drop_reason = models.CharField("不予发出的原因", max_length=200, blank=True)
    issued_on = models.DateField("发出日期", null=True, blank=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answer_due_on = models.DateField("答复时限", null=True, blank=True)
    signed_on = models.DateField("签收日期", null=True, blank=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answer = models.TextField("答复", max_length=1000, blank=True)
    answered_on = models.DateField("答复日期", null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    escalated_on = models.DateField("上报领导日期", null=True, blank=True)
    settled_on = models.DateField("办结日期", null=True, blank=True)
    is_demo = models.BooleanField("示例数据", default=False)
    version = models.PositiveIntegerField(default=1)

    objects = SlipQuerySet.as_manager()

    class Meta:
        verbose_name = "督办单"
        ordering = ["-proposed_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["year", "colour", "number"], name="slip_number_once_per_year"),
            models.UniqueConstraint(fields=["item", "organisation", "cause"], name="slip_once_per_cause"),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "dropped"]) | Q(number__isnull=False),
                name="slip_issued_is_numbered",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["answered", "settled"]) | ~Q(answer=""), name="slip_answered_has_answer"
            ),
            models.CheckConstraint(condition=~Q(state="dropped") | ~Q(drop_reason=""), name="slip_dropped_has_reason"),
        ]
        indexes = [models.Index(fields=["state", "answer_due_on"])]

    def __str__(self):
        return f"{self.get_colour_display()}督办单 {self.number or '-'}"

    @property
    def short_number(self):
        """红字14号; empty for a proposal."""
        return f"{self.get_colour_display()[0]}字{self.number}号" if self.number else ""

    @property
    def full_number(self):
        """德京津冀督〔2023〕红字14号; empty for a proposal."""
        return f"德京津冀督〔{self.year}〕{self.short_number}" if self.number else ""

    def is_late(self, day):
        """Whether the answer was due before ``day`` and has not come."""
        return self.state in (self.State.ISSUED, self.State.SIGNED) and self.answer_due_on < day


class Instruction(models.Model):
    """A leader's instruction (批示) on a task, a slip or a bulletin, tracked with owner and deadline."""

    class State(models.TextChoices):
        OPEN = "open", "待反馈"
        ANSWERED = "answered", "已反馈"
        SETTLED = "settled", "已办结"

    item = models.ForeignKey(TaskItem, models.CASCADE, null=True, blank=True, related_name="instructions")
    slip = models.ForeignKey(SupervisionSlip, models.CASCADE, null=True, blank=True, related_name="instructions")
    bulletin_id = models.BigIntegerField("通报", null=True, blank=True, db_index=True)
    about = models.CharField("批示对象", max_length=200)
    text = models.CharField("批示内容", max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="批示人")
    on = models.DateField("批示日期")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="instructions", verbose_name="承办单位"
    )
    due_on = models.DateField("反馈时限")
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.OPEN)
    answer = models.TextField("反馈", max_length=1000, blank=True)
    answered_on = models.DateField("反馈日期", null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    settled_on = models.DateField("办结日期", null=True, blank=True)
    is_demo = models.BooleanField("示例数据", default=False)
    version = models.PositiveIntegerField(default=1)

    objects = InstructionQuerySet.as_manager()

    class Meta:
        verbose_name = "批示"
        ordering = ["-on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(due_on__gte=F("on")), name="instruction_deadline_not_before"),
            models.CheckConstraint(condition=Q(state="open") | ~Q(answer=""), name="instruction_answered_has_answer"),
        ]

    def __str__(self):
        return self.text[:40]


class SavedView(models.Model):
    """A person's named view of the task list: its filters, order, columns and grouping as an address."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    name = models.CharField("名称", max_length=24)
    query = models.CharField("条件", max_length=600)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "存下的视图"
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="saved_view_name_once")]

    def __str__(self):
        return self.name
