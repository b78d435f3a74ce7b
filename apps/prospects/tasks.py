"""What runs by the clock. The database says what is due; running twice changes nothing."""

from __future__ import annotations

from celery import shared_task

from apps.ledger.values import Actor
from apps.prospects import services


@shared_task(time_limit=300, soft_time_limit=280)
def sweep_owners() -> int:
    """Invite owners who are due, and register what was taken over; returns how many were invited."""
    invited = services.invite_due_owners()
    services.finish_claimed()
    return invited


@shared_task(time_limit=300, soft_time_limit=280)
def follow_up_owners() -> None:
    """Remind owners once, erase those who never answered, and close offers of cameras that have run out."""
    services.remind_due_owners()
    services.erase_silent_owners()
    services.expire_offers(actor=Actor.system("worker"))
