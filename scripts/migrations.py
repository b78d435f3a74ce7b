"""Whether a migration can run while processes of the version before are still at work, as a release does it.

A release migrates first and then lets processes of the new version replace the others, so for half an hour old code
meets the new tables. What old code reads has to stay, and what it writes has to be taken: a column goes in the release
after the one whose code was the first not to read it, and the migration says which that was: `unread_since = "0.2.0"`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.migrations import Migration, operations
from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED

TAKES_AWAY = (
    operations.RenameModel,
    operations.RenameField,
    operations.RemoveField,
    operations.DeleteModel,
    operations.AlterModelTable,
)
NARROWS = (operations.AddConstraint, operations.AlterUniqueTogether)


def unsafe(migration: Migration, before: ProjectState, version: str) -> list[str]:
    """A sentence for each operation that breaks the version before `version`; none for an app's first migration.

    `before` is the state that the migration starts from.
    """
    if migration.initial:
        return []
    unread_since = getattr(migration, "unread_since", "")
    may_take_away = bool(unread_since) and _numbers(unread_since) < _numbers(version)
    found, state = [], before.clone()
    for operation in migration.operations:
        for why in _why_not(operation, migration.app_label, state, may_take_away=may_take_away):
            found.append(f"{migration.app_label}.{migration.name}: {operation.describe()}: {why}")
        operation.state_forwards(migration.app_label, state)
    return found


def _why_not(operation: Any, app: str, state: ProjectState, *, may_take_away: bool) -> Iterator[str]:
    if isinstance(operation, operations.SeparateDatabaseAndState):
        for inner in operation.database_operations:
            yield from _why_not(inner, app, state, may_take_away=may_take_away)
    if may_take_away:
        return
    if isinstance(operation, TAKES_AWAY):
        yield "the version before still reads it. Leave it for a release, then set unread_since."
    if isinstance(operation, NARROWS):
        yield "the version before may write rows that it refuses. Hold the rule in code for a release first."
    if isinstance(operation, operations.AddField) and not _may_be_left_out(operation.field):
        yield "the version before inserts rows without it. Give it null or db_default."
    if isinstance(operation, operations.AlterField):
        was = state.models[app, operation.model_name_lower].fields[operation.name]
        if was.null and not operation.field.null:
            yield "the version before may write NULL."
        if (was.max_length or 0) > (operation.field.max_length or was.max_length or 0):
            yield "the version before may write longer values."
        if operation.field.unique and not was.unique:
            yield "the version before may write a value twice."


def _may_be_left_out(field: Any) -> bool:
    return field.null or field.many_to_many or field.db_default is not NOT_PROVIDED


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
