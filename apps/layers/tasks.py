"""What runs by the clock and by the bell. The database says what is due; running twice changes nothing."""

from __future__ import annotations

from celery import shared_task

from apps.core.background import enqueue_after_commit
from apps.layers import services


@shared_task(expires=600, time_limit=300, soft_time_limit=280)
def refresh(pk: int) -> None:
    """Ask the address of one layer."""
    services.refresh_layer(pk)


@shared_task(time_limit=60)
def sweep_layers() -> int:
    """Ring for each layer whose address is to be asked; returns for how many."""
    due = services.due_layers()
    for pk in due:
        enqueue_after_commit("apps.layers.tasks.refresh", pk)
    return len(due)
