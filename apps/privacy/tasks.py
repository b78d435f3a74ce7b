"""Sweeps that join apps. The database says what is due; running twice changes nothing."""

from __future__ import annotations

from celery import shared_task

from apps.privacy.closing import erase_due


@shared_task(time_limit=600, soft_time_limit=560)
def erase_closed_accounts() -> int:
    """Erase the accounts whose grace period is over; returns how many."""
    return erase_due()
