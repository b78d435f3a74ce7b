"""Periodic work: today's figures."""

from __future__ import annotations

from celery import shared_task

from apps.program import services


@shared_task(time_limit=900)
def take_snapshots() -> int:
    """Write today's figures again; the last ones of a day stay."""
    return services.take_snapshots()
