from django.urls import include, path

from indicators import views, views_grid, views_review, views_values
from indicators.assessment.urls import urlpatterns as assessment_urls

app_name = "indicators"
urlpatterns = [
    path("", views.indicator_list, name="list"),
    path("grid/", views_grid.show, name="grid"),
    path("grid/submit/", views_grid.submit, name="grid_submit"),
    path("grid/template/", views_grid.template, name="template"),
    path("review/", views_review.review, name="review"),
    path("periods/", views_review.months, name="periods"),
    path("values/", views_values.values, name="values"),
    path("published/", views_values.published, name="published"),
    path("assessment/", include(assessment_urls)),
    path("<str:code>/", views.indicator_detail, name="detail"),
]
