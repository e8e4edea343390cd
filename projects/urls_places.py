from django.urls import path

from projects import views_events

urlpatterns = [
    path("events/", views_events.event_list, name="events"),
    path("events/new/", views_events.event_new, name="event_new"),
    path("events/<slug:key>/", views_events.event_detail, name="event"),
    path("events/<slug:key>/edit/", views_events.event_edit, name="event_edit"),
]
