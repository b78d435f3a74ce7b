"""SQLite: its own online backup, one file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from django.db import connection, connections

from apps.backups.manifest import NotWhole
from apps.core.durable import sync_folder

NAME = "portal.sqlite3"
_BESIDE = ("", "-wal", "-shm")


def copy(folder: Path) -> list[str]:
    """Copy the database as it is at one moment, while others write; returns the names of files."""
    with closing(_read_only(_here())) as source, closing(sqlite3.connect(folder / NAME)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
    check(folder)
    return [NAME]


def check(folder: Path) -> None:
    """Look whether its pages belong together. Raises `NotWhole`."""
    try:
        with closing(_read_only(folder / NAME)) as database:
            (found,) = database.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        raise NotWhole(f"The database in the backup cannot be read: {error}.") from error
    if found != "ok":
        raise NotWhole(f"The database in the backup is damaged: {found}.")


def holds_something() -> bool:
    """Whether a database lies where the portal's is."""
    return _here().exists() and _here().stat().st_size > 0


def place(folder: Path, *, aside: str) -> None:
    """Put the backup in the place of the portal's database. What lay there gets a name that ends with `aside`."""
    connections.close_all()
    target = _here()
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f"{target.name}.unfinished")
    for left in _BESIDE:
        fresh.with_name(fresh.name + left).unlink(missing_ok=True)
    with closing(_read_only(folder / NAME)) as source, closing(sqlite3.connect(fresh)) as made:
        source.backup(made)
        made.execute("PRAGMA journal_mode=WAL")
    for each in _BESIDE:
        former = target.with_name(target.name + each)
        if former.exists():
            former.rename(target.with_name(f"{target.name}.{aside}{each}"))
    fresh.rename(target)
    sync_folder(target.parent)


def version() -> str:
    """SQLite's version."""
    return sqlite3.sqlite_version


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)


def _here() -> Path:
    return Path(connection.settings_dict["NAME"])
