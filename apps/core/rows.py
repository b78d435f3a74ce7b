"""Many rows of one table in one statement, at a fraction of what `bulk_create` costs.

What all rows share is sent once, and what differs goes as one JSON text that the database takes apart. No model is
built for a row, so this is for rows that nobody reads in the same act.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.models import CharField, Field, Model, TextField
from django.utils import timezone


def insert_rows(
    model: type[Model],
    columns: Mapping[str, Sequence[Any]],
    /,
    *,
    returning: tuple[str, ...] = (),
    ignore_conflicts: bool = False,
    **shared: Any,
) -> list[tuple[Any, ...]]:
    """Insert a row for each place in `columns`, whose names are those of the fields' attributes (`partner_id`).

    `shared` is the same in all rows; other fields get their default, unique ones a new one for each row. Returns the
    columns `returning` of what was inserted, as the database spells them, in no promised order.
    """
    count = len(next(iter(columns.values()), ()))
    if not count:
        return []
    fields = {field.attname: field for field in model._meta.concrete_fields if not field.primary_key}
    differing, same = dict(columns), dict(shared)
    for name, values in columns.items():
        if all(value == values[0] for value in values):
            same[name] = differing.pop(name)[0]
    for name, field in fields.items():
        if name in differing or name in same:
            continue
        if field.unique and field.has_default():
            differing[name] = [field.get_default() for _ in range(count)]
        else:
            same[name] = timezone.now() if getattr(field, "auto_now_add", False) else field.get_default()
    database = connections[DEFAULT_DB_ALIAS]
    prepared = [_stored(fields[name], column) for name, column in differing.items()]
    sql = _statement(model, database.vendor, tuple(same), tuple(differing), returning, ignore_conflicts)
    values = [fields[name].get_db_prep_save(value, database) for name, value in same.items()]
    rows = list(zip(*prepared, strict=True)) if prepared else [()] * count
    with transaction.atomic(savepoint=False), database.cursor() as cursor:
        cursor.execute(sql, [*values, json.dumps(rows, default=str)])
        return list(cursor.fetchall()) if returning else []


def _stored(field: Field[Any, Any], column: Sequence[Any]) -> Sequence[Any]:
    """The values as the database takes them; a plain text is one already, and Django would ask twice of each."""
    if type(field) in (CharField, TextField) and all(type(value) is str for value in column):
        return column
    database = connections[DEFAULT_DB_ALIAS]
    return [field.get_db_prep_save(value, database) for value in column]


@lru_cache(maxsize=64)
def _statement(
    model: type[Model],
    vendor: str,
    same: tuple[str, ...],
    differing: tuple[str, ...],
    returning: tuple[str, ...],
    ignore_conflicts: bool,
) -> str:
    fields: dict[str, Field[Any, Any]] = {field.attname: field for field in model._meta.concrete_fields}

    def quoted(names: tuple[str, ...]) -> str:
        return ", ".join(connection.ops.quote_name(str(fields[name].column)) for name in names)

    if vendor == "postgresql":
        taken = [f"(one->>{place})::{_type_of(fields[name])}" for place, name in enumerate(differing)]
        source = "jsonb_array_elements(%s::jsonb) one"
    else:
        taken = [f"json_extract(value, '$[{place}]')" for place in range(len(differing))]
        source = "json_each(%s)"
    return " ".join(
        [
            f"INSERT INTO {connection.ops.quote_name(model._meta.db_table)} ({quoted(same + differing)})",
            f"SELECT {', '.join(['%s'] * len(same) + taken)} FROM {source} WHERE true",  # noqa: S608
            "ON CONFLICT DO NOTHING" if ignore_conflicts else "",
            f"RETURNING {quoted(returning)}" if returning else "",
        ]
    )


def _type_of(field: Field[Any, Any]) -> str:
    """For a cast; without a length, which a cast would cut to in silence."""
    return str(field.db_type(connection)).partition("(")[0]
