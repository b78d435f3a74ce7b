"""Doorbells: an id comes in, one service runs. What a broker loses, the sweep finds."""

from __future__ import annotations

from celery import shared_task

from apps.core.background import enqueue_after_commit
from apps.redaction.services import rendering

STALE_AFTER = 120


@shared_task(expires=STALE_AFTER, time_limit=4 * 3600)
def make_redacted_copy(pk: int) -> None:
    """Make and prove the copy that a second reader signed off. Queue `media`."""
    rendering.make_redacted_copy(pk=pk)


@shared_task(expires=STALE_AFTER)
def sweep_redactions() -> None:
    """Enqueue what was signed off and nobody works on."""
    for pk in rendering.due_redactions():
        enqueue_after_commit("apps.redaction.tasks.make_redacted_copy", pk)
