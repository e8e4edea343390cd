from django.urls import path

from tasklists import urls_ledgers, urls_life, urls_shown, urls_supervision
from tasklists.views import grid, importing, items, lists, reporting, reviewing

app_name = "tasklists"
urlpatterns = [
    path("", items.item_list, name="list"),
    path("mine/", grid.mine, name="mine"),
    path("grid/", grid.save, name="grid"),
    path("grid/submit/", grid.submit, name="grid_submit"),
    path("grid/<int:pk>/evidence/", grid.upload, name="grid_evidence"),
    path("review/", reviewing.queue, name="review"),
    path("review/<int:pk>/", reviewing.decide, name="decide"),
    path("import/", importing.upload, name="import"),
    path("import/confirm/", importing.confirm, name="import_confirm"),
    path("lists/<slug:slug>/", lists.list_detail, name="list_detail"),
    path("lists/<slug:slug>/assign/", lists.assign, name="assign"),
    path("evidence/<int:pk>/", reporting.evidence_file, name="evidence"),
    path("evidence/<int:pk>/remove/", reporting.evidence_remove, name="evidence_remove"),
    *urls_supervision.urlpatterns,
    path("<int:pk>/", items.detail, name="detail"),
    path("<int:pk>/acknowledge/", items.acknowledge, name="acknowledge"),
    path("<int:pk>/report/", reporting.report, name="report"),
    *urls_ledgers.urlpatterns,
    *urls_shown.urlpatterns,
    *urls_life.urlpatterns,
]
