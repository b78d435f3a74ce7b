"""Doorbells of disclosure."""

from __future__ import annotations

from celery import shared_task

from apps.disclosure import staff_mails


@shared_task(time_limit=300)
def tell_of_clocks() -> int:
    """Tell custodians of records requests that are due soon, and of statutes to look at again."""
    return staff_mails.tell_of_clocks()
