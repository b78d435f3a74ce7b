"""10,000 rows through the import, as a business would bring them: `make bench BENCH=imports`.

Reading, dry run, import and undo are the very services of the pages and the worker, on the database of DATABASE_URL
(a fresh SQLite file by default). Prints rows a second and the process's peak memory after each step.
"""

from __future__ import annotations

import argparse
import io
import logging
import os
import resource
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from scripts.postgres import postgres


def say(line: str) -> None:
    """One line of the report, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def csv_file(rows: int) -> bytes:
    """A file of `rows` cameras, 25 at each site."""
    lines = ["site,address,name,latitude,longitude,bearing,field_of_view,range_m,retention_hours,records_sound"]
    for number in range(rows):
        latitude, longitude = 30.40 + number % 250 * 0.0004, -84.35 + number // 250 * 0.0004
        place = f"Store {number // 25},{number // 25} Main Street,Camera {number}"
        lines.append(f"{place},{latitude:.5f},{longitude:.5f},{number % 360},80,20,240,no")
    return "\n".join(lines).encode()


def measured(name: str, rows: int, act: Callable[[], Any]) -> Any:
    """Run one step and say how fast it was."""
    start, own = time.perf_counter(), time.process_time()
    result = act()
    seconds, own = time.perf_counter() - start, time.process_time() - own
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say(f"  {name:10} {seconds:8.1f} s {rows / seconds:8.0f} rows/s   {own:8.1f} s of a core   peak {peak:6.0f} MB")
    return result


def run(rows: int) -> None:
    """Set up a partner, then bring, check, import and undo."""
    from apps.imports import services
    from apps.imports.selectors import progress_of
    from tests.factories.actors import actor_for
    from tests.factories.people import ZoneFactory, registrant

    for _ in range(6):
        ZoneFactory.create()
    user, partner = registrant()
    actor = actor_for(user)
    content = csv_file(rows)
    say(f"{rows} rows, {len(content) / 1e6:.1f} MB")
    one: Any = measured(
        "read",
        rows,
        lambda: services.receive_import(
            file=io.BytesIO(content), partner=partner, request_key=uuid.uuid4(), user=user, actor=actor
        ),
    )
    services.set_columns(camera_import=one, mapping=one.mapping, choices={}, user=user, actor=actor)
    measured("check", rows, lambda: services.work_on_import(one.pk, seconds=36_000))
    services.start_import(camera_import=one, user=user, actor=actor)
    measured("import", rows, lambda: services.work_on_import(one.pk, seconds=36_000))
    done = progress_of(one)
    say(f"  registered {done.registered}, not imported {done.wrong}")
    services.undo_import(camera_import=one, user=user, actor=actor)
    measured("undo", rows, lambda: services.work_on_import(one.pk, seconds=36_000))


def main() -> None:
    """Read the arguments, make the database, measure."""
    logging.getLogger("apps").setLevel(logging.ERROR)  # no queue runs here, and nothing waits for one
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--postgres", action="store_true", help="on a server of its own instead of SQLite")
    arguments = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="bench-imports-")
    os.environ.setdefault("DATA_DIR", folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.local"
    os.environ["DEBUG"] = "0"
    with postgres(durable=True) if arguments.postgres else nullcontext("") as url:
        if url:
            os.environ["DATABASE_URL"] = url
        measure(arguments.rows)


def measure(rows: int) -> None:
    """Make the tables, then run."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from django.db import connection

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=WAL")
    say(f"{connection.vendor}, {sys.version.split()[0]}")
    run(rows)


if __name__ == "__main__":
    main()
