"""What runs by the clock and by the bell. The database says what is due; running twice changes nothing."""

from __future__ import annotations

from celery import shared_task

from apps.core.background import enqueue_after_commit
from apps.imports import services
from apps.imports.services import owners


@shared_task(time_limit=600, soft_time_limit=540)
def work(pk: int) -> None:
    """Work on one import for some minutes; ring again if there is more."""
    if not services.work_on_import(pk) and pk in services.due_imports():
        enqueue_after_commit("apps.imports.tasks.work", pk)


@shared_task(time_limit=600, soft_time_limit=540)
def sweep_imports() -> int:
    """Find imports whose worker or bell was lost, and invitations that are due; returns how many imports."""
    due = services.due_imports()
    for pk in due:
        work.run(pk) if len(due) == 1 else enqueue_after_commit("apps.imports.tasks.work", pk)
    owners.invite_due_owners()
    owners.finish_claimed()
    return len(due)


@shared_task(time_limit=600, soft_time_limit=540)
def erase_imports() -> None:
    """Erase what is left of old files, remind owners once, and erase those who never answered."""
    services.erase_old_imports()
    owners.remind_due_owners()
    owners.erase_silent_owners()
