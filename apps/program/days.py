"""Which day it is, for an agency and for the program."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from apps.agencies.models import Agency


def day_of(agency: Agency | None, now: datetime) -> date:
    """The day that it is for this agency; for the program, by the portal's time zone."""
    zone = ZoneInfo(agency.time_zone if agency else settings.PORTAL_TIME_ZONE)
    return now.astimezone(zone).date()
