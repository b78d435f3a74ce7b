"""The write-ahead log outlives the last connection of a request."""

import sqlite3
from pathlib import Path

import pytest

from apps.core.sqlite import log_keeper


def test_log_stays_when_the_last_connection_closes(tmp_path: Path) -> None:
    name = str(tmp_path / "some.sqlite3")
    first = sqlite3.connect(name)
    first.execute("PRAGMA journal_mode=WAL")
    first.execute("CREATE TABLE t (x)")
    first.commit()
    log_keeper.keep_log_of(name)
    first.close()
    assert (tmp_path / "some.sqlite3-wal").exists()
    identity, keeper = log_keeper._keepers.pop(name)
    assert identity[2] == (tmp_path / "some.sqlite3").stat().st_ino
    keeper.close()
    assert not (tmp_path / "some.sqlite3-wal").exists()


def test_replaced_file_gets_a_new_keeper(tmp_path: Path) -> None:
    path = tmp_path / "some.sqlite3"
    for _time in range(2):
        path.unlink(missing_ok=True)
        sqlite3.connect(path).execute("CREATE TABLE t (x)")
        log_keeper.keep_log_of(str(path))
        assert log_keeper._keepers[str(path)][0][2] == path.stat().st_ino
    log_keeper._keepers.pop(str(path))[1].close()


def test_missing_file_is_not_made(tmp_path: Path) -> None:
    log_keeper.keep_log_of(str(tmp_path / "none.sqlite3"))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", [":memory:", "file:memorydb_default?mode=memory"])
def test_memory_databases_have_no_file_to_keep(name: str) -> None:
    log_keeper.keep_log_of(name)
    assert name not in log_keeper._keepers
