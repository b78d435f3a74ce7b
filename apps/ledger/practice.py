"""Whether a database is a practice city. The first entry of its ledger says so, and nothing can be written before it.

So a real portal's database never becomes one, whatever its settings say, and a practice city never becomes real.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.db import DEFAULT_DB_ALIAS, connections, transaction

from apps.core.own_database import NO_ANSWER, NOT_YET
from apps.core.tables import filled_tables
from apps.ledger.models import Entry
from apps.ledger.services import record
from apps.ledger.values import Actor, Subject

MARK = "practice.opened"
_REAL = "PRACTICE is on, but this database holds a real portal: nothing was shown or changed. Take PRACTICE away."
_FOREIGN = "This database is a practice city and PRACTICE is off: nothing real may be kept in it."
_EMPTY = "PRACTICE is on and the database is empty: `manage.py prepare_database` makes it a practice city."


def is_marked() -> bool:
    """Whether the ledger's first entry says that nothing here is real."""
    return Entry.objects.order_by("pk").values_list("action", flat=True).first() == MARK


def open_practice() -> Entry:
    """Say, in the first entry of an empty ledger, that this database is a practice city. Raises ValueError."""
    with transaction.atomic():
        if not settings.PRACTICE or Entry.objects.exists():
            raise ValueError("Only an empty database becomes a practice city, and only under PRACTICE.")
        return record("practice.opened", Subject.of("portal", "practice"), Actor.system("practice"))


def open_practice_if_empty(using: str) -> None:
    """After each migrate: an empty database becomes a practice city where the settings say so."""
    if settings.PRACTICE and using == DEFAULT_DB_ALIAS and not filled_tables(connections[using]):
        open_practice()


def database_is_ours(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Fail on a real database under PRACTICE, and on a practice city without it.

    Under PRACTICE every command asks (`manage.py check` too), else those that name the database. One that cannot be
    asked raises OperationalError only there.
    """
    if DEFAULT_DB_ALIAS not in (databases or ([DEFAULT_DB_ALIAS] if settings.PRACTICE else [])):
        return []
    try:
        return _problems()
    except NO_ANSWER:
        if databases:
            raise
        return []


def _problems() -> list[CheckMessage]:
    connection = connections[DEFAULT_DB_ALIAS]
    if Entry._meta.db_table in connection.introspection.table_names():
        if is_marked():
            return [] if settings.PRACTICE else [Error(_FOREIGN, id="ledger.E002")]
        if settings.PRACTICE and filled_tables(connection):
            return [Error(_REAL, id="ledger.E002")]
    return [Error(_EMPTY, id=NOT_YET)] if settings.PRACTICE else []
