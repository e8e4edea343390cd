"""Task lists: the tree of a plan, its task items and who answers for them.

States are derived: an item's state as of a day follows from its StateChange log, its progress from
the reports approved by then. Nothing here stores a light.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from common.models import Source
from tasklists.querysets import AssignmentQuerySet, TaskItemQuerySet, TaskListQuerySet


class TaskList(models.Model):
    """A list that comes from a document. Only a list in force is supervised and counted."""

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        IN_FORCE = "in_force", "执行中"
        REFERENCE = "reference", "资料"

    slug = models.SlugField("标识", max_length=40, unique=True)
    title = models.CharField("名称", max_length=160)
    short = models.CharField("简称", max_length=24)
    doc_no = models.CharField("文号", max_length=60, blank=True)
    issued_on = models.DateField("印发日期", null=True, blank=True)
    year = models.PositiveSmallIntegerField("年度")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.DRAFT)
    order = models.PositiveSmallIntegerField("排序", default=0)
    near_days = models.PositiveSmallIntegerField("临期天数", default=15)
    lag_points = models.PositiveSmallIntegerField("滞后百分点", default=10)
    source_digest = models.CharField("原文摘要", max_length=64, null=True, blank=True, unique=True)
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, verbose_name="来源")
    is_demo = models.BooleanField("示例数据", default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = TaskListQuerySet.as_manager()

    class Meta:
        verbose_name = "任务清单"
        ordering = ["order", "-year", "slug"]

    def __str__(self):
        return self.title


class PlanNode(models.Model):
    """A chapter (方面), section or numbered item of the document."""

    class Level(models.TextChoices):
        CHAPTER = "chapter", "部分（方面）"
        SECTION = "section", "节"
        ITEM = "item", "条"

    task_list = models.ForeignKey(TaskList, models.CASCADE, related_name="nodes")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    level = models.CharField(max_length=8, choices=Level.choices)
    number = models.CharField("编号", max_length=12, blank=True)
    title = models.CharField("标题", max_length=200)
    text = models.TextField("原文", blank=True)
    order = models.PositiveIntegerField("顺序")

    class Meta:
        verbose_name = "清单结构"
        ordering = ["task_list", "order"]
        constraints = [models.UniqueConstraint(fields=["task_list", "order"], name="node_order_once")]

    def __str__(self):
        return f"{self.number}{self.title}"


class TaskItem(models.Model):
    """The leaf that has owners, a deadline and perhaps targets. Counted once, by its lead's state."""

    task_list = models.ForeignKey(TaskList, models.CASCADE, related_name="items", verbose_name="清单")
    node = models.ForeignKey(PlanNode, models.CASCADE, related_name="items", verbose_name="所属条目")
    aspect = models.ForeignKey(PlanNode, models.CASCADE, related_name="aspect_items", verbose_name="方面")
    code = models.CharField("编号", max_length=20)
    order = models.PositiveIntegerField("顺序")
    title = models.CharField("任务", max_length=160)
    text = models.TextField("内容", blank=True)
    assigned_on = models.DateField("交办日期", null=True, blank=True)
    starts_on = models.DateField("启动日期", null=True, blank=True)
    due_on = models.DateField("完成时限", null=True, blank=True)
    due_text = models.CharField("时限表述", max_length=80, blank=True)
    long_term = models.BooleanField("长期坚持", default=False)
    is_demo = models.BooleanField("示例数据", default=False)
    clause = models.ForeignKey(
        "projects.MemorandumClause",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="items",
        verbose_name="协议事项",
    )
    version = models.PositiveIntegerField(default=1)

    objects = TaskItemQuerySet.as_manager()

    class Meta:
        verbose_name = "任务"
        ordering = ["task_list__order", "order"]
        constraints = [
            models.UniqueConstraint(fields=["task_list", "code"], name="item_code_once_per_list"),
            models.CheckConstraint(
                condition=Q(long_term=False) | Q(due_on__isnull=True), name="item_long_term_has_no_deadline"
            ),
        ]
        indexes = [models.Index(fields=["task_list", "order"]), models.Index(fields=["due_on"])]

    def __str__(self):
        return f"{self.code} {self.title}"

    @property
    def is_supervised(self):
        """Whether the task has a light: of a list in force, and assigned."""
        return self.task_list.state == TaskList.State.IN_FORCE and self.assigned_on is not None


class ItemTarget(models.Model):
    """A measurable aim inside a task."""

    class Comparator(models.TextChoices):
        EQUAL = "=", "达到"
        AT_LEAST = ">=", "不少于"
        MORE = ">", "超过"
        AT_MOST = "<=", "不超过"
        LESS = "<", "低于"
        ABOUT = "~", "约"
        RANGE = "range", "介于"

    item = models.ForeignKey(TaskItem, models.CASCADE, related_name="targets")
    name = models.CharField("目标", max_length=120)
    comparator = models.CharField(max_length=6, choices=Comparator.choices, default=Comparator.EQUAL)
    value = models.DecimalField("数值", max_digits=18, decimal_places=4)
    value_to = models.DecimalField("至", max_digits=18, decimal_places=4, null=True, blank=True)
    unit = models.CharField("单位", max_length=16, blank=True)
    by = models.DateField("期限", null=True, blank=True)
    cumulative = models.BooleanField("累计", default=False)
    strength = models.CharField("力度", max_length=4, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "任务目标"
        ordering = ["item", "order"]

    def __str__(self):
        return self.name


class Assignment(models.Model):
    """One organisation's part in a task.

    ``decides`` marks those whose state is the item's: its lead, or without a lead every responsible one.
    """

    class Role(models.TextChoices):
        LEAD = "lead", "牵头"
        RESPONSIBLE = "responsible", "责任"
        SUPPORTING = "supporting", "配合"

    item = models.ForeignKey(TaskItem, models.CASCADE, related_name="assignments")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="assignments")
    role = models.CharField("分工", max_length=12, choices=Role.choices, default=Role.RESPONSIBLE)
    via = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="由集合展开"
    )
    written_as = models.CharField("原文写法", max_length=80, blank=True)
    decides = models.BooleanField("以其状态计数", default=False)
    acknowledged_on = models.DateField("签收日期", null=True, blank=True)
    completed_on = models.DateField("本单位完成日期", null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = "分工"
        ordering = ["item", "role", "organisation__order"]
        constraints = [
            models.UniqueConstraint(fields=["item", "organisation"], name="assignment_once_per_item"),
            models.UniqueConstraint(fields=["item"], condition=Q(role="lead"), name="assignment_one_lead"),
        ]
        indexes = [models.Index(fields=["organisation", "role"])]

    def __str__(self):
        return f"{self.organisation} {self.get_role_display()}"


class StateChange(models.Model):
    """The day from which an item is closed, suspended, cancelled or open again; with who and why."""

    class State(models.TextChoices):
        OPEN = "open", "推进"
        CLOSED = "closed", "销号"
        SUSPENDED = "suspended", "中止"
        CANCELLED = "cancelled", "取消"

    item = models.ForeignKey(TaskItem, models.CASCADE, related_name="state_changes")
    state = models.CharField("状态", max_length=10, choices=State.choices)
    on = models.DateField("生效日期")
    reason = models.CharField("原因", max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField("记录时间", auto_now_add=True)

    class Meta:
        verbose_name = "状态变动"
        ordering = ["item", "on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(state="closed") | ~Q(reason=""), name="state_change_has_reason")
        ]
        indexes = [models.Index(fields=["item", "on"])]

    def __str__(self):
        return f"{self.item_id} {self.state} {self.on}"
