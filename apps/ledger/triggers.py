"""The database's own guard: what was written stays written, for every connection.

Row triggers refuse UPDATE and DELETE, a statement trigger refuses TRUNCATE on PostgreSQL. On SQLite `INSERT OR REPLACE`
counts as a delete only under `recursive_triggers`, which each connection of ours switches on. One more trigger lists
each new entry for the sequencer. They are made again after every migrate, because a table rebuild on SQLite drops them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from apps.ledger.models import Checkpoint, Entry, Place, PrivatePart, Subtree, Tree, Waiting

FROZEN = [model._meta.db_table for model in (Entry, Place, Subtree, Checkpoint)]
PRIVATE, TREE = PrivatePart._meta.db_table, Tree._meta.db_table
GUARDED = [*FROZEN, PRIVATE, TREE]
ENTRY, WAITING = Entry._meta.db_table, Waiting._meta.db_table
LISTER = f"{ENTRY}_waits"

# The only changes there are: private data are blanked or written by another field key, and the tree grows. What another
# key wrote is still what the leaf commits to: `verify_ledger` opens it.
_BLANKED = "NEW.salt IS NULL AND NEW.data IS NULL AND NEW.erased_at IS NOT NULL"
_REWRITTEN = (
    # Each IS NOT NULL counts: a comparison with NULL is neither true nor false, and would let the change pass.
    "NEW.salt IS NOT NULL AND OLD.salt IS NOT NULL AND NEW.data IS NOT NULL AND OLD.data IS NOT NULL"
    " AND NEW.salt = OLD.salt AND OLD.erased_at IS NULL AND NEW.erased_at IS NULL"
    " AND NEW.data LIKE '________:gAAAA%' AND substr(NEW.data, 1, 9) <> substr(OLD.data, 1, 9)"
)
ALLOWED = {
    PRIVATE: f"NEW.entry_id = OLD.entry_id AND (({_BLANKED}) OR ({_REWRITTEN}))",
    TREE: "NEW.id = OLD.id AND NEW.size > OLD.size",
}


def install(using: str = DEFAULT_DB_ALIAS) -> None:
    """Make every trigger again, in one transaction."""
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for statement in _postgresql_functions().values():
                cursor.execute(statement)
        for table, name in _names(connection):
            _drop(cursor, connection, table, name)
        for statement in _statements(connection).values():
            cursor.execute(statement)


@contextmanager
def suspended(using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Take the guards away for the block and put them back whatever happens. For tests and practice cities."""
    connection = connections[using]
    if connection.vendor == "postgresql":
        _switch(connection, "DISABLE")
    else:
        with transaction.atomic(using=using), connection.cursor() as cursor:
            for table, name in _names(connection):
                if name != LISTER:
                    _drop(cursor, connection, table, name)
    try:
        yield
    finally:
        if connection.vendor == "postgresql":
            _switch(connection, "ENABLE")
        else:
            install(using)


def _switch(connection: BaseDatabaseWrapper, verb: str) -> None:
    """Switched off and not dropped: to drop one keeps readers out of its table until the transaction ends."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        # What waits for the commit would keep the table from being changed.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        for table, name in _names(connection):
            if name != LISTER:
                cursor.execute(f"ALTER TABLE {table} {verb} TRIGGER {name}")


def missing(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Names of the triggers that are not there, are switched off, or do something else than they should."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if ENTRY not in connection.introspection.table_names(cursor):
            return []
        if connection.vendor == "postgresql":
            return _missing_postgresql(connection, cursor)
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        present = dict(cursor.fetchall())
    return [name for name, statement in _statements(connection).items() if present.get(name) != statement]


def _names(connection: BaseDatabaseWrapper) -> list[tuple[str, str]]:
    events = ["update", "delete"] + (["truncate"] if connection.vendor == "postgresql" else [])
    return [(table, f"{table}_no_{event}") for table in GUARDED for event in events] + [(ENTRY, LISTER)]


def _drop(cursor: Any, connection: BaseDatabaseWrapper, table: str, name: str) -> None:
    where = f" ON {table}" if connection.vendor == "postgresql" else ""
    cursor.execute(f"DROP TRIGGER IF EXISTS {name}{where}")


def _statements(connection: BaseDatabaseWrapper) -> dict[str, str]:
    return _postgresql() if connection.vendor == "postgresql" else _sqlite()


_LIST = f"INSERT INTO {WAITING} (entry_id) VALUES (NEW.id);"  # noqa: S608 - our own table names


def _sqlite() -> dict[str, str]:
    made = {}
    for table in GUARDED:
        for event in ("update", "delete"):
            name = f"{table}_no_{event}"
            when = f" WHEN NOT ({ALLOWED[table]})" if event == "update" and table in ALLOWED else ""
            made[name] = (
                f"CREATE TRIGGER {name} BEFORE {event.upper()} ON {table} FOR EACH ROW{when} "
                f"BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: {event} of {table}'); END"
            )
    made[LISTER] = f"CREATE TRIGGER {LISTER} AFTER INSERT ON {ENTRY} FOR EACH ROW BEGIN {_LIST} END"
    return made


_REFUSE = """BEGIN
  RAISE EXCEPTION 'the ledger is append-only: % of %', lower(TG_OP), TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END"""
_LIST_FUNCTION = f"BEGIN {_LIST} RETURN NULL; END"


def _postgresql_functions() -> dict[str, str]:
    return {
        name: f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body${body}$body$"
        for name, body in (("ledger_refuse", _REFUSE), ("ledger_list", _LIST_FUNCTION))
    }


def _postgresql() -> dict[str, str]:
    made = {}
    for table in GUARDED:
        for event, each in (("update", "ROW"), ("delete", "ROW"), ("truncate", "STATEMENT")):
            name = f"{table}_no_{event}"
            when = f" WHEN (NOT ({ALLOWED[table]}))" if event == "update" and table in ALLOWED else ""
            made[name] = (
                f"CREATE TRIGGER {name} BEFORE {event.upper()} ON {table} "
                f"FOR EACH {each}{when} EXECUTE FUNCTION ledger_refuse()"
            )
    made[LISTER] = f"CREATE TRIGGER {LISTER} AFTER INSERT ON {ENTRY} FOR EACH ROW EXECUTE FUNCTION ledger_list()"
    return made


def _missing_postgresql(connection: BaseDatabaseWrapper, cursor: Any) -> list[str]:
    cursor.execute(
        "SELECT t.tgname, p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
        "WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')"
    )
    present = dict(cursor.fetchall())
    return [
        name for _, name in _names(connection) if present.get(name) != (_LIST_FUNCTION if name == LISTER else _REFUSE)
    ]
