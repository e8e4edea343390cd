from django.urls import path

from reports import views, views_overview

app_name = "reports"
urlpatterns = [
    path("", views.bulletin_list, name="list"),
    path("build/", views.build, name="build"),
    path("building/<int:pk>/", views.build_progress, name="building"),
    path("news/", views.news_list, name="news"),
    path("passport/<str:key>/", views_overview.passport, name="passport"),
    path("<int:pk>/", views.bulletin_detail, name="detail"),
    path("<int:pk>/send/", views.send, name="send"),
    path("<int:pk>/send-back/", views.send_back, name="send_back"),
    path("<int:pk>/publish/", views.publish, name="publish"),
    path("<int:pk>/download/<slug:ending>/", views.download, name="download"),
]
