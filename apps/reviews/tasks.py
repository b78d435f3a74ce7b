"""Doorbell of the weekly review."""

from __future__ import annotations

from celery import shared_task

from apps.reviews.opening import open_reviews


@shared_task(time_limit=300)
def open_weekly_reviews() -> int:
    """Open last week's review where there is none; asked hourly, so that a worker that was down misses no week."""
    return open_reviews()
