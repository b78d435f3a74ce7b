"""A connection that is given back waits for the next use of the same file, and of no other."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import ConnectionHandler

from apps.core.sqlite import idle

pytestmark = pytest.mark.django_db


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Any]:
    """A connection of our back-end to a file of its own, which is there already."""
    path = tmp_path / "some.sqlite3"
    path.touch()
    handler = ConnectionHandler({"default": {"ENGINE": "apps.core.sqlite", "NAME": str(path)}})
    made = handler["default"]
    with made.cursor() as cursor:
        cursor.execute("CREATE TABLE t (x)")
    yield made
    made.close()
    for kept in [kept for kept in idle._idle if kept[0].path == str(path)]:
        idle._idle.remove(kept)
        kept[1].close()


def test_connection_is_used_again_and_reads_what_is_new(database: Any) -> None:
    first = database.connection
    database.close()
    assert database.connection is None
    with database.cursor() as cursor:
        assert database.connection is first
        cursor.execute("INSERT INTO t VALUES (1)")
        cursor.execute("SELECT x FROM t")
        assert cursor.fetchall() == [(1,)]


def test_open_cursor_does_not_hold_the_past(database: Any) -> None:
    with database.cursor() as cursor:
        cursor.executemany("INSERT INTO t VALUES (%s)", [(number,) for number in range(500)])
    left_open = database.cursor()
    left_open.execute("SELECT x FROM t")
    left_open.fetchone()
    database.close()
    other = database.copy()
    with other.cursor() as cursor:
        cursor.execute("DELETE FROM t")
    with database.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM t")
        assert cursor.fetchone() == (0,)
    other.close()


def test_file_that_was_replaced_gets_a_new_connection(database: Any, tmp_path: Path) -> None:
    first = database.connection
    database.close()
    for path in tmp_path.iterdir():
        path.unlink()
    (tmp_path / "some.sqlite3").touch()
    database.ensure_connection()
    assert database.connection is not first


def test_transaction_that_was_left_is_not_handed_on(database: Any) -> None:
    first = database.connection
    first.execute("BEGIN")
    first.execute("INSERT INTO t VALUES (1)")
    database.close()
    with database.cursor() as cursor:
        assert database.connection is not first
        cursor.execute("SELECT count(*) FROM t")
        assert cursor.fetchone() == (0,)


def test_two_users_at_once_have_two_connections_and_few_wait(database: Any) -> None:
    others = [database.copy() for _number in range(idle.MOST + 3)]
    for other in others:
        other.ensure_connection()
    assert len({id(other.connection) for other in others}) == len(others)
    threads = [threading.Thread(target=_close_in_its_thread, args=(other,)) for other in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(idle._idle) <= idle.MOST


def _close_in_its_thread(database: Any) -> None:
    database.inc_thread_sharing()
    database.close()


def test_child_of_a_fork_takes_nothing_of_its_parents(database: Any) -> None:
    database.close()
    assert idle._idle
    pid = os.fork()
    if pid == 0:
        os._exit(len(idle._idle))
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
