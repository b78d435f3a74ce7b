"""The longest tests begin first, so that no worker is left alone with one at the end.

Workers take over each other's tests, but never one that has begun. Seconds are of one idle core.
"""

from __future__ import annotations

import pytest

LONG = {
    "test_nobody_gets_more_than_the_table_says_and_nothing_of_others": 35,
    "test_two_different_verbs_at_once_both_come_to_an_end": 25,
    "test_from_a_sign_up_to_footage_that_plays_with_its_custody": 25,
    "test_all_verbs_that_touch_one_row_come_to_an_end_when_they_meet": 10,
    "test_all_pages_of_a_role_can_be_read_in_the_dark": 20,
    "test_it_loads_everything_once_through_the_real_services": 15,
    "test_death_at_any_point_of_processing_heals_into_one_playable_item": 15,
}
# Many tests of some seconds: real decoders, or every address for every role.
LONG_FILES = {"test_canaries", "test_demo_clips", "test_hostile_files", "test_media_confinement", "test_working_copies"}


def mark(items: list[pytest.Item]) -> None:
    """Mark what `make test FAST=1` leaves out after a change that touches everything."""
    for item in items:
        if seconds_of(item) or item.path.stem in LONG_FILES:
            item.add_marker("long")


def longest_first(items: list[pytest.Item]) -> None:
    """Sort in place; all others keep their order."""
    items.sort(key=lambda item: -seconds_of(item))


def seconds_of(item: pytest.Item) -> int:
    """Of a test that is long by itself; 0 for others."""
    return LONG.get(getattr(item, "originalname", item.name), 0)
