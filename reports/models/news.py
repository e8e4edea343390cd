"""Work news (工作动态) that organisations submit and bulletins carry."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from projects.models import Project
from reports.models.bulletin import Bulletin
from reports.querysets import NewsItemQuerySet
from tasklists.models import TaskItem


class NewsItem(models.Model):
    """A piece of work news; adopted ones are counted and appear once across issues."""

    class State(models.TextChoices):
        SUBMITTED = "submitted", "已报送"
        ADOPTED = "adopted", "已采用"
        DECLINED = "declined", "未采用"
        MERGED = "merged", "已并入"

    title = models.CharField("标题", max_length=120)
    text = models.TextField("正文", max_length=2000, blank=True)
    place = models.CharField("地点", max_length=60, blank=True)
    aspect = models.CharField("方面", max_length=60, blank=True)
    item = models.ForeignKey(
        TaskItem, models.PROTECT, null=True, blank=True, related_name="news_items", verbose_name="相关任务"
    )
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="news_items", verbose_name="相关项目"
    )
    photo = models.CharField(max_length=120, blank=True)
    photo_sha256 = models.CharField(max_length=64, blank=True)
    prints_photo = models.BooleanField("随文配图", default=False)
    photo_caption = models.CharField("图片说明", max_length=60, blank=True)
    submitted_title = models.CharField("报送标题", max_length=120, blank=True)
    submitted_text = models.TextField("报送正文", max_length=2000, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_on = models.DateField("报送日期", null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decline_reason = models.CharField("未采用原因", max_length=200, blank=True)
    score = models.DecimalField("计分", max_digits=4, decimal_places=1, null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name="并入"
    )
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="news_items", verbose_name="报送单位")
    occurred_on = models.DateField("日期")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.SUBMITTED)
    adopted_on = models.DateField("采用日期", null=True, blank=True)
    bulletin = models.ForeignKey(
        Bulletin, models.PROTECT, null=True, blank=True, related_name="news_items", verbose_name="期次"
    )
    is_demo = models.BooleanField("示例数据", default=False)
    version = models.PositiveIntegerField(default=1)

    objects = NewsItemQuerySet.as_manager()

    class Meta:
        verbose_name = "工作动态"
        ordering = ["-occurred_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="adopted") | Q(adopted_on__isnull=False), name="news_adopted_is_dated"
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(decline_reason=""), name="news_declined_has_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state="merged") | Q(merged_into__isnull=False), name="news_merged_names_the_other"
            ),
        ]

    def __str__(self):
        return self.title
