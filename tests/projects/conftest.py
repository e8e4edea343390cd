"""Fixtures of the tests of projects."""

import pytest

from tests.projects.service import Cast


@pytest.fixture
def cast(db):
    return Cast()
