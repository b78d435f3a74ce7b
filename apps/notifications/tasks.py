"""What the workers do for the outbox."""

from celery import shared_task

from apps.notifications import sending


@shared_task(time_limit=600)
def send_due_messages() -> int:
    """Send what is due; beat rings every ten seconds, queueing rings at once."""
    return sending.send_due()
