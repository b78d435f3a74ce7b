"""A practice city starts over: everything in it is deleted and loaded again, with today as its anchor.

One transaction deletes and loads the registers, so a reset that is killed leaves the old city whole; a file tells the
next one that it has to be done again. Workers go on: what they have in hand is gone when they record it.
"""

from __future__ import annotations

import fcntl
import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from apps.core.background import nothing_enqueued
from apps.core.errors import Busy, PortalError
from apps.core.tables import own_tables
from apps.demo import nights, waiting
from apps.demo.clock import ZONE, Calendar
from apps.demo.filming import give_footage
from apps.demo.loading import Loaded, fill_city, what_is_there
from apps.footage_requests.models import FootageRequest
from apps.ledger import triggers
from apps.ledger.models import Entry
from apps.ledger.practice import is_marked, open_practice

TRIES = 3
SECONDS_FOR_TABLES = 60
_SIGN = "nothing-here-is-real"


class NotPractice(PortalError):
    """There is a real portal here, or nobody has said that there is none."""


class AlreadyRunning(PortalError):
    """Another process is resetting the city."""


def is_due(now: datetime | None = None) -> bool:
    """Whether the schedule resets now: at night, at the first start, and where a reset was cut short."""
    return nights.is_night_of_reset(now) or _unfinished().exists() or not FootageRequest.objects.exists()


def reset_practice(*, say: Callable[[str], None] = lambda line: None) -> Loaded:
    """Delete everything in the practice city and load it again.

    Raises NotPractice without PRACTICE or without the mark in the database or the folder, before anything is touched,
    AlreadyRunning beside another reset, Busy where workers kept holding what has to be deleted.
    """
    if not settings.PRACTICE or not is_marked():
        raise NotPractice("Only a practice city is reset: PRACTICE has to be on, and the database marked as one.")
    with _alone(_own_folder()):
        _unfinished().touch()
        waiting.tell(0)
        try:
            began = _start_over(say)
        except Exception:
            waiting.let_in()  # the old city is whole
            raise
        waiting.let_in()
        _clear_files(began)
        say("Videos …")
        with nothing_enqueued():
            items = give_footage()
        _unfinished().unlink()
    return what_is_there(fresh=True, items=len(items))


def _start_over(say: Callable[[str], None]) -> float:
    for left in reversed(range(TRIES)):
        try:
            with nothing_enqueued(), transaction.atomic():
                began = time.time()
                _empty()
                open_practice()
                fill_city(Calendar(timezone.now().astimezone(ZONE).date()), say=say, tell=waiting.tell)
                return began
        except Busy:
            if not left:
                raise
    raise AssertionError("the last try raises")


def _empty() -> None:
    """Every row of every table but those that a migrate fills; in the caller's transaction."""
    tables = [connection.ops.quote_name(table) for table in own_tables(connection)]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _keep_writers_out(tables)
        with triggers.suspended(), transaction.atomic():
            # Foreign keys are checked at the commit, so the order of the tables is free.
            for table in tables:
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names


def _keep_writers_out(tables: list[str]) -> None:
    """Until the transaction ends. Readers go on; a writer would leave a row behind that names one which is gone.

    A writer that holds one table and needs another is let by: the wait is shorter than the time after which PostgreSQL
    looks for deadlocks (a second), and what is held already is given up before the next try. Raises Busy.
    """
    until = time.monotonic() + SECONDS_FOR_TABLES
    while True:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '200ms'")
                cursor.execute(f"LOCK TABLE {', '.join(tables)} IN EXCLUSIVE MODE")
                cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
            return
        except Busy:
            if time.monotonic() > until:
                raise
            time.sleep(random.uniform(0.01, 0.1))  # noqa: S311 - a pause, not a secret


def _own_folder() -> Path:
    """The folder of files; it carries the sign since it was made empty, or nothing in it is ever deleted."""
    folder: Path = settings.PRACTICE_DIR
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (folder / _SIGN).exists():
        strange = [path for path in folder.rglob("*") if path.is_file()]
        if strange and min(path.stat().st_mtime for path in strange) < _marked_since():
            raise NotPractice(f"{folder} holds files that are older than the practice city: nothing was touched.")
        (folder / _SIGN).touch()
    return folder


def _marked_since() -> float:
    return Entry.objects.order_by("pk")[0].recorded_at.timestamp()


def _unfinished() -> Path:
    folder: Path = settings.PRACTICE_DIR
    return folder / "reset-not-finished"


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    lock = os.open(folder / "reset.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            raise AlreadyRunning("The practice city is being reset already.") from held
        yield
    finally:
        os.close(lock)


def _clear_files(began: float) -> None:
    """Letters, originals, uploads and checkpoints from before; what came since belongs to the new city."""
    for name in ("mail", "evidence", "files", "staging", "checkpoints"):
        for path in (settings.PRACTICE_DIR / name).rglob("*"):
            if path.is_file() and path.stat().st_mtime < began:
                path.unlink(missing_ok=True)
