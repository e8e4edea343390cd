"""Lost updates: of many savers of one version exactly one wins."""

import pytest
from django.db import transaction

from accounts.models import User
from common.versions import StaleVersion, save_over
from tests.common.racing import race
from tests.make import make_user


def test_save_over_the_seen_version_moves_it_on(db):
    user = make_user("leader", display_name="甲")
    saved = save_over(user, version=1, display_name="乙")
    assert (saved.display_name, saved.version) == ("乙", 2)


def test_stale_save_changes_nothing_and_shows_the_row_as_it_stands(db):
    user = make_user("leader", display_name="甲")
    save_over(user, version=1, display_name="乙")
    with pytest.raises(StaleVersion) as refused:
        save_over(User.objects.get(pk=user.pk), version=1, display_name="丙")
    assert refused.value.current.display_name == "乙"
    user.refresh_from_db()
    assert (user.display_name, user.version) == ("乙", 2)


def test_same_save_again_is_no_conflict_and_no_second_version(db):
    user = make_user("leader", display_name="甲")
    for _ in range(20):
        assert save_over(user, version=1, display_name="乙").version == 2


def test_same_values_two_versions_later_are_a_conflict(db):
    user = make_user("leader", display_name="甲")
    save_over(user, version=1, display_name="乙")
    save_over(user, version=2, display_name="乙")
    with pytest.raises(StaleVersion):
        save_over(user, version=1, display_name="乙")


def test_of_fifty_parallel_savers_one_wins(transactional_db):
    user = make_user("leader", display_name="甲")

    def save(number):
        with transaction.atomic():
            return save_over(User.objects.get(pk=user.pk), version=1, display_name=f"第{number}人")

    results = race(save, 50)
    winners = [result for result in results if isinstance(result, User)]
    assert len(winners) == 1
    assert sum(isinstance(result, StaleVersion) for result in results) == 49
    user.refresh_from_db()
    assert (user.display_name, user.version) == (winners[0].display_name, 2)
