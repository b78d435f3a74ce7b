"""What runs by the clock and by the bell. The database says what is due; running twice changes nothing."""

from __future__ import annotations

from celery import shared_task

from apps.core.background import enqueue_after_commit
from apps.imports import services


@shared_task(time_limit=600, soft_time_limit=540)
def work(pk: int) -> None:
    """Work on one import for some minutes; ring again if there is more."""
    if not services.work_on_import(pk) and pk in services.due_imports():
        enqueue_after_commit("apps.imports.tasks.work", pk)


@shared_task(time_limit=600, soft_time_limit=540)
def sweep_imports() -> int:
    """Find imports whose worker or bell was lost; returns how many."""
    due = services.due_imports()
    for pk in due:
        work.run(pk) if len(due) == 1 else enqueue_after_commit("apps.imports.tasks.work", pk)
    return len(due)


@shared_task(time_limit=600, soft_time_limit=540)
def erase_imports() -> None:
    """Erase what is left of old files."""
    services.erase_old_imports()
