"""Which tables of the portal hold anything."""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

# What every migrate writes and nobody changes.
KEPT = frozenset({"django_content_type", "auth_permission"})


def own_tables(connection: BaseDatabaseWrapper) -> list[str]:
    """The tables of the portal's models, without those that every migrate fills."""
    return sorted(set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - KEPT)


def filled_tables(connection: BaseDatabaseWrapper) -> list[str]:
    """Those of them that hold a row."""
    questions = [
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {connection.ops.quote_name(table)})"  # noqa: S608 - our own names
        for table in own_tables(connection)
    ]
    if not questions:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(questions))
        return [name for (name,) in cursor.fetchall()]
