"""Wall clocks, and the two nights of a year on which they lie."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.errors import InvalidInput
from apps.footage_requests.windows import EARLIER, LATER, Ambiguous, LocalTime, instant

NEW_YORK = "America/New_York"


def test_an_hour_that_the_clock_skipped_is_refused_by_its_name():
    with pytest.raises(InvalidInput) as refusal:
        instant(datetime(2026, 3, 8, 2, 30), NEW_YORK, field="window_start")
    assert "2:30" in refusal.value.fields["window_start"]
    assert refusal.value.code == "nonexistent_time"


@pytest.mark.parametrize(("hour", "minute"), [(1, 59), (3, 0)])
def test_the_minutes_beside_it_exist(hour, minute):
    assert instant(datetime(2026, 3, 8, hour, minute), NEW_YORK).minute == minute


def test_an_hour_that_came_twice_asks_which_and_takes_either():
    local = datetime(2026, 11, 1, 1, 30)
    with pytest.raises(Ambiguous) as question:
        instant(local, NEW_YORK)
    first, second = instant(local, NEW_YORK, which=EARLIER), instant(local, NEW_YORK, which=LATER)
    assert (first, second) == (question.value.first, question.value.second)
    assert second - first == timedelta(hours=1)
    assert LocalTime(first, NEW_YORK).which == EARLIER
    assert LocalTime(second, NEW_YORK).which == LATER


def test_a_window_over_the_night_of_the_change_has_its_true_length():
    start = instant(datetime(2026, 10, 31, 23, 0), NEW_YORK)
    end = instant(datetime(2026, 11, 1, 5, 0), NEW_YORK)
    assert end - start == timedelta(hours=7)


@pytest.mark.parametrize("local", [datetime(9999, 12, 31, 23, 59), datetime(1, 1, 1)])
def test_what_no_calendar_holds_is_refused(local):
    with pytest.raises(InvalidInput):
        instant(local, "Asia/Kathmandu" if local.year == 1 else "America/Los_Angeles")


@given(
    moment=st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2060, 1, 1), timezones=st.just(UTC)),
    zone=st.sampled_from([NEW_YORK, "America/Los_Angeles", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_what_is_shown_and_typed_in_again_is_the_same_instant(moment, zone):
    shown = LocalTime(moment, zone)
    assert instant(shown.local.replace(tzinfo=None), zone, which=shown.which) == moment
    assert shown.local == moment.astimezone(ZoneInfo(zone))
