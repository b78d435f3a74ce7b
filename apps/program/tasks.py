"""Periodic work: today's figures, and the draft of a quarter that ended."""

from __future__ import annotations

from celery import shared_task

from apps.ledger.values import Actor
from apps.program import services


@shared_task(time_limit=900)
def take_snapshots() -> int:
    """Write today's figures again; the last ones of a day stay."""
    return services.take_snapshots()


@shared_task(time_limit=300)
def draft_updates() -> int:
    """Draft the update of the quarter that ended last, once; returns whether it did, as a number."""
    return int(services.draft_due_update(actor=Actor.system("program")) is not None)
