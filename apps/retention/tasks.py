"""Doorbells of retention."""

from __future__ import annotations

from celery import shared_task

from apps.retention import staff_mails


@shared_task(time_limit=300)
def tell_of_holds() -> int:
    """Tell custodians of holds that have to be looked at again."""
    return staff_mails.tell_of_holds()
