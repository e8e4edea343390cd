"""Bulletins and the work news they carry."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from reports.querysets import BulletinQuerySet, NewsItemQuerySet


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
    is_demo = models.BooleanField("示例数据", default=False)
    version = models.PositiveIntegerField(default=1)

    objects = BulletinQuerySet.as_manager()

    class Meta:
        verbose_name = "情况通报"
        ordering = [models.F("issue").desc(nulls_first=True), "-period"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "period"],
                condition=Q(kind__in=["monthly", "annual"], organisation__isnull=True),
                name="bulletin_city_once_per_period",
            ),
            models.UniqueConstraint(
                fields=["kind", "period", "organisation"],
                condition=Q(kind__in=["monthly", "annual"], organisation__isnull=False),
                name="bulletin_organisation_once_per_period",
            ),
            models.UniqueConstraint(
                fields=["issue"], condition=Q(organisation__isnull=True), name="bulletin_issue_once"
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


class NewsItem(models.Model):
    """A piece of work news; adopted ones are counted and appear once across issues."""

    class State(models.TextChoices):
        SUBMITTED = "submitted", "已报送"
        ADOPTED = "adopted", "已采用"
        DECLINED = "declined", "未采用"

    title = models.CharField("标题", max_length=120)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="news_items", verbose_name="报送单位")
    occurred_on = models.DateField("日期")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.SUBMITTED)
    adopted_on = models.DateField("采用日期", null=True, blank=True)
    bulletin = models.ForeignKey(
        Bulletin, models.PROTECT, null=True, blank=True, related_name="news_items", verbose_name="期次"
    )
    is_demo = models.BooleanField("示例数据", default=False)

    objects = NewsItemQuerySet.as_manager()

    class Meta:
        verbose_name = "工作动态"
        ordering = ["-occurred_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="adopted") | Q(adopted_on__isnull=False), name="news_adopted_is_dated"
            )
        ]

    def __str__(self):
        return self.title
