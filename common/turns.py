"""Taking turns: what is numbered or keyed by the rows before it is written by one transaction after another."""

from common.models import SiteSettings


def one_after_another() -> None:
    """Hold the site's row until the transaction ends; whoever else asks waits."""
    SiteSettings.objects.get_or_create(pk=1)
    SiteSettings.objects.select_for_update().get(pk=1)
