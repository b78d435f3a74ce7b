"""What runs by the clock."""

from __future__ import annotations

from celery import shared_task

from apps.uploads import services


@shared_task(name="apps.uploads.tasks.sweep_uploads", time_limit=900)
def sweep_uploads() -> None:
    """Finish, give up and clear away what no request did."""
    services.sweep()
