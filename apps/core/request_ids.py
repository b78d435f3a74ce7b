"""The id under which everything that one request did is found in the logs of all processes."""

from __future__ import annotations

import re
from contextvars import ContextVar
from uuid import uuid4

#: Empty outside of a request and a task.
REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
_SHAPE = re.compile(r"[0-9a-zA-Z-]{8,64}")


def new_id() -> str:
    """An id that nobody has."""
    return uuid4().hex


def checked_id(given: str) -> str:
    """The id that a proxy gave, where it has the shape of one; else a new one. It stands in logs as it is."""
    return given if _SHAPE.fullmatch(given) else new_id()
