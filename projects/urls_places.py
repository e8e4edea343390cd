from django.urls import path

from projects import views_events, views_platforms

urlpatterns = [
    path("events/", views_events.event_list, name="events"),
    path("events/new/", views_events.event_new, name="event_new"),
    path("events/<slug:key>/", views_events.event_detail, name="event"),
    path("events/<slug:key>/edit/", views_events.event_edit, name="event_edit"),
    path("platforms/", views_platforms.platform_list, name="platforms"),
    path("platforms/<slug:key>/", views_platforms.platform_detail, name="platform"),
    path("platforms/<slug:key>/residents/new/", views_platforms.resident_new, name="resident_new"),
    path("platforms/residents/<int:pk>/", views_platforms.resident_edit, name="resident"),
]
