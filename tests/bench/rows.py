"""Rows that the database itself makes: a bench says what it cares about, and the models' defaults fill the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection, models


def insert(model: type[models.Model], values: Mapping[str, str], source: str, parameters: Mapping[str, Any]) -> None:
    """Insert `SELECT … FROM source` into the table of `model`: `values` has an SQL expression for a column's name.

    A column that is not named takes what a new object of the model would have, so that a new column with a default
    breaks no bench.
    """
    with connection.cursor() as cursor:
        fields = model._meta.local_concrete_fields
        unknown = set(values) - {field.column for field in fields}
        if unknown:
            raise ValueError(f"{model._meta.label} has no {', '.join(sorted(unknown))}")
        given = dict(parameters)
        spoken = [values.get(field.column) or _default(field, given) for field in fields]
        columns = ", ".join(f'"{field.column}"' for field in fields)
        cursor.execute(
            f'INSERT INTO "{model._meta.db_table}" ({columns}) SELECT {", ".join(spoken)} FROM {source}',  # noqa: S608 - ours
            given,
        )


def _default(field: Any, parameters: dict[str, Any]) -> str:
    """The expression of what a new object has: a UUID and a time of its own, and of anything else the same for all."""
    if isinstance(field, models.UUIDField) and not field.null:
        return "gen_random_uuid()"
    if isinstance(field, models.DateTimeField) and not field.null:
        return "now()"
    value = field.get_db_prep_save(field.get_default(), connection)
    if value is None and not field.null:
        raise ValueError(f"{field.model._meta.label}.{field.name} has no default: the bench has to say it")
    name = f"default_{field.column}"
    parameters[name] = value
    return f"%({name})s"
