"""SQLite's writers take turns, and every connection has its pragmas."""

import multiprocessing
import sqlite3
import threading
from collections import Counter

import pytest
from django.db import DatabaseError, connection, connections, transaction

from tests.core.writers import write_in_a_loop


@pytest.fixture
def only_sqlite():
    if connection.vendor != "sqlite":
        pytest.skip("about SQLite alone")


def test_writers_take_turns_whether_they_use_transactions_or_single_statements(tmp_path):
    path = str(tmp_path / "busy.sqlite3")
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("CREATE TABLE written (id INTEGER PRIMARY KEY AUTOINCREMENT, writer TEXT)")
    database.commit()
    context = multiprocessing.get_context("spawn")
    start, stop, waits = context.Event(), context.Event(), context.Queue()
    writers = [
        context.Process(
            target=write_in_a_loop,
            args=(path, str(number), start, stop, waits),
            kwargs={"in_transactions": number % 3 != 0},
            daemon=True,
        )
        for number in range(6)
    ]
    for writer in writers:
        writer.start()
    start.set()
    written = poll_until_all_wrote(database, rows=900)
    stop.set()
    longest = max(waits.get(timeout=30) for _ in writers)
    for writer in writers:
        writer.join(30)
    # From the moment when all of them were at it: nobody starves.
    together = written[max(written.index(str(number)) for number in range(6)) :]
    shares = Counter(together)
    assert min(shares.values()) >= len(together) / 6 / 4, shares
    assert longest < 5


def poll_until_all_wrote(database, rows):
    """The order of writers once each wrote and `rows` more followed."""
    for _ in range(600):
        written = [writer for (writer,) in database.execute("SELECT writer FROM written ORDER BY id")]
        if len(set(written)) == 6 and len(written) - max(written.index(str(n)) for n in range(6)) > rows:
            return written
        threading.Event().wait(0.1)
    raise AssertionError(f"{len(written)} rows by {len(set(written))} writers in a minute")


@pytest.mark.django_db(transaction=True)
def test_every_connection_has_its_pragmas(only_sqlite):
    found = []

    def look():
        with connection.cursor() as cursor:
            values = []
            for pragma in ("synchronous", "foreign_keys", "recursive_triggers"):
                cursor.execute(f"PRAGMA {pragma}")
                values.append(cursor.fetchone()[0])
            found.append(values)

    look()
    connection.close()
    look()
    thread = threading.Thread(target=lambda: (look(), connections.close_all()))
    thread.start()
    thread.join()
    assert found == [[2, 1, 1]] * 3


@pytest.mark.django_db(transaction=True)
def test_a_ticket_is_held_for_a_transaction_and_given_back_whatever_happens(only_sqlite):
    def held():
        return connection._ticket is not None

    assert not held()
    with transaction.atomic():
        assert held()
        with transaction.atomic():
            assert held()
        assert held()
    assert not held()

    def fail():
        with transaction.atomic():
            raise RuntimeError

    pytest.raises(RuntimeError, fail)
    assert not held()
    with connection.cursor() as cursor:
        pytest.raises(DatabaseError, cursor.execute, "INSERT INTO nowhere VALUES (1)")
    assert not held()


@pytest.mark.django_db(transaction=True)
def test_reading_takes_no_ticket(only_sqlite):
    """A reader does not wait while another connection is in a transaction."""
    inside, done = threading.Event(), threading.Event()

    def write():
        with transaction.atomic():
            inside.set()
            done.wait(20)
        connections.close_all()

    thread = threading.Thread(target=write)
    thread.start()
    assert inside.wait(20)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
    done.set()
    thread.join(20)
