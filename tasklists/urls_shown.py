"""The pages beside the task list: the same rows as board and matrix, and one organisation's own."""

from django.urls import path

from tasklists.views import board, matrix, organisations, plan_editing, saved

urlpatterns = [
    path("import/edit/", plan_editing.edit, name="import_edit"),
    path("board/", board.board, name="board"),
    path("views/", saved.views, name="views"),
    path("matrix/", matrix.matrix, name="matrix"),
    path("organisations/<str:code>/", organisations.organisation, name="organisation"),
]
