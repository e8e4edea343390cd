"""Addresses that stand at the site's root: the overview, passports, sheets of charts."""

from django.urls import path

from reports import views_overview

urlpatterns = [
    path("", views_overview.home, name="home"),
    path("charts/<slug:key>.xlsx", views_overview.chart_sheet, name="chart_sheet"),
]
