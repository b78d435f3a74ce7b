"""What the workers do for the terms, each minute."""

from __future__ import annotations

from celery import shared_task

from apps.ledger.values import Actor
from apps.terms.services import put_due_in_force, tell_about_terms


@shared_task(time_limit=300, soft_time_limit=240)
def keep_terms() -> None:
    """Put in force what is due, then write the letters that are due."""
    put_due_in_force(actor=Actor.system("worker"))
    tell_about_terms()
