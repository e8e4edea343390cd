from django.urls import path

app_name = "tasklists"
urlpatterns = []
