"""Doorbells of the jobs that go through all cameras, and periodic work. What a broker loses, the sweep finds."""

from __future__ import annotations

from celery import shared_task

from apps.cameras import services
from apps.cameras.models import Evaluation, Rezoning
from apps.cameras.services.evaluation import evaluate_cameras
from apps.cameras.services.rezoning import rezone_cameras, start_rezoning_if_needed
from apps.cameras.services.runs import due_runs
from apps.core.background import enqueue_after_commit

# A message that waited longer than two sweeps says nothing that a later sweep does not say again.
STALE_AFTER = 120


@shared_task(expires=STALE_AFTER)
def evaluate_specification(evaluation_pk: int) -> None:
    """Judge all cameras against the version that came into force."""
    evaluate_cameras(evaluation_pk=evaluation_pk)


@shared_task(expires=STALE_AFTER)
def rezone_register(rezoning_pk: int) -> None:
    """Put all cameras into the zones as they are now."""
    rezone_cameras(rezoning_pk=rezoning_pk)


@shared_task(expires=STALE_AFTER)
def sweep_register() -> None:
    """See whether zones changed, and enqueue each run through the cameras that nobody works on."""
    start_rezoning_if_needed()
    for pk in due_runs(Evaluation):
        enqueue_after_commit("apps.cameras.tasks.evaluate_specification", pk)
    for pk in due_runs(Rezoning):
        enqueue_after_commit("apps.cameras.tasks.rezone_register", pk)


@shared_task(time_limit=300)
def forget_old_drafts() -> int:
    """Erase drafts that nobody touched for weeks; beat rings every hour."""
    return services.forget_camera_drafts()


@shared_task(time_limit=300, soft_time_limit=280)
def sweep_confirmations() -> int:
    """The yearly question to owners: ask, remind, let lapse; returns how many steps were taken."""
    swept = services.sweep_confirmations()
    return swept.asked + swept.reminded + swept.lapsed
