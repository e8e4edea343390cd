from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "总览与通报"

    def ready(self):
        """Have the handlers of jobs, the measures of the assessment and what issues cite known in every process."""
        from reports import citing  # noqa: F401
        from reports.bulletins import building, editing, publishing  # noqa: F401
        from reports.news import measures  # noqa: F401
