"""The shipped data, loaded once for a module's tests and taken back after them."""

import pytest
from django.db import transaction

from common import statistics
from reports.demo.site import load_site


@pytest.fixture(scope="module")
def demo_site(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        load_site()
        statistics.refresh()  # as on a site, where it follows the commit that never comes here
        yield
        transaction.set_rollback(True)
