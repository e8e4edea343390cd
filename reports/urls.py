from django.urls import path

from reports import views, views_arrangements, views_batches, views_overview, views_projects, views_supervision

app_name = "reports"
urlpatterns = [
    path("", views.bulletin_list, name="list"),
    path("new/", views.new, name="new"),
    path("arrangements/", views_arrangements.arrangement_list, name="arrangements"),
    path("arrangements/<slug:key>/", views_arrangements.arrangement, name="arrangement"),
    path("batches/", views_batches.batch_list, name="batches"),
    path("batches/<int:pk>/", views_batches.batch, name="batch"),
    path("batches/<int:pk>/retry/", views_batches.batch_retry, name="batch_retry"),
    path("batches/<int:pk>/zip/", views_batches.batch_zip, name="batch_zip"),
    path("build/", views.build, name="build"),
    path("building/<int:pk>/", views.build_progress, name="building"),
    path("news/", views.news_list, name="news"),
    path("passport/<str:key>/", views_overview.passport, name="passport"),
    path("projects/<int:pk>/<slug:ending>/", views_projects.print_fact_sheet, name="fact_sheet"),
    path("slips/<int:pk>/<slug:ending>/", views_supervision.print_slip, name="slip_file"),
    path("<int:pk>/instruct/", views_supervision.instruct, name="instruct"),
    path("<int:pk>/", views.bulletin_detail, name="detail"),
    path("<int:pk>/send/", views.send, name="send"),
    path("<int:pk>/send-back/", views.send_back, name="send_back"),
    path("<int:pk>/publish/", views.publish, name="publish"),
    path("<int:pk>/download/<slug:ending>/", views.download, name="download"),
]
