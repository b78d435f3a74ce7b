"""Days as an agency counts them: from midnight to midnight in its own time zone."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from apps.agencies.models import Agency


def today_in(agency: Agency, now: datetime | None = None) -> date:
    """The day that it is for the agency at `now` (an aware instant; this moment)."""
    return (now or timezone.now()).astimezone(ZoneInfo(agency.time_zone)).date()
