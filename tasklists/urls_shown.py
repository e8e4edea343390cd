"""The pages beside the task list: the same rows as a matrix, and one organisation's own."""

from django.urls import path

from tasklists.views import matrix, organisations

urlpatterns = [
    path("matrix/", matrix.matrix, name="matrix"),
    path("organisations/<str:code>/", organisations.organisation, name="organisation"),
]
