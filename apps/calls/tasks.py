"""Sweeps. The database says what is due; running twice changes nothing."""

from __future__ import annotations

from celery import shared_task

from apps.calls.services import forget_calls
from apps.ledger.values import Actor


@shared_task(time_limit=300)
def forget_old_calls() -> int:
    """Remove where closed calls were, once they are old enough; returns of how many."""
    return forget_calls(actor=Actor.system("worker"))
