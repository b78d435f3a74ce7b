"""Quarters of the year, by the portal's time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from apps.program.days import day_of


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """One quarter of a year."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Quarter:
        """The quarter in which a day lies."""
        return cls(day.year, (day.month + 2) // 3)

    @property
    def first(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        return self.next().first - timedelta(days=1)

    def next(self) -> Quarter:
        """The one after it."""
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)

    def before(self) -> Quarter:
        """The one before it."""
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)

    @property
    def ends_at(self) -> datetime:
        """Midnight after its last day."""
        return datetime.combine(self.next().first, time(), tzinfo=ZoneInfo(settings.PORTAL_TIME_ZONE))

    @property
    def in_words(self) -> str:
        """Its name, for headings."""
        return _("Quarter %(number)d of %(year)d") % {"number": self.number, "year": self.year}

    @property
    def slug(self) -> str:
        """As addresses have it."""
        return f"{self.year}-q{self.number}"


def last_ended(now: datetime) -> Quarter:
    """The newest quarter that is over."""
    return Quarter.of(day_of(None, now)).before()
