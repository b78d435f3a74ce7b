"""`verify_ledger` finds whatever was changed behind the guards."""

import io
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.utils import timezone

from apps.ledger import checkpoints, services, triggers, verification
from apps.ledger.canonical import canonical
from apps.ledger.merkle import Frontier, leaf_hash
from apps.ledger.models import Checkpoint, Entry, Place, PrivatePart, Subtree, Tree, Waiting
from apps.ledger.values import Act, Actor, Subject

pytestmark = pytest.mark.django_db


def write(count, private=True):
    return [
        services.append(
            Act(
                action="camera.registered",
                actor=Actor(kind="user", public_id=f"u{number}", role="owner"),
                subject=Subject("camera", f"c{number}"),
                facts={"n": number},
                private={"name": f"Ada {number}"} if private and number % 3 == 0 else {},
            )
        )
        for number in range(count)
    ]


def verify(*arguments):
    """Exit code and output of the command."""
    out = io.StringIO()
    try:
        call_command("verify_ledger", *arguments, stdout=out, stderr=out)
    except SystemExit as ended:
        return ended.code, out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def ledger():
    """Thirty entries under two checkpoints."""
    entries = write(20)
    services.sequence()
    entries += write(10)
    services.sequence()
    return entries


def test_a_whole_ledger_is_whole_and_counted(ledger):
    code, words = verify()
    assert (code, words.splitlines()[-1]) == (0, "What is here is whole.")
    assert "entries       30: 30 with a place\n" in words
    assert "private parts 11 kept, 0 erased\n" in words
    assert "checkpoints   2, and 0 kept outside the database\n" in words
    assert "Nothing from outside was compared" in words


def test_an_empty_ledger_is_whole():
    assert verify()[0] == 0


def test_entries_that_still_wait_are_counted_not_broken(ledger):
    write(2)
    code, words = verify()
    assert code == 0
    assert "32: 30 with a place, 2 waiting for one" in words


def change(model, **values):
    """Change the one row of `model` that stands for `at`, behind the guards."""
    at = values.pop("at")
    with triggers.suspended():
        assert model.objects.filter(**at).update(**values) == 1


def another_leaf(entry):
    return canonical({**entry.record, "facts": {"n": 99}})


def test_changed_bytes_of_an_entry_are_found(ledger):
    change(Entry, at={"pk": ledger[4].pk}, leaf=another_leaf(ledger[4]))
    code, words = verify()
    assert code == 1
    assert "BROKEN        place 4: the entry's bytes are not those that were hashed" in words
    assert "BROKEN        checkpoint 20: the first 20 entries have another root" in words


def test_changed_bytes_with_a_matching_leaf_hash_are_found(ledger):
    leaf = another_leaf(ledger[25])
    change(Entry, at={"pk": ledger[25].pk}, leaf=leaf)
    change(Place, at={"entry": ledger[25]}, leaf_hash=leaf_hash(leaf))
    code, words = verify()
    assert code == 1
    assert "checkpoint 30: the first 30 entries have another root" in words
    assert "checkpoint 20" not in words


def rewritten_to_the_root(ledger):
    """All that somebody with the database, but without the key, can do."""
    leaf = another_leaf(ledger[25])
    change(Entry, at={"pk": ledger[25].pk}, leaf=leaf)
    change(Place, at={"entry": ledger[25]}, leaf_hash=leaf_hash(leaf))
    frontier = Frontier()
    hashes = Place.objects.order_by("index").values_list("leaf_hash", flat=True)
    frontier.extend(map(bytes, hashes), keep_from=8)
    change(Tree, at={"pk": 1}, frontier=bytes(frontier))
    change(Checkpoint, at={"size": 30}, root=frontier.root())
    return frontier.root()


def test_a_ledger_rewritten_up_to_the_root_is_found_by_the_signature(ledger):
    rewritten_to_the_root(ledger)
    code, words = verify()
    assert code == 1
    assert "checkpoint 30: its note says another size or root" in words


def test_a_ledger_rewritten_and_signed_with_another_key_is_found(ledger, settings):
    key = settings.LEDGER_KEY
    root = rewritten_to_the_root(ledger)
    settings.LEDGER_KEY = "22" * 32
    note = checkpoints.sign(30, root, 2)
    settings.LEDGER_KEY = key
    change(Checkpoint, at={"size": 30}, note=note)
    code, words = verify()
    assert code == 1
    assert "checkpoint 30: No known key signed it." in words


def test_a_history_signed_again_with_the_key_is_found_by_a_checkpoint_kept_elsewhere(ledger, tmp_path):
    kept = tmp_path / "checkpoint"
    kept.write_text(Checkpoint.objects.get(size=30).note)
    code, words = verify("--checkpoint", str(kept))
    assert (code, words.splitlines()[-1]) == (0, "The ledger is whole.")
    root = rewritten_to_the_root(ledger)
    change(Checkpoint, at={"size": 30}, note=checkpoints.sign(30, root, 2))
    assert verify()[0] == 0
    code, words = verify("--checkpoint", str(kept))
    assert code == 1
    assert "checkpoint 30: the first 30 entries have another root" in words


def drop_last(ledger):
    """Everything after the first checkpoint disappears, with whatever points to it."""
    late = [entry.pk for entry in ledger[20:]]
    state = Frontier()
    hashes = Place.objects.order_by("index").values_list("leaf_hash", flat=True)[:20]
    state.extend(map(bytes, hashes), keep_from=8)
    with triggers.suspended():
        for model in (Place, PrivatePart):
            model.objects.filter(entry_id__in=late)._raw_delete("default")
        Entry.objects.filter(pk__in=late)._raw_delete("default")
        Checkpoint.objects.filter(size=30)._raw_delete("default")
        Tree.objects.update(size=20, frontier=bytes(state))


def test_an_end_that_was_cut_off_is_found_by_a_checkpoint_kept_elsewhere(ledger, tmp_path):
    kept = tmp_path / "checkpoint"
    kept.write_text(Checkpoint.objects.get(size=30).note)
    drop_last(ledger)
    code, words = verify("--checkpoint", str(kept))
    assert code == 1
    assert "checkpoint 30: only 20 entries have a place" in words


def test_a_missing_place_is_found(ledger):
    with triggers.suspended():
        Place.objects.filter(index=7)._raw_delete("default")
    code, words = verify()
    assert code == 1
    assert "places: 29 of them, yet the last is 29" in words
    assert f"entry {ledger[7].pk}: it has no place and waits for none" in words


def test_an_entry_without_place_that_nobody_will_sequence_is_found(ledger):
    entry = write(1)[0]
    Waiting.objects.filter(entry_id=entry.pk).delete()
    code, words = verify()
    assert code == 1
    assert f"entry {entry.pk}: it has no place and waits for none" in words


def test_swapped_places_are_found(ledger):
    with triggers.suspended():
        for index, spare in ((3, 1000), (4, 3), (1000, 4)):
            Place.objects.filter(index=index).update(index=spare)
    code, words = verify()
    assert code == 1
    assert "checkpoint 20: the first 20 entries have another root" in words


def test_a_removed_checkpoint_is_found(ledger):
    with triggers.suspended():
        Checkpoint.objects.filter(size=30)._raw_delete("default")
    code, words = verify()
    assert code == 1
    assert "tree: it says 30, 30 entries have a place, signed is 20" in words


def test_a_changed_tree_row_is_found(ledger):
    change(Tree, at={"pk": 1}, frontier=bytes(32 * 4))
    code, words = verify()
    assert code == 1
    assert "tree: its frontier gives another root than the entries" in words


@pytest.mark.parametrize(
    "changes",
    [
        {"action": "camera.retired"},
        {"actor_id": "somebody else"},
        {"actor_kind": "system"},
        {"subject_id": "c9"},
        {"subject_kind": "site"},
        {"recorded_at": timezone.now()},
        {"public_id": "00000000-0000-0000-0000-000000000001"},
        {"leaf": b"no json"},
        {"leaf": b"[]"},
    ],
)
def test_a_column_that_says_something_else_than_the_leaf_is_found(ledger, changes):
    change(Entry, at={"pk": ledger[5].pk}, **changes)
    code, words = verify()
    assert code == 1
    assert f"entry {ledger[5].pk}: its columns do not say what its leaf says" in words


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"data": '{"name":"Eve"}'}, "not what the entry commits to"),
        ({"salt": bytes(32)}, "not what the entry commits to"),
        ({"data": None}, "blanked without an erasure"),
    ],
)
def test_changed_private_data_are_found(ledger, changes, finding):
    change(PrivatePart, at={"pk": ledger[3].pk}, **changes)
    code, words = verify()
    assert code == 1
    assert f"private part of entry {ledger[3].pk}: {finding}" in words


def test_private_data_that_were_removed_or_added_are_found(ledger):
    with triggers.suspended():
        PrivatePart.objects.filter(pk=ledger[3].pk)._raw_delete("default")
    PrivatePart.objects.create(entry=ledger[4], salt=bytes(32), data="{}")
    code, words = verify()
    assert code == 1
    assert f"private part of entry {ledger[3].pk}: it is gone" in words
    assert f"private part of entry {ledger[4].pk}: the entry commits to none" in words


def test_broken_ciphertext_is_broken_and_a_missing_key_is_not_checked(ledger, settings):
    settings.FIELD_KEYS = ["another key"]
    code, words = verify()
    assert code == 2
    assert words.count("no configured field key opens it") == 11
    assert "What could be checked is whole." in words


def test_ciphertext_that_was_changed_is_broken(ledger):
    with triggers.suspended(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ledger_privatepart SET data = substr(data, 1, 60) || '_0_' || substr(data, 64) WHERE entry_id = %s",
            [ledger[0].pk],
        )
    code, words = verify()
    assert code == 1
    assert f"private part of entry {ledger[0].pk}: not what the entry commits to" in words


def test_an_erasure_leaves_the_ledger_whole(ledger):
    services.erase_private(entry=ledger[0], reason="asked by the person", actor=Actor.system("test"))
    services.sequence()
    code, words = verify()
    assert code == 0
    assert "private parts 10 kept, 1 erased" in words


def test_a_clock_that_went_back_keeps_the_order_and_is_counted(ledger):
    with time_machine.travel(timezone.now() - timedelta(hours=2)):
        write(3, private=False)
        services.sequence()
    code, words = verify()
    assert code == 0
    assert "33: 33 with a place, 3 with a clock that went back" in words


def test_missing_guards_are_named(ledger):
    with triggers.suspended():
        code, words = verify()
    assert code == 0
    assert "guards are missing: ledger_entry_no_update" in words


def test_a_database_that_cannot_be_read_is_not_called_broken(monkeypatch):
    def fail(_):
        raise DatabaseError("gone")

    monkeypatch.setattr(verification.Checkpoint.objects, "order_by", fail)
    code, words = verify()
    assert code == 2
    assert "Could not check" in words


def test_a_large_ledger_is_checked_over_many_blocks(monkeypatch):
    monkeypatch.setattr(verification, "BLOCK_HEIGHT", 9)
    monkeypatch.setattr(verification, "BLOCK", 512)
    monkeypatch.setattr(services, "BATCH", 700)
    write(1400, private=False)
    services.sequence()
    write(136, private=False)
    services.sequence()
    assert Checkpoint.objects.count() == 3
    assert verify()[0] == 0
    row = Subtree.objects.get(height=10, position=0)
    change(Subtree, at={"pk": row.pk}, root=bytes(32))
    code, words = verify()
    assert code == 1
    assert "subtree 10/0: missing, or not what its entries give" in words
    assert verification.verify().broken_count == 1


@pytest.mark.parametrize("count", [255, 256, 512, 1024, 1025])
def test_sizes_around_full_blocks_are_whole(monkeypatch, count):
    monkeypatch.setattr(verification, "BLOCK_HEIGHT", 8)
    monkeypatch.setattr(verification, "BLOCK", 256)
    write(count, private=False)
    services.sequence()
    assert verify()[0] == 0


@pytest.mark.django_db(transaction=True)
def test_the_check_sees_one_state_and_keeps_no_writer_waiting(monkeypatch):
    """A writer and the sequencer work between two steps of the check."""
    import threading

    from django.db import connections, transaction

    def act():
        with transaction.atomic():
            write(3)
        services.sequence()
        connections.close_all()

    act()
    step = verification.verify_sequencer

    def interrupted(*arguments):
        other = threading.Thread(target=act)
        other.start()
        other.join(15)
        assert not other.is_alive()
        step(*arguments)

    monkeypatch.setattr(verification, "verify_sequencer", interrupted)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=WAL")  # as set-up leaves it
            assert cursor.fetchone()[0] == "wal"
    code, words = verify()
    assert code == 0, words
    assert "3: 3 with a place" in words
    assert Entry.objects.count() == 6
