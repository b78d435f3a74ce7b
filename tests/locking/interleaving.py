"""Two acts at once in a chosen order: the first pauses at a lock, the second goes on until it waits or ends."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, connections

Act = Callable[[], Any]
LOCKS = re.compile(r'FROM "(\w+)".* FOR (?:NO KEY )?UPDATE', re.DOTALL)
PATIENCE_S = 30


@dataclass(eq=False)
class Hand(threading.Thread):
    """A thread with a connection of its own that does one act and can be stopped at its n-th lock or at its commit."""

    act: Act
    pause_at: int | None = None  # the lock after which it pauses, from 1; 0 is before its first commit
    result: Any = None
    tables: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self.stopped, self.go_on, self.ended = threading.Event(), threading.Event(), threading.Event()
        self.pid = 0

    def run(self) -> None:
        try:
            connection.ensure_connection()
            with connection.cursor() as cursor:
                # A deadlock is looked for at once, so that nobody waits a second for each.
                cursor.execute("SET deadlock_timeout = '20ms'")
            self.pid = connection.connection.info.backend_pid
            with connection.execute_wrapper(self._watch):
                if self.pause_at == 0:
                    self._pause_before_commit()
                self.result = self.act()
        except Exception as error:
            self.result = error
        finally:
            self.ended.set()
            self.stopped.set()
            connections.close_all()

    def _watch(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        done = execute(sql, params, many, context)
        if match := LOCKS.search(sql):
            self.tables.append(match[1])
            if len(self.tables) == self.pause_at:
                self._pause()
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


def interleaved(first: Act, second: Act, *, pause_at: int) -> tuple[Any, Any]:
    """What both returned or raised. `first` waits at `pause_at` until `second` has ended or waits for a lock."""
    one, two = Hand(first, pause_at), Hand(second)
    one.start()
    assert one.stopped.wait(PATIENCE_S)
    two.start()
    _until_it_waits_or_ends(two)
    one.go_on.set()
    one.join(PATIENCE_S)
    two.join(PATIENCE_S)
    assert one.ended.is_set(), "the first never ended"
    assert two.ended.is_set(), "the second never ended"
    return one.result, two.result


def locks_of(act: Act) -> list[str]:
    """The tables whose rows an act locks, in its order, alone."""
    hand = Hand(act)
    hand.start()
    hand.join(PATIENCE_S)
    if isinstance(hand.result, Exception):
        raise hand.result
    return hand.tables


def _until_it_waits_or_ends(hand: Hand) -> None:
    for _ in range(PATIENCE_S * 500):
        if hand.ended.wait(0.002):
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [hand.pid])
            if cursor.fetchone()[0]:
                return
    raise AssertionError("the second neither waits nor ends")
