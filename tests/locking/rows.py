"""Rows and keys for which transactions may wait, as PostgreSQL tells them."""

from __future__ import annotations

from functools import cache

from django.apps import apps
from django.db import connection
from django.db.models import UniqueConstraint, UUIDField

Row = tuple[str, str]  # table and key


def holders() -> dict[Row, str]:
    """Each row with the number of the transaction that last locked, changed or deleted it, whatever became of that.

    PostgreSQL writes the number into the row (`xmax`), at once and for every connection to see. A row that an open
    transaction has added is not among them.
    """
    with connection.cursor() as cursor:
        cursor.execute(_question())
        return {(table, key): holder for table, key, holder in cursor.fetchall()}


@cache
def _question() -> str:
    tables = {model._meta.db_table: model._meta.pk.column for model in apps.get_models(include_auto_created=True)}
    quote = connection.ops.quote_name
    return " UNION ALL ".join(
        f"SELECT '{table}', {quote(key)}::text, xmax::text FROM {quote(table)}" for table, key in sorted(tables.items())
    )


@cache
def with_unique_keys() -> frozenset[str]:
    """Tables where two new rows may have the same key, so that the second waits. A random UUID is never the same."""
    return frozenset(
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.unique_together
        or any(isinstance(rule, UniqueConstraint) for rule in model._meta.constraints)
        or any(
            field.unique and not field.primary_key and not isinstance(field, UUIDField)
            for field in model._meta.local_fields
        )
    )
