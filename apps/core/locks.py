"""Locks on rows. docs/locking.md says in which order they are taken, and why.

No other module calls `select_for_update`: here several rows are always locked in the order of their keys, and a row
that nobody deletes is locked so that rows which refer to it may still be written.
"""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Manager, Model, QuerySet

Row = TypeVar("Row", bound=Model)


def locked(rows: QuerySet[Row] | Manager[Row], *, skip_locked: bool = False) -> QuerySet[Row]:
    """These rows, locked until the transaction ends (`FOR NO KEY UPDATE`), in the order of their keys.

    Joined rows are not locked. `skip_locked` leaves out what somebody else holds. Raises `Busy` when it is evaluated
    and a lock is not to be had in time.
    """
    return rows.all().order_by("pk").select_for_update(of=("self",), no_key=True, skip_locked=skip_locked)


def locked_exclusively(rows: QuerySet[Row] | Manager[Row]) -> QuerySet[Row]:
    """As `locked`, and no new row may refer to these meanwhile (`FOR UPDATE`): for rows that will be deleted."""
    return rows.all().order_by("pk").select_for_update(of=("self",))
