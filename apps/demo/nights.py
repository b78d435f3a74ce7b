"""When a practice city starts over: each night, on the clock of its agencies."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import timezone

from apps.demo.clock import ZONE
from apps.ledger.models import Entry

HOUR, UNTIL = 3, 5


def next_reset(now: datetime | None = None) -> datetime:
    """The first reset after this moment."""
    here = (now or timezone.now()).astimezone(ZONE)
    days = int(here.hour >= HOUR)
    return datetime.combine(here.date() + timedelta(days=days), time(HOUR), tzinfo=ZONE)


def is_night_of_reset(now: datetime | None = None) -> bool:
    """Whether it is the hour, and the city is from before it. Never in the day: people are at work in it."""
    here = (now or timezone.now()).astimezone(ZONE)
    if not HOUR <= here.hour < UNTIL:
        return False
    opened = Entry.objects.order_by("pk").values_list("recorded_at", flat=True).first()
    return opened is None or opened < here.replace(hour=HOUR, minute=0, second=0, microsecond=0)
