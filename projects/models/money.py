"""Money that arrived and money that was spent: ledgers of dated, verified amounts in 万元."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from projects.models.project import Project
from projects.querysets import EntryQuerySet, MonthLineQuerySet


class MoneyEntry(models.Model):
    """One dated amount of a project: claimed by the county, then verified twice. Corrections are reversing rows."""

    class State(models.TextChoices):
        CLAIMED = "claimed", "县级申报"
        COUNTY_VERIFIED = "county_verified", "县级核实"
        CITY_VERIFIED = "city_verified", "市级核实"
        RETURNED = "returned", "已退回"

    month = models.CharField("月份", max_length=7)
    amount = models.DecimalField("金额（万元）", max_digits=16, decimal_places=2)
    state = models.CharField("状态", max_length=16, choices=State.choices, default=State.CLAIMED)
    claimed_on = models.DateField("申报日期")
    county_verified_on = models.DateField("县级核实日期", null=True, blank=True)
    city_verified_on = models.DateField("市级核实日期", null=True, blank=True)
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    county_verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    return_reason = models.CharField("退回原因", max_length=200, blank=True)
    returned_on = models.DateField("退回日期", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)
    is_demo = models.BooleanField("示例数据", default=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["month", "id"]

    def __str__(self):
        return f"{self.month} {self.amount}"


class FundEntry(MoneyEntry):
    """Funds in place (到位资金), each row proved by a voucher that counts once."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="funds")
    voucher_kind = models.CharField("凭证种类", max_length=24)
    voucher_number = models.CharField("凭证号", max_length=60)
    voucher_file = models.ForeignKey(
        "projects.ProjectFile",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="fund_entries",
        verbose_name="凭证文件",
    )
    voucher_sha256 = models.CharField("凭证摘要", max_length=64, null=True, blank=True, unique=True)
    voucher_freed = models.BooleanField("凭证可再用", default=False)  # its row was reversed: the slip counts no more
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversed_by")

    class Meta(MoneyEntry.Meta):
        verbose_name = "到位资金"
        constraints = [
            models.UniqueConstraint(
                fields=["voucher_kind", "voucher_number"],
                condition=Q(reverses__isnull=True, voucher_freed=False) & ~Q(voucher_number=""),
                name="fund_voucher_number_once",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0) | Q(reverses__isnull=False), name="fund_negative_only_reverses"
            ),
            models.CheckConstraint(
                condition=~Q(state="city_verified") | Q(city_verified_on__isnull=False),
                name="fund_city_verified_is_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(return_reason=""), name="fund_returned_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(claimed_by__isnull=True)
                | Q(county_verified_by__isnull=True)
                | ~Q(claimed_by=models.F("county_verified_by")),
                name="fund_verifier_is_not_claimer",
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True)
                | (
                    (Q(claimed_by__isnull=True) | ~Q(claimed_by=models.F("verified_by")))
                    & (Q(county_verified_by__isnull=True) | ~Q(county_verified_by=models.F("verified_by")))
                ),
                name="fund_city_verifier_is_a_third",
            ),
        ]
        indexes = [
            models.Index(fields=["city_verified_on", "month"]),
            models.Index(fields=["state", "month", "id"], name="fund_newest_first"),
            models.Index(fields=["state", "city_verified_on", "amount"], name="fund_sum_of_verified"),
        ]


class InvestmentEntry(MoneyEntry):
    """Investment completed (完成投资)."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="investments")
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversed_by")

    class Meta(MoneyEntry.Meta):
        verbose_name = "完成投资"
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0) | Q(reverses__isnull=False), name="investment_negative_only_reverses"
            ),
            models.CheckConstraint(
                condition=~Q(state="city_verified") | Q(city_verified_on__isnull=False),
                name="investment_city_verified_is_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(return_reason=""), name="investment_returned_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(claimed_by__isnull=True)
                | Q(county_verified_by__isnull=True)
                | ~Q(claimed_by=models.F("county_verified_by")),
                name="investment_verifier_is_not_claimer",
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True)
                | (
                    (Q(claimed_by__isnull=True) | ~Q(claimed_by=models.F("verified_by")))
                    & (Q(county_verified_by__isnull=True) | ~Q(county_verified_by=models.F("verified_by")))
                ),
                name="investment_city_verifier_is_a_third",
            ),
        ]
        indexes = [
            models.Index(fields=["city_verified_on", "month"]),
            models.Index(fields=["state", "month", "id"], name="investment_newest_first"),
            models.Index(fields=["state", "city_verified_on", "amount"], name="investment_sum_of_verified"),
        ]


class MonthLine(models.Model):
    """One project's line of a county's month while it is filled in; handing it in makes it a claimed entry.

    A line of 0 stays when it is handed in (``stated_on``): the county states 无新增, which no line at all does not
    say. Lines count nowhere.
    """

    class Kind(models.TextChoices):
        FUNDS = "funds", "到位资金"
        INVESTMENTS = "investments", "完成投资"

    kind = models.CharField("资金类别", max_length=12, choices=Kind.choices)
    project = models.ForeignKey(Project, models.PROTECT, related_name="month_lines")
    month = models.CharField("月份", max_length=7)
    amount = models.DecimalField("金额（万元）", max_digits=16, decimal_places=2)
    voucher_kind = models.CharField("凭证种类", max_length=24, blank=True)
    voucher_number = models.CharField("凭证号", max_length=60, blank=True)
    voucher_file = models.ForeignKey(
        "projects.ProjectFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="凭证文件"
    )
    note = models.CharField("说明", max_length=200, blank=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    stated_on = models.DateField("报无新增日期", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = MonthLineQuerySet.as_manager()

    class Meta:
        verbose_name = "资金月报行"
        ordering = ["month", "id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "project", "month"], name="month_line_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="month_line_not_negative"),
            models.CheckConstraint(
                condition=Q(stated_on__isnull=True) | Q(amount=0), name="month_line_stated_is_zero"
            ),
        ]

    def __str__(self):
        return f"{self.month} {self.amount}"
