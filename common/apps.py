from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "common"
    verbose_name = "公共部分"

    def ready(self):
        """Have the handlers of background jobs known in every process."""
        from common.ledgers import batches  # noqa: F401
