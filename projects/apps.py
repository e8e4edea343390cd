from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "projects"
    verbose_name = "项目与资金"

    def ready(self):
        """Have this app's kinds of ledgers known."""
        from projects.ledgers import kinds  # noqa: F401
