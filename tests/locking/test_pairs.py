"""Verbs that touch the same rows, at once: all of those that touch one row, and each pair that could deadlock.

A deadlock takes two things: each side holds one and waits for the other's. Verbs that share one row stand in line for
it, so they meet in one crowd. Those that share more meet in pairs, in both orders (docs/locking.md).
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection

from tests.locking.discovery import verbs
from tests.locking.interleaving import ENDED, Hands, two_hands, undone
from tests.locking.order import steps_back
from tests.locking.rows import Row, holders, with_unique_keys
from tests.locking.verbs import ELSEWHERE, VERBS
from tests.locking.world import make

PARTS = 2
ON_POSTGRESQL = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hands() -> Any:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer")
    cache.clear()
    with two_hands() as both:
        yield both


@dataclass
class Known:
    """What a verb did alone, on rows of the world."""

    act: Callable[[], Any]
    locks: list[str]  # tables, in its order
    rows: set[Row]  # locked, changed or deleted
    exclusive: set[Row]  # those of them to which nobody may refer meanwhile
    referred: set[Row]  # to which it refers, and which it leaves as they are
    keys: set[str]  # tables in which it adds a row with a unique key


def known_verbs(hands: Hands) -> dict[str, Known]:
    world, found, failed = make(), {}, {}
    for name, (_function, act) in VERBS.items():
        before = holders()
        hand, written = hands.alone(undone(partial(act, world)), holders)
        if isinstance(hand.result, Exception):
            failed[name] = repr(hand.result)
        rows = {row for row, holder in written.items() if before[row] != holder}
        # Foreign keys are checked after the last statement.
        referred = {row for row, holder in holders().items() if written[row] != holder}
        exclusive = {row for row in rows if row[0] in hand.exclusive}
        keys = hand.inserts & with_unique_keys()
        found[name] = Known(partial(act, world), hand.locks, rows, exclusive, referred, keys)
    assert failed == {}, "a verb does not work alone"
    return found


def test_every_verb_that_locks_rows_is_in_the_table_of_pairs() -> None:
    assert sorted(verbs() - VERBS.keys() - ELSEWHERE.keys()) == []
    assert sorted(ELSEWHERE.keys() - verbs()) == []


@ON_POSTGRESQL
def test_no_verb_locks_rows_against_the_order(hands: Hands) -> None:
    found = {name: steps_back(known.locks) for name, known in known_verbs(hands).items()}
    assert {name: steps for name, steps in found.items() if steps} == {}


@ON_POSTGRESQL
def test_all_verbs_that_touch_one_row_come_to_an_end_when_they_meet(hands: Hands) -> None:
    found = known_verbs(hands)
    problems = []
    for row, names in crowds(found).items():
        acts = [undone(found[name].act) for name in names]
        results = hands.crowd(acts, pause_at=pause(found[names[0]], {row}))
        problems += [
            f"{row}: {name}: {error!r}"
            for name, error in zip(names, results, strict=True)
            if isinstance(error, Exception)
        ]
    assert problems == []


@ON_POSTGRESQL
@pytest.mark.parametrize("part", range(PARTS))
def test_two_different_verbs_at_once_both_come_to_an_end(hands: Hands, part: int) -> None:
    found = known_verbs(hands)
    problems = []
    for one, two, pause_at in list(meetings(found))[part::PARTS]:
        results = hands.interleave(undone(found[one].act), undone(found[two].act), pause_at=pause_at)
        problems += [f"{one} × {two}: {error!r}" for error in results if isinstance(error, Exception)]
    assert problems == []


def crowds(found: dict[str, Known]) -> dict[Row, list[str]]:
    """The verbs that touch a row, for each row that several touch; rows that the same verbs touch are named once."""
    touching: dict[Row, list[str]] = defaultdict(list)
    for name, known in found.items():
        for row in known.rows:
            touching[row].append(name)
    once = {tuple(names): row for row, names in sorted(touching.items()) if len(names) > 1}
    return {row: list(names) for names, row in once.items()}


def meetings(found: dict[str, Known]) -> Iterator[tuple[str, str, int]]:
    """Every pair that shares more than one row or key, both ways, with the lock at which the first pauses.

    It pauses with all that it holds of what both touch, so that the second takes all that it can before it waits.
    """
    for one, two in itertools.combinations(found, 2):
        first, second = found[one], found[two]
        shared = first.rows & second.rows
        shared |= (first.exclusive & second.referred) | (first.referred & second.exclusive)
        if len(shared) + len(first.keys & second.keys) > 1:
            yield one, two, pause(first, shared)
            yield two, one, pause(second, shared)


def pause(first: Known, shared: set[Row]) -> int:
    """After the first's last lock on what both touch; before its commit if it writes there without a lock."""
    tables = {table for table, _key in shared}
    return max((number for number, table in enumerate(first.locks, 1) if table in tables), default=ENDED)
