"""Every pair of different verbs that touch the same rows, at once."""

from __future__ import annotations

import itertools
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
    """What a verb did alone: the tables that it locked, in its order, and all that it locked or wrote."""

    act: Callable[[], Any]
    locks: list[str]
    rows: set[str]


def known_verbs(hands: Hands) -> dict[str, Known]:
    world, found, failed = make(), {}, {}
    for name, (_function, act) in VERBS.items():
        hand = hands.alone(undone(partial(act, world)))
        if isinstance(hand.result, Exception):
            failed[name] = repr(hand.result)
        found[name] = Known(partial(act, world), hand.locks, set(hand.locks) | hand.writes)
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
@pytest.mark.parametrize("part", range(PARTS))
def test_two_different_verbs_at_once_both_come_to_an_end(hands: Hands, part: int) -> None:
    found = known_verbs(hands)
    problems = []
    for one, two, pause_at in list(meetings(found))[part::PARTS]:
        results = hands.interleave(undone(found[one].act), undone(found[two].act), pause_at=pause_at)
        problems += [f"{one} × {two}: {error!r}" for error in results if isinstance(error, Exception)]
    assert problems == []


def meetings(found: dict[str, Known]) -> Iterator[tuple[str, str, int]]:
    """Every pair that touches the same rows, with the lock at which the first pauses; both ways if both hold several.

    It pauses with all that it holds of what both touch, so that the second takes all that it can before it waits.
    """
    for one, two in itertools.combinations(found, 2):
        first, second = found[one], found[two]
        if shared := first.rows & second.rows:
            several = len(first.rows) > 1 and len(second.rows) > 1
            if several or len(first.locks) >= len(second.locks):
                yield one, two, pause(first, shared)
            if several or len(first.locks) < len(second.locks):
                yield two, one, pause(second, shared)


def pause(first: Known, shared: set[str]) -> int:
    """After the first's last lock on what both touch; before its commit if it writes there without a lock."""
    return max((number for number, table in enumerate(first.locks, 1) if table in shared), default=ENDED)
