"""The database refuses to change what was written."""

import pytest
from django.core.checks import Tags, run_checks
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from apps.ledger import services, triggers
from apps.ledger.models import Checkpoint, Entry, Place, PrivatePart, Subtree, Tree, Waiting
from apps.ledger.values import Act, Actor, Subject

pytestmark = pytest.mark.django_db
GUARDED = [Entry, Place, Subtree, Checkpoint, PrivatePart, Tree]


def fill():
    """One row in each table of the ledger."""
    act = Act(action="x", actor=Actor.system("test"), subject=Subject("camera", "1"), private={"name": "Ada"})
    entry = services.append(act)
    Place.objects.create(index=0, entry=entry, leaf_hash=bytes(32))
    Subtree.objects.create(height=8, position=0, root=bytes(32))
    Checkpoint.objects.create(number=1, size=1, root=bytes(32), note="…", signed_at=timezone.now())
    Tree.objects.update_or_create(pk=1, defaults={"size": 1, "frontier": bytes(32)})
    return entry


def refused(act, *arguments, **named):
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        act(*arguments, **named)


@pytest.mark.parametrize("model", GUARDED)
def test_no_row_can_be_deleted(model):
    fill()
    refused(model.objects.all()._raw_delete, "default")
    assert model.objects.exists()


@pytest.mark.parametrize(
    ("model", "changes"),
    [
        (Entry, {"leaf": b"{}"}),
        (Entry, {"action": "y"}),
        (Place, {"leaf_hash": bytes(range(32))}),
        (Subtree, {"root": bytes(range(32))}),
        (Checkpoint, {"note": "forged"}),
        (PrivatePart, {"data": "{}"}),
        (PrivatePart, {"salt": None}),
        (PrivatePart, {"salt": None, "data": "a value under another key"}),
        (PrivatePart, {"salt": bytes(32), "data": "a value under another key"}),
        (Tree, {"size": 0}),
        (Tree, {"frontier": b""}),
    ],
)
def test_no_row_can_be_changed(model, changes, settings):
    fill()
    if "another key" in str(changes.get("data")):
        settings.FIELD_KEYS = ["another key", *settings.FIELD_KEYS]
    refused(model.objects.update, **changes)


def test_private_data_can_be_written_again_by_another_field_key_and_not_by_the_same(settings):
    fill()
    refused(PrivatePart.objects.update, data="another value under the same key")
    settings.FIELD_KEYS = ["another key", *settings.FIELD_KEYS]
    assert PrivatePart.objects.update(data="the same value under another key") == 1


def test_private_data_can_be_blanked():
    fill()
    assert PrivatePart.objects.update(salt=None, data=None, erased_at=timezone.now()) == 1


def test_insert_or_replace_is_refused_like_a_delete():
    if connection.vendor != "sqlite":
        pytest.skip("INSERT OR REPLACE is SQLite's")
    fill()
    for table, column in ((Place._meta.db_table, "leaf_hash"), (Entry._meta.db_table, "leaf")):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table}")
            row = cursor.fetchone()
            names = [described[0] for described in cursor.description]
            changed = [b"forged" if name == column else value for name, value in zip(names, row, strict=True)]
            marks = ", ".join(["%s"] * len(row))
            refused(cursor.execute, f"INSERT OR REPLACE INTO {table} VALUES ({marks})", changed)


def test_truncate_is_refused():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    fill()
    connection.check_constraints()  # pending foreign key checks would refuse it for another reason
    for model in GUARDED:
        with connection.cursor() as cursor:
            refused(cursor.execute, f"TRUNCATE {model._meta.db_table} CASCADE")


def test_each_new_entry_waits_for_its_place():
    entry = fill()
    assert list(Waiting.objects.values_list("entry_id", flat=True)) == [entry.pk]


def database_errors():
    return [message.id for message in run_checks(tags=[Tags.database], databases=["default"])]


def test_the_system_check_fails_without_a_trigger_and_migrate_makes_it_again():
    assert database_errors() == []
    with connection.cursor() as cursor:
        table = Entry._meta.db_table
        cursor.execute(
            f"DROP TRIGGER {table}_no_update" + (f" ON {table}" if connection.vendor == "postgresql" else "")
        )
    assert triggers.missing() == [f"{table}_no_update"]
    assert database_errors() == ["ledger.E001"]
    call_command("migrate", skip_checks=True, verbosity=0)
    assert database_errors() == []


def test_the_system_check_notices_a_trigger_that_does_nothing():
    table = Entry._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_delete")
        else:
            cursor.execute(f"DROP TRIGGER {table}_no_delete")
            cursor.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN SELECT 1; END")
    assert triggers.missing() == [f"{table}_no_delete"]


def test_guards_that_were_suspended_are_back_even_after_an_error():
    entry = fill()

    def change_and_fail():
        with triggers.suspended():
            Entry.objects.filter(pk=entry.pk).update(action="y")
            raise RuntimeError

    pytest.raises(RuntimeError, change_and_fail)
    assert triggers.missing() == []
    refused(Entry.objects.update, action="z")
