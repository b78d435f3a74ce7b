"""Sweeps. The database says what is due; running twice changes nothing."""

from __future__ import annotations

from celery import shared_task

from apps.access.services import expire_asks
from apps.ledger.values import Actor


@shared_task(time_limit=300)
def expire_places_requests() -> int:
    """Close each request to see places that no supervisor decided in time; returns how many."""
    return expire_asks(actor=Actor.system("worker"))
