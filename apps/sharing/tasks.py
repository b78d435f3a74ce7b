"""Work in the background: live folders take what came later."""

from __future__ import annotations

from celery import shared_task

from apps.sharing.selectors import due_folders
from apps.sharing.services.folders import add_later_items


@shared_task(time_limit=300)
def sweep_folders() -> int:
    """Add to each live folder what was accepted since. Running it twice adds nothing twice."""
    return sum(add_later_items(grant_pk=key) for key in due_folders())
