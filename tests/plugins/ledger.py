"""Let flushing tests flush: the ledger's tables refuse DELETE and TRUNCATE, which is how Django empties them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test.testcases import TransactionTestCase

from apps.ledger import triggers


@pytest.fixture(scope="session", autouse=True)
def flushing_suspends_the_ledger_triggers() -> Iterator[None]:
    """Around each flush of `transaction=True` and live-server tests the guards are away; afterwards they are back."""
    patch = pytest.MonkeyPatch()
    flush = TransactionTestCase._fixture_teardown

    def flush_unguarded(case: TransactionTestCase) -> None:
        with triggers.suspended():
            flush(case)

    patch.setattr(TransactionTestCase, "_fixture_teardown", flush_unguarded)
    yield
    patch.undo()
