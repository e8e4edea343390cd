from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "indicators"
    verbose_name = "指标"

    def ready(self):
        from indicators.assessment import site_measures  # noqa: F401  (its import registers the measures)
        from indicators.figures import county_funds_targets
        from indicators.ledgers import kinds  # noqa: F401  (its import registers the ledgers)
        from projects.goals import bring_goals

        bring_goals(county_funds_targets)
