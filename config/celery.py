"""The Celery application. Tasks live in each app's tasks.py; the schedule is `CELERY_BEAT_SCHEDULE` in settings."""

import os
import sys
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import beat_init, setup_logging, worker_init, worker_ready
from django.conf import settings
from django.utils.module_loading import import_string

from config.settings.safety import CannotStart

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
if Path(sys.argv[0]).name in ("celery", "__main__.py"):
    # In a process of Celery's own, which would bury the reasons below three screens of its code.
    try:
        _ = settings.INSTALLED_APPS
    except CannotStart as reasons:
        sys.exit(str(reasons))

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**_: Any) -> None:
    """The settings say what is logged and how, for workers as for web processes; Celery adds nothing of its own."""


@worker_init.connect
@beat_init.connect
def serve_no_other_database(**_: Any) -> None:
    """A practice portal's workers never touch a real database, nor a real portal's a practice city."""
    import_string("apps.core.own_database.exit_on_other_database")()


@worker_ready.connect
def sweep_at_once(sender: Any, **_: Any) -> None:
    """What waited while no worker ran is found now, not at the schedule's next turn. The sweeps bear being doubled."""
    if app.conf.task_default_queue not in sender.app.amqp.queues.consume_from:
        return  # the worker of the default queue enqueues for the others
    for entry in app.conf.beat_schedule.values():
        app.send_task(entry["task"], expires=60)


@worker_ready.connect
def examine_the_store(sender: Any, **_: Any) -> None:
    """What the evidence store cannot do stands in the log of the worker that seals, before it seals anything."""
    if "seal" in sender.app.amqp.queues.consume_from:
        import_string("apps.evidence.examining.log_examination")()
