"""A line of JSON for each thing that is logged: when, how grave, by which module, for which request, and what.

Of an exception only its type and the places in the code are kept. Its words may hold an address or what somebody typed.
"""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime

from django.utils.module_loading import import_string

from config.secret_paths import without_secrets


class JsonFormatter(logging.Formatter):
    """One object a line; `request` is the id that the answer carried in X-Request-ID."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        request = import_string("apps.core.request_ids.REQUEST_ID").get()
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
            "message": without_secrets(record.getMessage()),
        }
        if request:
            line["request"] = request
        if record.exc_info and record.exc_info[1]:
            error = record.exc_info[1]
            line["error"] = type(error).__qualname__
            frames = traceback.extract_tb(error.__traceback__)
            line["where"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        return json.dumps(line, ensure_ascii=False)
