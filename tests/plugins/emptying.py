"""Leave the database empty after a test that commits: `transaction=True`, live servers, other processes.

Django's own flush empties every table, fires `post_migrate` and writes content types and permissions again; most tests
have filled six tables of a hundred. And the ledger's tables refuse DELETE and TRUNCATE.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext

import pytest
from django.db import IntegrityError, connections, transaction
from django.test.testcases import TransactionTestCase

from apps.core.tables import filled_tables
from apps.ledger import triggers

TRIES = 5


@pytest.fixture(scope="session", autouse=True)
def committing_tests_leave_an_empty_database() -> Iterator[None]:
    """Takes the place of Django's flush; the ledger's guards are away for that moment and back afterwards."""
    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", _empty_every_database)
    yield
    patch.undo()


def _empty_every_database(case: TransactionTestCase) -> None:
    for name in case._databases_names(include_mirrors=False):
        # A server may still be writing for a page that was just closed.
        for left in reversed(range(TRIES)):
            try:
                _empty(name)
                break
            except IntegrityError:
                if not left:
                    raise


def _empty(name: str) -> None:
    connection = connections[name]
    filled = filled_tables(connection)
    guarded = not set(triggers.GUARDED).isdisjoint(filled)
    unguarded = triggers.suspended(name) if guarded else nullcontext()
    # Foreign keys are checked at the commit, so the order of the tables is free.
    with unguarded, transaction.atomic(using=name), connection.cursor() as cursor:
        for table in filled:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")
