"""Sweeps. The database says what is due; running twice changes nothing."""

from __future__ import annotations

from celery import shared_task

from apps.calls.services import forget_calls
from apps.calls.walls import end_lost_screens
from apps.ledger.values import Actor


@shared_task(time_limit=300)
def forget_old_calls() -> int:
    """Remove where closed calls were, once they are old enough; returns of how many."""
    return forget_calls(actor=Actor.system("worker"))


@shared_task(time_limit=300)
def end_wall_screens() -> int:
    """End the wall screens whose term or right is over, so that neither comes back; returns how many."""
    return end_lost_screens(actor=Actor.system("worker"))
