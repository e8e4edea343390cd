from django.urls import path

from projects import (
    urls_money,
    urls_overview,
    urls_pipeline,
    urls_places,
    urls_service,
    views,
    views_files,
)

app_name = "projects"
urlpatterns = [
    path("", views.project_list, name="list"),
    path("funds/", views.fund_list, name="funds"),
    path("investments/", views.investment_list, name="investments"),
    path("files/<int:pk>/", views_files.project_file, name="file"),
    *urls_money.urlpatterns,
    *urls_overview.urlpatterns,
    *urls_pipeline.urlpatterns,
    *urls_service.urlpatterns,
    *urls_places.urlpatterns,
]
