"""The demo has a past: its registrations and first requests happened on days before the anchor day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from unittest import mock
from zoneinfo import ZoneInfo

from apps.demo.city import TIME_ZONE

ZONE = ZoneInfo(TIME_ZONE)


class Calendar:
    """Instants relative to the anchor day, in the demo city's zone."""

    def __init__(self, anchor: date) -> None:
        self.anchor = anchor

    def at(self, days: float, hour: int = 12, minute: int = 0) -> datetime:
        """The instant `days` after the anchor day (negative: before it) at that wall-clock time."""
        whole = int(days // 1)
        day = datetime.combine(self.anchor + timedelta(days=whole), time(hour, minute), tzinfo=ZONE)
        return day + timedelta(days=days - whole)


@contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """Inside, the portal's clock stands at `moment`. Only the demo's loader turns clocks."""
    utc = moment.astimezone(ZoneInfo("UTC"))
    with mock.patch("django.utils.timezone.now", return_value=utc):
        yield
