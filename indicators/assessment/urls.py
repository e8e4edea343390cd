"""Addresses under /indicators/assessment/; their names stand in the namespace of the indicators."""

from django.urls import path

from indicators.assessment import views, views_schemes, views_scorecards

urlpatterns = [
    path("", views.schemes, name="assessment"),
    path("new/", views_schemes.new, name="assessment_new"),
    path("appeals/", views.appeals, name="assessment_appeals"),
    path("appeals/<int:pk>/answer/", views.answer, name="assessment_answer"),
    path("results/<int:pk>/", views.result, name="assessment_result"),
    path("results/<int:pk>/appeal/", views.appeal, name="assessment_appeal"),
    path("scorecards/<str:subject>/", views_scorecards.scorecard, name="scorecard"),
    path("<slug:code>/", views.ranking, name="assessment_ranking"),
    path("<slug:code>/confirm/", views.confirm, name="assessment_confirm"),
    path("<slug:code>/what-if/", views.what_if, name="assessment_what_if"),
    path("<slug:code>/organisations/<str:organisation>/", views.sheet, name="assessment_sheet"),
    path("<slug:code>/versions/<int:number>/", views_schemes.version, name="assessment_version"),
    path("<slug:code>/draft/", views_schemes.draft, name="assessment_draft"),
    path("<slug:code>/draft/edit/", views_schemes.edit, name="assessment_edit"),
    path("<slug:code>/draft/enforce/", views_schemes.enforce, name="assessment_enforce"),
]
