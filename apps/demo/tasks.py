"""What the schedule of a practice portal calls."""

from __future__ import annotations

import contextlib

from celery import shared_task
from django.conf import settings

from apps.demo import resetting


@shared_task(name="apps.demo.tasks.reset_when_due")
def reset_when_due() -> None:
    """Start the practice city over if it is time."""
    if settings.PRACTICE and resetting.is_due():
        with contextlib.suppress(resetting.AlreadyRunning):
            resetting.reset_practice()
