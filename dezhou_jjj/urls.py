"""Every address of the site; each app brings its own."""

from django.urls import include, path

from dezhou_jjj.views import job_progress, livez, readyz

handler400 = "dezhou_jjj.views.bad_request"
handler403 = "dezhou_jjj.views.permission_denied"
handler404 = "dezhou_jjj.views.not_found"
handler500 = "dezhou_jjj.views.server_error"

urlpatterns = [
    path("livez", livez, name="livez"),
    path("readyz", readyz, name="readyz"),
    path("", include("reports.urls_overview")),
    path("", include("accounts.urls")),
    path("jobs/<int:pk>/", job_progress, name="job"),
    path("tasks/", include("tasklists.urls")),
    path("projects/", include("projects.urls")),
    path("indicators/", include("indicators.urls")),
    path("reports/", include("reports.urls")),
]
