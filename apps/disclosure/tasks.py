"""Doorbells of disclosure."""

from __future__ import annotations

from celery import shared_task

from apps.core.background import enqueue_after_commit
from apps.disclosure import staff_mails
from apps.disclosure.export_selectors import due_exports
from apps.disclosure.services.export_building import build_export as build
from apps.disclosure.services.export_deciding import expire_exports
from apps.disclosure.services.export_trying import WORKER, stop_dead_exports

SIX_HOURS = 6 * 3600


@shared_task(time_limit=SIX_HOURS)
def build_export(export_pk: int) -> None:
    """Build a package. Each file that was read stays read, so a worker that is killed costs one file. Queue `bulk`."""
    build(export_pk=export_pk)


@shared_task(expires=120)
def sweep_exports() -> int:
    """Find exports whose worker or bell was lost, and stop those whose workers died three times; returns how many."""
    stop_dead_exports()
    due = due_exports()
    for pk in due:
        enqueue_after_commit("apps.disclosure.tasks.build_export", pk)
    return len(due)


@shared_task(time_limit=600)
def end_exports() -> int:
    """End exports whose days are over."""
    return expire_exports(actor=WORKER)


@shared_task(time_limit=300)
def tell_of_clocks() -> int:
    """Tell custodians of records requests that are due soon, and of statutes to look at again."""
    return staff_mails.tell_of_clocks()
