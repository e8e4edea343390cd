"""Addresses of entering, verifying and locking money, and of the health check."""

from django.urls import path

from projects import views_health, views_locks, views_money, views_month, views_verify

urlpatterns = [
    path("<int:pk>/funds/new/", views_money.fund_new, name="fund_new"),
    path("<int:pk>/investments/new/", views_money.investment_new, name="investment_new"),
    path("money/<slug:kind>/<int:pk>/", views_money.entry_correct, name="entry_correct"),
    path("money/<slug:kind>/<int:pk>/reverse/", views_money.entry_reverse, name="entry_reverse"),
    path("money/months/", views_locks.money_months, name="money_months"),
    path("money/months/remind/", views_locks.month_remind, name="month_remind"),
    path("month/<slug:kind>/", views_month.month_grid, name="month"),
    path("month/<slug:kind>/submit/", views_month.month_submit, name="month_submit"),
    path("month/<slug:kind>/<int:pk>/voucher/", views_month.month_voucher, name="month_voucher"),
    path("verify/", views_verify.queue, name="verify"),
    path("verify/<slug:kind>/", views_verify.verify_many, name="verify_many"),
    path("verify/<slug:kind>/<int:pk>/", views_verify.decide, name="verify_entry"),
    path("<int:pk>/progress/", views_health.site_progress, name="site_progress"),
    path("health/", views_health.finding_list, name="health"),
    path("health/check/", views_health.check, name="health_check"),
    path("health/<int:pk>/", views_health.finding_detail, name="finding"),
    path("health/<int:pk>/answer/", views_health.answer, name="finding_answer"),
    path("health/<int:pk>/decide/", views_health.decide, name="finding_decide"),
    path("vouchers/<int:pk>/", views_verify.voucher_image, name="voucher_image"),
]
