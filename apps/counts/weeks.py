"""The week as counts know it: numbers change on Mondays, so that two days in a row tell nothing about one household."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone


def week_began() -> datetime:
    """Monday, midnight, in the portal's zone."""
    zone = ZoneInfo(settings.PORTAL_TIME_ZONE)
    today = timezone.now().astimezone(zone).date()
    return datetime.combine(today - timedelta(days=today.weekday()), time(), tzinfo=zone)
