"""Doorbells for the daily work on staff accounts."""

from __future__ import annotations

from celery import shared_task

from apps.accounts.staff_events import erase_old_events
from apps.agencies import witness
from apps.agencies.staff_idle import look_after_idle_staff


@shared_task
def look_after_staff() -> None:
    """Warn and disable unused staff accounts; take away sign-in events past their period."""
    look_after_idle_staff()
    erase_old_events()


@shared_task(time_limit=300)
def witness_ledger() -> None:
    """Keep the ledger's newest checkpoint outside the database, and send the day's first to those who keep it."""
    witness.witness_ledger()
