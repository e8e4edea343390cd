"""Addresses of the ledgers."""

from django.urls import path

from tasklists.views import ledgers

urlpatterns = [
    path("ledgers/", ledgers.upload, name="ledgers"),
    path("ledgers/template/", ledgers.template, name="ledger_template"),
    path("ledgers/<int:pk>/", ledgers.ledger, name="ledger"),
    path("ledgers/<int:pk>/mapping/", ledgers.mapping, name="ledger_mapping"),
    path("ledgers/<int:pk>/commit/", ledgers.commit, name="ledger_commit"),
    path("ledgers/<int:pk>/undo/", ledgers.undo, name="ledger_undo"),
    path("ledgers/<int:pk>/marked/", ledgers.marked, name="ledger_marked"),
]
