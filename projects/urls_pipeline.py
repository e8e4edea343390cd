"""Addresses of entering projects, of their page and the acts on it, and of the views by stage."""

from django.urls import path

from projects import views_entry, views_project, views_stages

urlpatterns = [
    path("new/", views_entry.new, name="new"),
    path("similar/", views_entry.similar, name="similar"),
    path("board/", views_stages.board, name="board"),
    path("funnel/", views_stages.funnel, name="funnel"),
    path("<int:pk>/", views_project.project_detail, name="detail"),
    path("<int:pk>/edit/", views_entry.edit, name="edit"),
    path("<int:pk>/stage/", views_project.stage, name="stage"),
    path("<int:pk>/stage/withdraw/", views_project.stage_withdraw, name="stage_withdraw"),
    path("<int:pk>/admission/", views_project.admission, name="admission"),
    path("<int:pk>/credit/", views_project.credit, name="credit"),
    path("<int:pk>/follow-up/", views_project.follow_up, name="follow_up"),
]
