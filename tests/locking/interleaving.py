"""Two acts at once in a chosen order: the first pauses at a lock, the second goes on until it waits or ends."""

from __future__ import annotations

import queue
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, connections, transaction

Act = Callable[[], Any]
LOCKS = re.compile(r'FROM "(\w+)".* FOR (NO KEY )?UPDATE', re.DOTALL)
DELETES = re.compile(r'^DELETE FROM "(\w+)"')
INSERTS = re.compile(r'^INSERT INTO "(\w+)"')
AT_THE_END = "SET CONSTRAINTS ALL IMMEDIATE"
PATIENCE_S = 60
BEFORE_COMMIT = 0
ENDED = -1  # of an act that is undone: all is written, nothing rolled back


class Hand:
    """A thread with a connection of its own that does acts and can be stopped at their n-th lock or their commit."""

    def __init__(self) -> None:
        self.stopped, self.go_on, self.ended = threading.Event(), threading.Event(), threading.Event()
        self.result: Any = None
        self.locks: list[str] = []
        self.exclusive: set[str] = set()
        self.inserts: set[str] = set()
        self.pid = 0
        self._pause_at: int | None = None
        self._acts: queue.SimpleQueue[Act | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def begin(self, act: Act, pause_at: int | None = None) -> None:
        """Start an act; it pauses after the lock of this number, from 1, or before its first commit."""
        for event in (self.stopped, self.go_on, self.ended):
            event.clear()
        self.locks, self.exclusive, self.inserts = [], set(), set()
        self.result, self._pause_at = None, pause_at
        self._acts.put(act)

    def close(self) -> None:
        self._acts.put(None)
        self._thread.join(PATIENCE_S)

    def _work(self) -> None:
        with connection.cursor() as cursor:
            # A deadlock is looked for at once, so that nobody waits a second for each.
            cursor.execute("SET deadlock_timeout = '20ms'")
        self.pid = connection.connection.info.backend_pid
        with connection.execute_wrapper(self._watch):
            while (act := self._acts.get()) is not None:
                try:
                    if self._pause_at == BEFORE_COMMIT:
                        self._pause_before_commit()
                    self.result = act()
                except Exception as error:
                    self.result = error
                finally:
                    self.ended.set()
                    self.stopped.set()
        connections.close_all()

    def _watch(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql == AT_THE_END and self._pause_at == ENDED:
            self._pause()
        done = execute(sql, params, many, context)
        if match := LOCKS.search(sql):
            self.locks.append(match[1])
            self.exclusive |= set() if match[2] else {match[1]}
            if len(self.locks) == self._pause_at:
                self._pause()
        elif match := DELETES.match(sql):
            self.exclusive.add(match[1])
        elif match := INSERTS.match(sql):
            self.inserts.add(match[1])
        return done

    def _pause_before_commit(self) -> None:
        commit = connection.commit

        def later() -> None:
            connection.commit = commit
            self._pause()
            commit()

        connection.commit = later

    def _pause(self) -> None:
        self.stopped.set()
        self.go_on.wait(PATIENCE_S)


class Hands:
    """Two of them, and more when a crowd is asked for."""

    def __init__(self) -> None:
        self.one, self.two = self.all = [Hand(), Hand()]

    def interleave(self, first: Act, second: Act, *, pause_at: int) -> tuple[Any, Any]:
        """What both returned or raised. `first` waits at `pause_at` until `second` has ended or waits for a lock."""
        self.one.begin(first, pause_at)
        assert self.one.stopped.wait(PATIENCE_S)
        self.two.begin(second)
        _until_it_waits_or_ends(self.two)
        self.one.go_on.set()
        assert self.one.ended.wait(PATIENCE_S), "the first never ended"
        assert self.two.ended.wait(PATIENCE_S), "the second never ended"
        return self.one.result, self.two.result

    def alone(self, act: Act, look: Act = lambda: None) -> tuple[Hand, Any]:
        """The hand that did this act, with its locks, and what `look` saw when all was written and nothing over."""
        self.one.begin(act, ENDED)
        assert self.one.stopped.wait(PATIENCE_S)
        seen = look()
        self.one.go_on.set()
        assert self.one.ended.wait(PATIENCE_S)
        return self.one, seen

    def crowd(self, acts: list[Act], *, pause_at: int) -> list[Any]:
        """What all returned or raised. The first waits at `pause_at` until each other has ended or waits for a lock."""
        self.all += [Hand() for _ in range(len(acts) - len(self.all))]
        hands = self.all[: len(acts)]
        hands[0].begin(acts[0], pause_at)
        assert hands[0].stopped.wait(PATIENCE_S)
        for hand, act in zip(hands[1:], acts[1:], strict=True):
            hand.begin(act)
            _until_it_waits_or_ends(hand)
        hands[0].go_on.set()
        assert all(hand.ended.wait(PATIENCE_S) for hand in hands), "one never ended"
        return [hand.result for hand in hands]


def _until_it_waits_or_ends(hand: Hand) -> None:
    for _ in range(PATIENCE_S * 500):
        if hand.ended.wait(0.002):
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [hand.pid])
            if cursor.fetchone()[0]:
                return
    raise AssertionError("it neither waits nor ends")


@contextmanager
def two_hands() -> Iterator[Hands]:
    """Two hands; their connections are closed at the end."""
    hands = Hands()
    try:
        yield hands
    finally:
        for hand in hands.all:
            hand.close()


def interleaved(first: Act, second: Act, *, pause_at: int) -> tuple[Any, Any]:
    """As `Hands.interleave`, for one pair alone."""
    with two_hands() as hands:
        return hands.interleave(first, second, pause_at=pause_at)


def undone(act: Act) -> Act:
    """The act in a transaction that is rolled back, after the checks that belong to a commit."""

    def run() -> Any:
        with transaction.atomic():
            try:
                result = act()
                with connection.cursor() as cursor:
                    cursor.execute(AT_THE_END)
                return result
            finally:
                transaction.set_rollback(True)

    return run
