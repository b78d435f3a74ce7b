"""What the workers do for the ledger."""

from celery import shared_task

from apps.ledger import services


@shared_task(time_limit=120)
def sequence_ledger() -> int:
    """Give waiting entries their places; beat rings every two seconds."""
    return services.sequence()
