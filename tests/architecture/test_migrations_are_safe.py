"""A migration runs while the version before still works: what breaks that one is named before it is released."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from django.db import models
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

from scripts.migrations import unsafe

ROOT = Path(__file__).resolve().parents[2]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]


def before() -> ProjectState:
    state = ProjectState()
    fields = [("id", models.BigAutoField(primary_key=True)), ("name", models.CharField(max_length=80, null=True))]
    state.add_model(ModelState("lists", "Thing", fields))
    return state


def found(operation: operations.base.Operation, **more: object) -> list[str]:
    kind = type("Migration", (Migration,), {"operations": [operation], **more})
    return unsafe(kind("0002_more", "lists"), before(), "0.3.0")


def text(**more: object) -> models.CharField[str, str]:
    return models.CharField(**{"max_length": 80, **more})  # type: ignore[arg-type]


def test_no_migration_of_ours_breaks_the_version_before() -> None:
    loader = MigrationLoader(None)
    ours = [key for key in loader.graph.nodes if loader.disk_migrations[key].__module__.startswith("apps.")]
    assert len(ours) > 20
    wrong = []
    for key in ours:
        migration = loader.disk_migrations[key]
        if not migration.initial:
            wrong += unsafe(migration, loader.project_state(key, at_end=False), VERSION)
    assert wrong == []


@pytest.mark.parametrize(
    "operation",
    [
        operations.RemoveField("thing", "name"),
        operations.RenameField("thing", "name", "title"),
        operations.DeleteModel("Thing"),
        operations.RenameModel("Thing", "Item"),
        operations.AddField("thing", "more", text(default="")),
        operations.AlterField("thing", "name", text(null=False)),
        operations.AlterField("thing", "name", text(null=True, max_length=40)),
        operations.AlterField("thing", "name", text(null=True, unique=True)),
        operations.AddConstraint("thing", models.UniqueConstraint(fields=["name"], name="one")),
        operations.SeparateDatabaseAndState([operations.RemoveField("thing", "name")]),
    ],
    ids=lambda operation: operation.describe(),
)
def test_what_breaks_the_version_before_is_named(operation: operations.base.Operation) -> None:
    assert len(found(operation)) == 1


@pytest.mark.parametrize(
    "operation",
    [
        operations.AddField("thing", "more", text(null=True)),
        operations.AddField("thing", "more", text(db_default="")),
        operations.AlterField("thing", "name", text(null=True, max_length=200)),
        operations.AddIndex("thing", models.Index(fields=["name"], name="by_name")),
        operations.CreateModel("Other", [("id", models.BigAutoField(primary_key=True))]),
    ],
    ids=lambda operation: operation.describe(),
)
def test_what_the_version_before_does_not_notice_passes(operation: operations.base.Operation) -> None:
    assert found(operation) == []


def test_what_no_released_version_reads_any_more_may_go() -> None:
    gone = operations.RemoveField("thing", "name")
    assert found(gone, unread_since="0.2.0") == []
    assert len(found(gone, unread_since="0.3.0")) == 1, "this very release was the last to read it"
