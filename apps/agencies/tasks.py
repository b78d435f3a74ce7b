"""Doorbells for the daily work on staff accounts."""

from __future__ import annotations

from celery import shared_task

from apps.accounts.staff_events import erase_old_events
from apps.accounts.tallies import erase_old_tallies
from apps.agencies import findings, witness
from apps.agencies.staff_idle import look_after_idle_staff
from apps.agencies.training import warn_of_training_ends
from apps.agencies.verifying import services as verifying


@shared_task
def look_after_staff() -> None:
    """Warn and disable unused staff accounts, warn before trainings end, erase old sign-in events and counters."""
    look_after_idle_staff()
    warn_of_training_ends()
    erase_old_events()
    erase_old_tallies()


@shared_task(time_limit=300)
def witness_ledger() -> None:
    """Keep the ledger's newest checkpoint outside the database, and send the day's first to those who keep it."""
    witness.witness_ledger()


@shared_task
def verify_ledger(pk: int) -> None:
    """Check the whole ledger, as an auditor asked."""
    verifying.work_on_verification(pk)


@shared_task(time_limit=60)
def sweep_verifications() -> None:
    """Find the check of the ledger whose worker died."""
    verifying.sweep_verifications()


@shared_task(time_limit=120)
def tell_of_findings() -> None:
    """Look at the ledger's age, and write to those who look after findings about what is new."""
    witness.check_age()
    findings.tell_of_findings()
