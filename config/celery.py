"""The Celery application. Tasks live in each app's tasks.py; the schedule is `CELERY_BEAT_SCHEDULE` in settings."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def sweep_at_once(sender: Any, **_: Any) -> None:
    """What waited while no worker ran is found now, not at the schedule's next turn. The sweeps bear being doubled."""
    if app.conf.task_default_queue not in sender.app.amqp.queues.consume_from:
        return  # the worker of the default queue enqueues for the others
    for entry in app.conf.beat_schedule.values():
        app.send_task(entry["task"], expires=60)
