"""The life of a task: extension, state, milestones; locked months and corrections."""

from django.urls import path

from tasklists.views import bulk, clauses, drafting, life, lists, periods

urlpatterns = [
    path("<int:pk>/extend/", life.extend, name="extend"),
    path("extensions/<int:pk>/", life.extension, name="extension"),
    path("<int:pk>/life/", life.life, name="life"),
    path("<int:pk>/milestones/", life.milestone, name="milestones"),
    path("<int:pk>/edit/", drafting.edit, name="edit"),
    path("lists/<slug:slug>/thresholds/", lists.thresholds, name="thresholds"),
    path("bulk/", bulk.bulk_act, name="bulk"),
    path("periods/", periods.months, name="periods"),
    path("reports/<int:pk>/correct/", periods.correct, name="correct"),
    path("clauses/<int:pk>/", clauses.make_clause_task, name="clause_task"),
]
