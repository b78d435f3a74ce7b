"""A process that writes to one SQLite file in a loop, as a web worker or a Celery worker would."""

from __future__ import annotations

import time
from typing import Any


def write_in_a_loop(path: str, name: str, start: Any, stop: Any, waits: Any, *, in_transactions: bool) -> None:
    """Insert rows until told to stop; tells the longest wait. Runs in a process of its own."""
    from django.conf import settings

    settings.configure(
        DATABASES={
            "default": {
                "ENGINE": "apps.core.sqlite",
                "NAME": path,
                "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": "PRAGMA synchronous=FULL;"},
            }
        },
        USE_TZ=True,
    )
    import django

    django.setup()
    from django.db import connection, transaction

    def write() -> None:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO written (writer) VALUES (%s)", [name])

    connection.ensure_connection()
    start.wait()
    longest = 0.0
    while not stop.is_set():
        began = time.monotonic()
        if in_transactions:
            with transaction.atomic():
                write()
        else:
            write()
        longest = max(longest, time.monotonic() - began)
    waits.put(longest)
