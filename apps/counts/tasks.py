"""Periodic work: the release of the week."""

from __future__ import annotations

from celery import shared_task

from apps.counts import services
from apps.ledger.values import Actor


@shared_task(time_limit=600)
def release_counts() -> None:
    """Make this week's release if nobody has made it yet."""
    services.release_counts(actor=Actor.system("counts"))
