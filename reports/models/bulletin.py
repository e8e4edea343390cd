"""Bulletins: their templates, versions, restatements and readers."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from reports.querysets import BulletinQuerySet


class BulletinTemplate(models.Model):
    """Which sections a kind of bulletin has, in which order, under which conditions; arranged by the office.

    ``sections`` is a list of {"key": section's key or "own", "title": …, "text": …, "when": condition's key}.
    """

    class Kind(models.TextChoices):
        MONTHLY = "monthly", "月度"
        SPECIAL = "special", "专题"
        ANNUAL = "annual", "年度"

    class Subject(models.TextChoices):
        CITY = "city", "全市"
        COUNTY = "county", "县市区"
        DEPARTMENT = "department", "市直部门"
        LIST = "list", "任务清单"

    key = models.SlugField("标识", max_length=40, unique=True)
    name = models.CharField("名称", max_length=60)
    kind = models.CharField("类别", max_length=10, choices=Kind.choices)
    subject = models.CharField("对象", max_length=12, choices=Subject.choices)
    sections = models.JSONField("栏目", default=list)
    is_shipped = models.BooleanField("随系统提供", default=False)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = "通报模板"
        ordering = ["kind", "subject", "key"]

    def __str__(self):
        return self.name


class Bulletin(models.Model):
    """One issue of the 情况通报. Publishing freezes its content, figures, files and their digests."""

    class Kind(models.TextChoices):
        MONTHLY = "monthly", "月度"
        SPECIAL = "special", "专题"
        ANNUAL = "annual", "年度"

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        IN_REVIEW = "in_review", "待签发"
        PUBLISHED = "published", "已印发"
        WITHDRAWN = "withdrawn", "已撤回"

    kind = models.CharField("类别", max_length=10, choices=Kind.choices)
    period = models.CharField("期间", max_length=7)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="bulletins", verbose_name="单位"
    )
    year = models.PositiveSmallIntegerField("年度")
    issue = models.PositiveIntegerField("期号", null=True, blank=True)
    title = models.CharField("标题", max_length=200)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.DRAFT)
    as_of = models.DateField("数据截至", null=True, blank=True)
    content = models.JSONField("正文", null=True, blank=True)
    figures = models.JSONField("数字", null=True, blank=True)
    build_notes = models.JSONField("生成说明", default=list, blank=True)
    pages = models.PositiveSmallIntegerField("页数", null=True, blank=True)
    docx_file = models.CharField(max_length=120, blank=True)
    docx_sha256 = models.CharField(max_length=64, blank=True)
    pdf_file = models.CharField(max_length=120, blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    built_at = models.DateTimeField("生成时间", null=True, blank=True)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="起草"
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="送签"
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签发"
    )
    published_on = models.DateField("印发日期", null=True, blank=True)
    template = models.ForeignKey(
        BulletinTemplate, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="模板"
    )
    task_list = models.ForeignKey(
        "tasklists.TaskList", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="专题清单"
    )
    edited = models.BooleanField("已人工编辑", default=False)
    proof = models.JSONField("校核结果", null=True, blank=True)
    plain_text = models.TextField("全文", blank=True)
    withdrawn_on = models.DateField("撤回日期", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="撤回"
    )
    withdraw_reason = models.CharField("撤回原因", max_length=200, blank=True)
    is_demo = models.BooleanField("示例数据", default=False)
    version = models.PositiveIntegerField(default=1)

    objects = BulletinQuerySet.as_manager()

    class Meta:
        verbose_name = "情况通报"
        ordering = [models.F("issue").desc(nulls_first=True), "-period"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "period"],
                condition=Q(kind__in=["monthly", "annual"], organisation__isnull=True) & ~Q(state="withdrawn"),
                name="bulletin_city_once_per_period",
            ),
            models.UniqueConstraint(
                fields=["kind", "period", "organisation"],
                condition=Q(kind__in=["monthly", "annual"], organisation__isnull=False) & ~Q(state="withdrawn"),
                name="bulletin_organisation_once_per_period",
            ),
            models.UniqueConstraint(
                fields=["organisation", "issue"],
                condition=Q(organisation__isnull=False),
                name="bulletin_issue_once_per_organisation",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(issue__isnull=False), name="bulletin_published_is_numbered"
            ),
            models.UniqueConstraint(
                fields=["issue"], condition=Q(organisation__isnull=True), name="bulletin_issue_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | (Q(withdrawn_on__isnull=False) & ~Q(withdraw_reason="")),
                name="bulletin_withdrawn_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_on__isnull=False),
                name="bulletin_published_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(published_by__isnull=True)
                | Q(drafted_by__isnull=True)
                | ~Q(published_by=models.F("drafted_by")),
                name="bulletin_publisher_is_not_drafter",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def number_words(self):
        """第44期; for a draft the number it would get, marked so."""
        if self.issue:
            return f"第{self.issue}期"
        planned = (self.content or {}).get("issue")
        return f"拟第{planned}期" if planned else "未编号"


class BulletinVersion(models.Model):
    """What a draft said after each saving, so that every step can be read again and compared."""

    bulletin = models.ForeignKey(Bulletin, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField("版本")
    content = models.JSONField("正文")
    note = models.CharField("说明", max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = "通报版本"
        ordering = ["bulletin", "-number"]
        constraints = [models.UniqueConstraint(fields=["bulletin", "number"], name="bulletin_version_once")]

    def __str__(self):
        return f"{self.bulletin_id} v{self.number}"


class Restatement(models.Model):
    """A figure of an issued bulletin whose rows later say something else, until an issue carries the correction."""

    bulletin = models.ForeignKey(Bulletin, models.PROTECT, related_name="restatements")
    reference = models.CharField("数字", max_length=160)
    label = models.CharField("名称", max_length=160)
    unit = models.CharField("单位", max_length=12, blank=True)
    frozen_value = models.CharField("印发时", max_length=40)
    new_value = models.CharField("现在", max_length=40)
    found_on = models.DateField("发现日期")
    reason = models.CharField("原因", max_length=200, blank=True)
    carried_by = models.ForeignKey(
        Bulletin, models.SET_NULL, null=True, blank=True, related_name="corrections", verbose_name="更正期次"
    )
    dismissed_on = models.DateField("不予更正", null=True, blank=True)
    dismissed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    dismiss_reason = models.CharField("不予更正的原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "数字更正"
        ordering = ["-found_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["bulletin", "reference", "new_value"], name="restatement_once_per_value")
        ]

    def __str__(self):
        return f"{self.bulletin_id} {self.reference}"


class BulletinDownload(models.Model):
    """Who fetched which file of an issue, when."""

    bulletin = models.ForeignKey(Bulletin, models.PROTECT, related_name="downloads")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="下载人")
    at = models.DateTimeField("时间", auto_now_add=True)
    ending = models.CharField("文件", max_length=4)
    sha256 = models.CharField("摘要", max_length=64)

    class Meta:
        verbose_name = "下载记录"
        ordering = ["-id"]

    def __str__(self):
        return f"{self.bulletin_id} {self.ending}"


class Subscription(models.Model):
    """A person who wants to be told of each new issue, in the inbox and by mail where that is set up."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="subscription")
    by_mail = models.BooleanField("发邮件", default=False)
    since = models.DateField("订阅日期")

    class Meta:
        verbose_name = "通报订阅"

    def __str__(self):
        return str(self.user_id)


class BulletinBatch(models.Model):
    """One order for many bulletins of a period (city, counties, departments): a job each, one zip in the end."""

    template_kind = models.CharField("类别", max_length=10, choices=Bulletin.Kind.choices)
    period = models.CharField("期间", max_length=7)
    organisations = models.JSONField("单位", default=list)
    jobs = models.JSONField("后台任务", default=list)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = "批量生成"
        ordering = ["-id"]

    def __str__(self):
        return f"{self.template_kind} {self.period}"
