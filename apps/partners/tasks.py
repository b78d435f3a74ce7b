"""What the queue and the clock call."""

from __future__ import annotations

from celery import shared_task

from apps.ledger.values import Actor
from apps.partners import services


@shared_task(ignore_result=True, soft_time_limit=300)
def expire_member_invitations() -> int:
    """Close invitations that nobody used in time and forget their addresses."""
    return services.expire_invitations(actor=Actor.system("worker"))
