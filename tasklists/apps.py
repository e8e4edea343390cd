from django.apps import AppConfig


class TasklistsConfig(AppConfig):
    name = "tasklists"
    verbose_name = "任务清单"

    def ready(self):
        """Have the handlers of background jobs known in every process."""
        from tasklists.ledgers import batches  # noqa: F401
