"""The longest tests begin first, so that no worker is left alone with one at the end.

Workers take over each other's tests, but never one that has begun. Seconds are of one idle core.
"""

from __future__ import annotations

import pytest

LONG = {
    "test_two_different_verbs_at_once_both_come_to_an_end": 60,
    "test_nobody_gets_more_than_the_table_says_and_nothing_of_others": 35,
    "test_from_a_sign_up_to_footage_that_plays_with_its_custody": 25,
    "test_all_pages_of_a_role_can_be_read_in_the_dark": 20,
    "test_it_loads_everything_once_through_the_real_services": 15,
    "test_death_at_any_point_of_processing_heals_into_one_playable_item": 15,
}


def longest_first(items: list[pytest.Item]) -> None:
    """Sort in place; all others keep their order."""
    items.sort(key=lambda item: -LONG.get(getattr(item, "originalname", item.name), 0))
