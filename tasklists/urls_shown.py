"""The pages beside the task list: the same rows as board, timeline and matrix, and one organisation's own."""

from django.urls import path

from tasklists.views import board, matrix, organisations, plan_editing, saved, timeline

urlpatterns = [
    path("import/edit/", plan_editing.edit, name="import_edit"),
    path("board/", board.board, name="board"),
    path("views/", saved.views, name="views"),
    path("timeline/", timeline.timeline, name="timeline"),
    path("matrix/", matrix.matrix, name="matrix"),
    path("organisations/<str:code>/", organisations.organisation, name="organisation"),
]
