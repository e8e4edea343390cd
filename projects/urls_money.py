"""Addresses of entering, verifying and locking money, and of the health check."""

from django.urls import path

from projects import views_locks, views_money, views_verify

urlpatterns = [
    path("<int:pk>/funds/new/", views_money.fund_new, name="fund_new"),
    path("<int:pk>/investments/new/", views_money.investment_new, name="investment_new"),
    path("money/<slug:kind>/<int:pk>/", views_money.entry_correct, name="entry_correct"),
    path("money/<slug:kind>/<int:pk>/reverse/", views_money.entry_reverse, name="entry_reverse"),
    path("money/months/", views_locks.money_months, name="money_months"),
    path("verify/", views_verify.queue, name="verify"),
    path("verify/<slug:kind>/", views_verify.verify_many, name="verify_many"),
    path("verify/<slug:kind>/<int:pk>/", views_verify.decide, name="verify_entry"),
    path("vouchers/<int:pk>/", views_verify.voucher_image, name="voucher_image"),
]
