"""Hours of the day by the clock on the wall: across midnight, and on the two days when the clock jumps."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.notifications.hours import ContactHours

NEW_YORK = "America/New_York"


def local(text, fold=0, zone=NEW_YORK):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


def hours(opens, closes, zone=NEW_YORK):
    return ContactHours(time.fromisoformat(opens), time.fromisoformat(closes), zone)


@pytest.mark.parametrize(
    ("span", "now", "then"),
    [
        (("08:00", "21:00"), "2026-07-04T12:00", "2026-07-04T12:00"),
        (("08:00", "21:00"), "2026-07-04T08:00", "2026-07-04T08:00"),
        (("08:00", "21:00"), "2026-07-04T21:00", "2026-07-05T08:00"),
        (("08:00", "21:00"), "2026-07-04T03:30", "2026-07-04T08:00"),
        (("20:00", "06:00"), "2026-07-04T23:59", "2026-07-04T23:59"),
        (("20:00", "06:00"), "2026-07-04T00:00", "2026-07-04T00:00"),
        (("20:00", "06:00"), "2026-07-04T06:00", "2026-07-04T20:00"),
        (("00:00", "23:59"), "2026-07-04T23:59", "2026-07-05T00:00"),
        # Clocks go forward at 2 a.m. on 8 March 2026: 02:30 does not exist, and the whole hour is skipped.
        (("08:00", "21:00"), "2026-03-07T22:00", "2026-03-08T08:00"),
        (("02:30", "05:00"), "2026-03-08T01:00", "2026-03-08T03:30"),
        (("02:00", "03:00"), "2026-03-08T01:00", "2026-03-09T02:00"),
        # Clocks go back at 2 a.m. on 1 November 2026.
        (("08:00", "21:00"), "2026-10-31T22:00", "2026-11-01T08:00"),
        (("01:30", "05:00"), "2026-11-01T00:30", "2026-11-01T01:30"),
    ],
)
def test_the_next_moment_is_the_one_that_a_wall_clock_says(span, now, then):
    assert hours(*span).next(local(now)) == local(then).astimezone(UTC)


def test_an_hour_that_the_clock_shows_twice_is_found_the_second_time_too():
    span = hours("01:30", "01:45")
    between = local("2026-11-01T01:50")
    assert span.next(between) == local("2026-11-01T01:30", fold=1).astimezone(UTC)


@given(
    st.times(), st.times(), st.sampled_from([NEW_YORK, "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"]),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),
)  # fmt: skip
def test_the_next_moment_is_within_the_hours_and_within_two_days(opens, closes, zone, moment):
    if opens == closes:
        return
    span, now = ContactHours(opens, closes, zone), moment.replace(tzinfo=UTC)
    if (opens.hour, opens.minute, opens.second) == (closes.hour, closes.minute, closes.second):
        return
    found = span.next(now)
    assert span.are_now(found)
    assert now <= found <= now + timedelta(days=2, hours=1)
