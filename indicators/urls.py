from django.urls import include, path

from indicators import (
    views,
    views_defining,
    views_grid,
    views_peers,
    views_publishing,
    views_review,
    views_values,
    views_wall,
)
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
    path("published/new/", views_publishing.publish, name="publish"),
    path("assessment/", include(assessment_urls)),
    path("wall/", views_wall.wall, name="wall"),
    path("compare/", views_wall.compare, name="compare"),
    path("peers/", views_peers.peers, name="peers"),
    path("new/", views_defining.new, name="new"),
    path("values/<int:pk>/restate/", views_defining.restate, name="restate"),
    path("values/<int:pk>/republish/", views_defining.republish, name="republish"),
    path("values/<int:pk>/withdraw/", views_publishing.withdraw, name="withdraw"),
    path("<str:code>/", views.indicator_detail, name="detail"),
    path("<str:code>/edit/", views_defining.edit, name="edit"),
    path("<str:code>/retire/", views_defining.retire, name="retire"),
    path("<str:code>/targets/", views_defining.targets, name="targets"),
    path("<str:code>/charts/<slug:key>/", views.chart_sheet, name="chart"),
]
