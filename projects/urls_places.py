from django.urls import path

from projects import views_events, views_memoranda, views_memorandum_edit, views_platform_edit, views_platforms

urlpatterns = [
    path("events/", views_events.event_list, name="events"),
    path("events/new/", views_events.event_new, name="event_new"),
    path("events/<slug:key>/", views_events.event_detail, name="event"),
    path("events/<slug:key>/edit/", views_events.event_edit, name="event_edit"),
    path("platforms/", views_platforms.platform_list, name="platforms"),
    path("platforms/new/", views_platform_edit.platform_new, name="platform_new"),
    path("platforms/<slug:key>/edit/", views_platform_edit.platform_edit, name="platform_edit"),
    path("platforms/<slug:key>/", views_platforms.platform_detail, name="platform"),
    path("platforms/<slug:key>/residents/new/", views_platforms.resident_new, name="resident_new"),
    path("platforms/residents/<int:pk>/", views_platforms.resident_edit, name="resident"),
    path("memoranda/", views_memoranda.memorandum_list, name="memoranda"),
    path("memoranda/new/", views_memorandum_edit.memorandum_new, name="memorandum_new"),
    path("memoranda/<slug:key>/edit/", views_memorandum_edit.memorandum_edit, name="memorandum_edit"),
    path("memoranda/<slug:key>/", views_memoranda.memorandum_detail, name="memorandum"),
    path("memoranda/clauses/<int:pk>/plan/", views_memoranda.clause_plan, name="clause_plan"),
    path("memoranda/clauses/<int:pk>/report/", views_memoranda.clause_report, name="clause_report"),
]
