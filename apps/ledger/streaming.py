"""Reading the whole ledger in chunks, as fast as the driver gives it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

Row = tuple[Any, ...]


@contextmanager
def snapshot() -> Iterator[None]:
    """Let every query of the block see the same state, and keep no writer waiting. Inside a transaction: no change."""
    if connection.in_atomic_block:
        yield
        return
    if connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
        return
    # `atomic` would take the writers' ticket; a deferred transaction that only reads takes none.
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def chunks(sql: str, size: int) -> Iterator[list[Row]]:
    """Rows of the query in lists of `size` (the last may be shorter), without holding them all.

    On PostgreSQL a named cursor in the binary format, and the next chunk is fetched while the caller works on this one.
    On SQLite an open read, which in WAL mode keeps no writer waiting.
    """
    if connection.vendor == "postgresql":
        with transaction.atomic():
            connection.ensure_connection()
            raw: Any = connection.connection
            with raw.cursor(name="ledger_stream", binary=True) as cursor, ThreadPoolExecutor(1) as ahead:
                cursor.execute(sql)
                yield from _fetched_ahead(ahead, lambda: cursor.fetchmany(size))
        return
    with connection.cursor() as cursor:
        cursor.execute(sql)
        while rows := cursor.fetchmany(size):
            yield rows


def _fetched_ahead(ahead: ThreadPoolExecutor, fetch: Callable[[], list[Row]]) -> Iterator[list[Row]]:
    coming = ahead.submit(fetch)
    while rows := coming.result():
        coming = ahead.submit(fetch)
        yield rows
