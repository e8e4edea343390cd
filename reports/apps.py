from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "总览与通报"

    def ready(self):
        """Have the handlers of background jobs known in every process."""
        from reports.bulletins import building, editing, publishing  # noqa: F401
