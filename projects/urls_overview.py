from django.urls import path

from projects import views_overview

urlpatterns = [
    path("overview/", views_overview.overview_page, name="overview"),
    path("overview/sheets/<slug:key>/", views_overview.chart_sheet, name="overview_sheet"),
    path("counties/<slug:code>/", views_overview.county_detail, name="county"),
]
