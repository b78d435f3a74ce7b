"""Periodic work: the release of the week, and forgetting what was counted."""

from __future__ import annotations

from celery import shared_task

from apps.counts import services
from apps.counts.budget import forget_counted_areas
from apps.ledger.values import Actor


@shared_task(time_limit=600)
def release_counts() -> None:
    """Make this week's release if nobody has made it yet, and forget the areas that were counted a day ago."""
    services.release_counts(actor=Actor.system("counts"))
    forget_counted_areas()
