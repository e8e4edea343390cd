"""Assessment: versioned schemes of weighted terms, peer groups, confirmed results and appeals."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from indicators.querysets import AppealQuerySet


class Scheme(models.Model):
    """What one kind of organisation is assessed by; its rules stand in its versions."""

    class Subject(models.TextChoices):
        COUNTIES = "counties", "县市区"
        DEPARTMENTS = "departments", "市直部门"

    code = models.SlugField("代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=80)
    subject = models.CharField("考核对象", max_length=12, choices=Subject.choices)
    is_example = models.BooleanField("示例方案", default=False)

    class Meta:
        verbose_name = "考核方案"
        ordering = ["code"]

    def __str__(self):
        return self.name


class SchemeVersion(models.Model):
    """One edition of a scheme; once in force it is never edited, a change makes the next one."""

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        IN_FORCE = "in_force", "施行"
        RETIRED = "retired", "停用"

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField("版本")
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.DRAFT)
    decimals = models.PositiveSmallIntegerField("得分小数位数", default=2)
    note = models.CharField("依据", max_length=300, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    made_on = models.DateField("编制日期", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = "方案版本"
        ordering = ["scheme", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "number"], name="scheme_version_once"),
            models.UniqueConstraint(
                fields=["scheme"], condition=Q(state="in_force"), name="scheme_one_version_in_force"
            ),
            models.UniqueConstraint(fields=["scheme"], condition=Q(state="draft"), name="scheme_one_draft"),
        ]

    def __str__(self):
        return f"{self.scheme_id} v{self.number}"


class SchemeGroup(models.Model):
    """Organisations ranked among themselves."""

    scheme_version = models.ForeignKey(SchemeVersion, models.CASCADE, related_name="groups")
    order = models.PositiveSmallIntegerField("序号")
    name = models.CharField("组别", max_length=40)
    organisations = models.ManyToManyField(Organisation, related_name="+", verbose_name="单位")

    class Meta:
        verbose_name = "考核组别"
        ordering = ["scheme_version", "order"]
        constraints = [models.UniqueConstraint(fields=["scheme_version", "name"], name="scheme_group_once")]

    def __str__(self):
        return self.name


class SchemeTerm(models.Model):
    """One scored term: which measure, by which formula, with which weight and limits."""

    class Formula(models.TextChoices):
        TARGET_SHARE = "target_share", "目标完成率"
        MIN_MAX = "min_max", "区间折算"
        PER_COUNT = "per_count", "按次计分"
        DEDUCTION = "deduction", "扣分"
        SHARE = "share", "比率计分"

    scheme_version = models.ForeignKey(SchemeVersion, models.CASCADE, related_name="terms")
    order = models.PositiveSmallIntegerField("序号")
    name = models.CharField("考核项", max_length=60)
    measure = models.CharField("取数", max_length=60)
    formula = models.CharField("公式", max_length=16, choices=Formula.choices)
    weight = models.DecimalField("分值", max_digits=6, decimal_places=2)
    cap = models.DecimalField("完成率上限", max_digits=8, decimal_places=4, null=True, blank=True)
    floor = models.DecimalField("完成率下限", max_digits=8, decimal_places=4, null=True, blank=True)
    lower_is_better = models.BooleanField("越低越好", default=False)
    points_each = models.DecimalField("每次分值", max_digits=6, decimal_places=2, null=True, blank=True)
    ceiling = models.DecimalField("最多计分", max_digits=6, decimal_places=2, null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "考核项"
        ordering = ["scheme_version", "order"]
        constraints = [
            models.UniqueConstraint(fields=["scheme_version", "order"], name="scheme_term_order_once"),
            models.UniqueConstraint(fields=["scheme_version", "name"], name="scheme_term_name_once"),
        ]

    def __str__(self):
        return self.name


class AssessmentResult(models.Model):
    """A confirmed assessment: a frozen snapshot that bulletins use; later data never changes it."""

    scheme_version = models.ForeignKey(SchemeVersion, models.PROTECT, related_name="results")
    period = models.CharField("期间", max_length=7)
    as_of = models.DateField("数据截至")
    content = models.JSONField("结果")
    sha256 = models.CharField("摘要", max_length=64)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    confirmed_on = models.DateField("确认日期")
    is_current = models.BooleanField("现行", default=True)
    is_demo = models.BooleanField("示例数据", default=False)

    class Meta:
        verbose_name = "考核结果"
        ordering = ["-period", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme_version", "period"],
                condition=Q(is_current=True),
                name="assessment_one_current_per_period",
            )
        ]

    def __str__(self):
        return f"{self.scheme_version_id} {self.period}"


class Appeal(models.Model):
    """An organisation's objection to its score, and the office's answer."""

    class State(models.TextChoices):
        ASKED = "asked", "待答复"
        UPHELD = "upheld", "采纳"
        REFUSED = "refused", "不采纳"

    result = models.ForeignKey(AssessmentResult, models.PROTECT, related_name="appeals")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="appeals")
    term = models.CharField("考核项", max_length=60, blank=True)
    text = models.TextField("申诉理由", max_length=600)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_on = models.DateField("申诉日期")
    answer = models.TextField("答复", max_length=600, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_on = models.DateField("答复日期", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = "申诉"
        ordering = ["-asked_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["result", "organisation", "term"], condition=Q(state="asked"), name="appeal_one_open"
            ),
            models.CheckConstraint(condition=Q(state="asked") | ~Q(answer=""), name="appeal_answered_has_text"),
        ]

    def __str__(self):
        return f"{self.result_id} {self.organisation_id}"
