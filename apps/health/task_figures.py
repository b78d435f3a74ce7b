"""Each task counts itself when it ends, and carries the id of the request that asked for it."""

from __future__ import annotations

import time
from typing import Any

from celery.signals import before_task_publish, task_postrun, task_prerun

from apps.core.request_ids import REQUEST_ID, new_id
from apps.health.figures import TASK_SECONDS, TASKS

_HEADER = "portal_request_id"
_began: dict[str, float] = {}


@before_task_publish.connect
def send_along(headers: dict[str, Any] | None = None, **_: Any) -> None:
    """What a request enqueues is found under its id in the worker's log."""
    if headers is not None and REQUEST_ID.get():
        headers[_HEADER] = REQUEST_ID.get()


@task_prerun.connect
def begin(task_id: str, task: Any, **_: Any) -> None:
    """The request's id, or one of its own for what the clock began."""
    asked = getattr(task.request, _HEADER, None) or (
        task.request.get(_HEADER) if hasattr(task.request, "get") else None
    )
    REQUEST_ID.set(str(asked) if asked else new_id())
    _began[task_id] = time.monotonic()


@task_postrun.connect
def end(task_id: str, task: Any, state: str | None = None, **_: Any) -> None:
    """Count it."""
    began = _began.pop(task_id, None)
    TASKS.labels(task=task.name, state=state or "UNKNOWN").inc()
    if began is not None:
        TASK_SECONDS.labels(task=task.name).observe(time.monotonic() - began)
    REQUEST_ID.set("")
