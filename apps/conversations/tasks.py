"""Sweeps. The database says what is due; running twice changes nothing."""

from __future__ import annotations

from celery import shared_task

from apps.conversations.selectors import overdue_threads
from apps.conversations.services import tell_of_broken_promise
from apps.ledger.values import Actor


@shared_task(time_limit=300, soft_time_limit=240)
def tell_of_broken_promises() -> int:
    """Tell supervisors of owners who wait longer than was promised; returns of how many."""
    actor = Actor.system("worker")
    return sum(tell_of_broken_promise(thread=thread, actor=actor) for thread in overdue_threads()[:500])
