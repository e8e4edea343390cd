from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "总览与通报"

    def ready(self):
        """Have the handlers of background jobs and the measures of the assessment known in every process."""
        from reports.bulletins import building, editing, publishing  # noqa: F401
        from reports.news import measures  # noqa: F401
