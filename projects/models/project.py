"""A project, its dated stage log, its gate, credit and files."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from common.models import Source
from projects.models.places import Platform, SigningEvent
from projects.querysets import ProjectQuerySet


class Project(models.Model):
    """An investment project. Its stage follows from its dated stage log, never from a field."""

    class InvestorKind(models.TextChoices):
        CENTRAL_SOE = "central_soe", "央企"
        BEIJING_SOE = "beijing_soe", "北京市属国企"
        OTHER_SOE = "other_soe", "其他国企"
        PRIVATE = "private", "民企"
        FOREIGN = "foreign", "外资"
        INSTITUTE = "institute", "科研院所"

    code = models.CharField("编号", max_length=20, unique=True)
    name = models.CharField("项目名称", max_length=120)
    investor = models.CharField("投资方", max_length=120, blank=True)
    investor_kind = models.CharField("投资方类型", max_length=16, choices=InvestorKind.choices, blank=True)
    origin_province = models.CharField("来源省市", max_length=12, blank=True)
    origin_district = models.CharField("来源区（市）", max_length=24, blank=True)
    county = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="projects",
        verbose_name="落地县市区",
    )
    platform = models.ForeignKey(Platform, models.PROTECT, null=True, blank=True, verbose_name="承接平台")
    industry = models.CharField("产业", max_length=40, blank=True)
    industry_code = models.CharField("国标行业大类", max_length=2, blank=True)
    chain = models.CharField("市产业链", max_length=40, blank=True)
    total_investment = models.DecimalField(
        "签约总投资（万元）",
        max_digits=16,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    event = models.ForeignKey(
        SigningEvent, models.PROTECT, null=True, blank=True, related_name="projects", verbose_name="签约活动"
    )
    summary = models.CharField("说明", max_length=300, blank=True)
    contract_number = models.CharField("合同编号", max_length=60, blank=True)
    contract_on = models.DateField("合同日期", null=True, blank=True)
    promised_registered_on = models.DateField("约定注册日期", null=True, blank=True)
    promised_started_on = models.DateField("约定开工日期", null=True, blank=True)
    promised_producing_on = models.DateField("约定投产日期", null=True, blank=True)
    officer = models.CharField("包保领导", max_length=40, blank=True)
    officer_post = models.CharField("包保领导职务", max_length=60, blank=True)
    helper = models.CharField("帮办联系人", max_length=40, blank=True)
    helper_phone = models.CharField("帮办电话", max_length=30, blank=True)
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, verbose_name="来源")
    is_demo = models.BooleanField("示例数据", default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="录入人"
    )
    created_on = models.DateField("录入日期", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = "项目"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(total_investment__isnull=True) | Q(total_investment__gte=0),
                name="project_investment_not_negative",
            )
        ]
        indexes = [
            models.Index(fields=["county"]),
            models.Index(fields=["event"]),
            models.Index(fields=["investor"]),
        ]

    def __str__(self):
        return self.name


class StageChange(models.Model):
    """The day on which a project reached a stage, with the evidence for it."""

    class Stage(models.TextChoices):
        LEAD = "lead", "线索"
        NEGOTIATING = "negotiating", "在谈"
        SIGNED = "signed", "签约"
        REGISTERED = "registered", "注册落地"
        STARTED = "started", "开工"
        PRODUCING = "producing", "投产"
        AT_CAPACITY = "at_capacity", "达效"
        PAUSED = "paused", "暂停"
        LOST = "lost", "流失"
        ABANDONED = "abandoned", "终止"

    project = models.ForeignKey(Project, models.CASCADE, related_name="stages")
    stage = models.CharField("阶段", max_length=12, choices=Stage.choices)
    on = models.DateField("日期")
    evidence = models.CharField("依据", max_length=120, blank=True)
    reason = models.CharField("原因", max_length=200, blank=True)
    certificate = models.CharField("证照编号", max_length=80, blank=True)
    file = models.ForeignKey(
        "projects.ProjectFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="佐证文件"
    )
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "阶段变动"
        ordering = ["project", "on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "stage", "on"], name="stage_once_per_day"),
            models.CheckConstraint(
                condition=~Q(stage__in=["paused", "lost", "abandoned"]) | ~Q(reason=""),
                name="stage_off_path_has_reason",
            ),
        ]
        indexes = [models.Index(fields=["stage", "on"]), models.Index(fields=["project", "on"])]

    def __str__(self):
        return f"{self.project_id} {self.stage} {self.on}"


class ProjectFile(models.Model):
    """A file kept with a project (evidence of a stage, a voucher, a rectification), outside the web root."""

    class Purpose(models.TextChoices):
        STAGE = "stage", "阶段佐证"
        VOUCHER = "voucher", "资金凭证"
        RECTIFICATION = "rectification", "整改佐证"
        SERVICE = "service", "诉求材料"

    project = models.ForeignKey(Project, models.PROTECT, null=True, blank=True, related_name="files")
    purpose = models.CharField("用途", max_length=16, choices=Purpose.choices)
    name = models.CharField("文件名", max_length=160)
    path = models.CharField(max_length=120, unique=True)
    size = models.PositiveIntegerField("字节")
    sha256 = models.CharField(max_length=64, db_index=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)

    class Meta:
        verbose_name = "项目文件"
        ordering = ["id"]

    def __str__(self):
        return self.name


class CreditShare(models.Model):
    """A county's share of a project's credit (首谈地/落地地). Without rows all of it is the county's."""

    class Part(models.TextChoices):
        FIRST_TALKS = "first_talks", "首谈地"
        LOCATION = "location", "落地地"

    project = models.ForeignKey(Project, models.CASCADE, related_name="credits")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="credits", verbose_name="县市区")
    part = models.CharField("身份", max_length=12, choices=Part.choices)
    percent = models.DecimalField("占比（%）", max_digits=5, decimal_places=2)
    is_demo = models.BooleanField("示例数据", default=False)

    class Meta:
        verbose_name = "分成"
        ordering = ["project", "-percent"]
        constraints = [
            models.UniqueConstraint(fields=["project", "organisation"], name="credit_once_per_county"),
            models.CheckConstraint(condition=Q(percent__gt=0, percent__lte=100), name="credit_percent_in_range"),
        ]

    def __str__(self):
        return f"{self.project_id} {self.organisation_id} {self.percent}"


class AdmissionCheck(models.Model):
    """The gate before signing (三个不选): one answer to each of the three questions, by whom, when."""

    project = models.OneToOneField(Project, models.CASCADE, related_name="admission")
    policy_fits = models.BooleanField("符合产业政策和规划")
    environment_fits = models.BooleanField("符合环保、能耗和安全要求")
    returns_fit = models.BooleanField("符合投资强度和税收要求")
    note = models.CharField("说明", max_length=300, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    checked_on = models.DateField("审查日期")
    is_demo = models.BooleanField("示例数据", default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = "准入审查"

    def __str__(self):
        return f"{self.project_id} {self.checked_on}"

    @property
    def passed(self):
        return self.policy_fits and self.environment_fits and self.returns_fit


class FollowUp(models.Model):
    """A note of a contact with the investor; a lead nobody follows up grows stale."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="follow_ups")
    on = models.DateField("日期")
    text = models.CharField("跟进情况", max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    is_demo = models.BooleanField("示例数据", default=False)

    class Meta:
        verbose_name = "跟进记录"
        ordering = ["-on", "-id"]
        indexes = [models.Index(fields=["project", "on"])]

    def __str__(self):
        return f"{self.project_id} {self.on}"
