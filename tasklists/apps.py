from django.apps import AppConfig


class TasklistsConfig(AppConfig):
    name = "tasklists"
    verbose_name = "任务清单"

    def ready(self):
        """Have this app's kinds of ledgers known."""
        from tasklists.ledgers import kinds  # noqa: F401
