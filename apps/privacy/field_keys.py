"""Writing again under the newest of FIELD_KEYS whatever an older one wrote, while the portal runs.

Each value is one statement that changes nothing unless the value is still the one that was read: no lock is held, a
person who saves the same row at that moment wins, and after a death the next run goes on with what is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import connection, transaction

from apps.core.fields import EncryptedBinaryField, EncryptedTextField, newest_key_id, rewritten
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject

BATCH = 200
_TOKEN = re.compile(r"[0-9a-f]{8}:gAAAA[A-Za-z0-9_=-]+")


@dataclass(frozen=True, slots=True)
class Column:
    """A column with encrypted values. `kind`: text, bytes, or json with encrypted text inside."""

    table: str
    name: str
    key: str
    kind: str


@dataclass(slots=True)
class Count:
    """Of one column: values that were written again, and those that no configured key opens."""

    column: Column
    rewritten: int = 0
    unreadable: int = 0


def columns() -> list[Column]:
    """Every column with encrypted values. Seeds of authenticator apps lie inside allauth's JSON."""
    found = []
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, EncryptedTextField | EncryptedBinaryField):
                kind = "text" if isinstance(field, EncryptedTextField) else "bytes"
                found.append(_column(model, str(field.column), kind))
    return [*found, _column(Authenticator, "data", "json")]


def rotate_field_keys(*, actor: Actor, look_only: bool = False) -> list[Count]:
    """Write again what an older key wrote; `look_only` counts it. An entry in the ledger says that it was done."""
    counts = [_rotate(column, look_only=look_only) for column in columns()]
    done = sum(count.rewritten for count in counts)
    if done and not look_only:
        with transaction.atomic():
            ledger.record("field_keys.rotated", Subject("field_key", newest_key_id()), actor, values=done)
    return counts


def _column(model: Any, name: str, kind: str) -> Column:
    return Column(model._meta.db_table, name, str(model._meta.pk.column), kind)


def _rotate(column: Column, *, look_only: bool) -> Count:
    count = Count(column)
    for pk, stored in _written_by_others(column):
        try:
            fresh = _fresh(column, stored)
        except ValueError:
            count.unreadable += 1
            continue
        if fresh != stored:
            count.rewritten += 1 if look_only else _exchange(column, pk, stored, fresh)
    return count


def _written_by_others(column: Column) -> Iterator[tuple[Any, Any]]:
    """Keys and stored values, in batches by key, of what another than the newest key wrote."""
    quoted, table, key = map(connection.ops.quote_name, (column.name, column.table, column.key))
    newest: Any = f"{newest_key_id()}:"
    where, given = f"{quoted} IS NOT NULL AND substr({quoted}, 1, 9) <> %s", [newest]
    if column.kind == "bytes":
        given = [newest.encode()]
    elif column.kind == "json":
        where, given = f"{quoted} IS NOT NULL", []
    shown = f"CAST({quoted} AS text)" if column.kind == "json" else quoted
    last: list[Any] = []
    while True:
        after = f" AND {key} > %s" if last else ""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {key}, {shown} FROM {table} WHERE {where}{after} ORDER BY {key} LIMIT {BATCH}",  # noqa: S608
                [*given, *last],
            )
            rows = cursor.fetchall()
        yield from rows
        if len(rows) < BATCH:
            return
        last = [rows[-1][0]]


def _fresh(column: Column, stored: Any) -> Any:
    if column.kind == "bytes":
        return rewritten(bytes(stored).decode()).encode()
    if column.kind == "text":
        return rewritten(stored) if stored else stored
    newest = f"{newest_key_id()}:"
    return _TOKEN.sub(lambda one: one[0] if one[0].startswith(newest) else rewritten(one[0]), stored)


def _exchange(column: Column, pk: Any, stored: Any, fresh: Any) -> int:
    """Put the fresh value in the place of the stored one, if that is still there; says how many rows it was."""
    quoted, table, key = map(connection.ops.quote_name, (column.name, column.table, column.key))
    value, shown = "%s", quoted
    if column.kind == "json":
        shown = f"CAST({quoted} AS text)"
        value = "CAST(%s AS jsonb)" if connection.vendor == "postgresql" else "%s"
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {quoted} = {value} WHERE {key} = %s AND {shown} = %s",  # noqa: S608
            [fresh, pk, bytes(stored) if column.kind == "bytes" else stored],
        )
        return int(cursor.rowcount)
