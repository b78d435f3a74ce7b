"""Places without gaps, checkpoints signed, whatever dies."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import transaction

from apps.ledger import checkpoints, merkle, selectors, services, triggers
from apps.ledger.models import Checkpoint, Entry, Place, Subtree, Tree, Waiting
from apps.ledger.signed_notes import BadNote
from apps.ledger.tasks import sequence_ledger
from apps.ledger.values import Act, Actor, Subject

pytestmark = pytest.mark.django_db


def write(count, start=0):
    return [
        services.append(
            Act(action="x", actor=Actor.system("test"), subject=Subject("camera", str(number)), facts={"n": number})
        )
        for number in range(start, start + count)
    ]


def leaves_in_order():
    return [bytes(leaf) for leaf in Entry.objects.order_by("place__index").values_list("leaf", flat=True)]


def test_entries_get_their_places_in_order_without_gaps_and_a_signed_root():
    entries = write(5)
    assert sequence_ledger() == 5
    assert [entry.place.index for entry in entries] == [0, 1, 2, 3, 4]
    frontier = merkle.Frontier()
    frontier.extend(map(merkle.leaf_hash, leaves_in_order()), keep_from=8)
    checkpoint = selectors.latest_checkpoint()
    state = checkpoints.open_note(checkpoint.note)
    assert (state.size, state.root) == (5, frontier.root()) == (checkpoint.size, bytes(checkpoint.root))
    assert not Waiting.objects.exists()


def test_nothing_to_do_signs_nothing():
    assert services.sequence() == 0
    write(1)
    assert services.sequence() == 1
    assert services.sequence() == 0
    assert Checkpoint.objects.count() == 1


def test_many_batches_grow_one_tree_whose_proofs_verify(monkeypatch):
    monkeypatch.setattr(services, "BATCH", 100)
    write(530)
    assert services.sequence() == 530
    assert sequence_after(70) == 70
    last = selectors.latest_checkpoint()
    assert last.size == 600
    assert list(Subtree.objects.order_by("height", "position").values_list("height", "position")) == [
        (8, 0),
        (8, 1),
        (9, 0),
    ]
    leaves = leaves_in_order()
    for index in (0, 255, 256, 511, 512, 599):
        assert merkle.verify_inclusion(
            leaf=merkle.leaf_hash(leaves[index]),
            index=index,
            size=600,
            proof=selectors.inclusion_proof(index=index, size=600),
            root=bytes(last.root),
        )
    for earlier in Checkpoint.objects.exclude(size=600):
        assert merkle.verify_consistency(
            old=earlier.size,
            new=600,
            old_root=bytes(earlier.root),
            new_root=bytes(last.root),
            proof=selectors.consistency_proof(old=earlier.size, new=600),
        )


def sequence_after(count):
    write(count, start=1000)
    return services.sequence()


def test_a_proof_beyond_the_tree_is_refused():
    write(3)
    services.sequence()
    with pytest.raises(ValueError, match="not come that far"):
        selectors.inclusion_proof(index=0, size=4)
    with pytest.raises(ValueError, match="not come that far"):
        selectors.inclusion_proof(index=0, size=600)


def test_a_proof_of_600_entries_reads_few_rows(django_assert_max_num_queries):
    write(600)
    services.sequence()
    with django_assert_max_num_queries(4):
        selectors.inclusion_proof(index=5, size=600)


@pytest.mark.parametrize("step", ["Place", "Subtree", "Tree", "Checkpoint"])
def test_a_sequencer_that_dies_in_any_step_leaves_the_state_before(monkeypatch, step):
    write(300)

    class Died(BaseException):
        pass

    def die(*_, **__):
        raise Died

    manager = getattr(services, step).objects
    for name in ("bulk_create", "create") if step != "Tree" else ():
        monkeypatch.setattr(manager, name, die, raising=False)
    if step == "Tree":
        monkeypatch.setattr(services.Frontier, "__bytes__", die)
    with pytest.raises(Died), transaction.atomic():
        services.sequence()
    monkeypatch.undo()
    assert not Place.objects.exists()
    assert not Checkpoint.objects.exists()
    assert services.sequence() == 300
    assert selectors.latest_checkpoint().size == 300


def test_the_sequencer_signs_nothing_upon_a_tree_that_was_changed():
    write(3)
    services.sequence()
    forged = merkle.Frontier()
    forged.extend([bytes(32)] * 3, keep_from=8)
    with triggers.suspended():
        Tree.objects.update(frontier=bytes(forged))
        Checkpoint.objects.update(root=forged.root())
    write(1)
    with pytest.raises(services.LedgerBroken):
        services.sequence()
    assert Checkpoint.objects.count() == 1


def test_the_sequencer_signs_nothing_upon_a_note_of_somebody_else(settings):
    write(3)
    services.sequence()
    settings.LEDGER_KEY = "11" * 32
    write(1)
    with pytest.raises(services.LedgerBroken):
        services.sequence()


def test_a_new_key_goes_on_where_the_old_verifier_is_known(settings):
    write(3)
    services.sequence()
    settings.LEDGER_OLD_VERIFIERS = [checkpoints.verifier_key()]
    settings.LEDGER_KEY = "11" * 32
    settings.LEDGER_ORIGIN = "new.example.org/ledger"
    write(1)
    assert services.sequence() == 1
    assert checkpoints.open_note(selectors.latest_checkpoint().note).origin == "new.example.org/ledger"


def test_the_note_is_what_c2sp_describes(settings):
    settings.LEDGER_ORIGIN = "portal.example.org/ledger"
    note = checkpoints.sign(7, bytes(range(32)), 3)
    text, signature = note.split("\n\n")
    assert text == "portal.example.org/ledger\n7\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\nnumber 3"
    dash, name, encoded = signature.rstrip("\n").split(" ")
    assert (dash, name) == ("—", "portal.example.org/ledger")
    written_name, key_id, key = checkpoints.verifier_key().split("+", 2)
    raw = base64.b64decode(encoded)
    assert (written_name, key_id) == (name, raw[:4].hex())
    public = base64.b64decode(key)
    assert public[0] == 1
    Ed25519PublicKey.from_public_bytes(public[1:]).verify(raw[4:], f"{text}\n".encode())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("\n7\n", "\n8\n"),
        ("\n7\n", "\n07\n"),
        ("number 3", "number 4"),
        ("number 3\n", ""),
        ("AAEC", "AAED"),
        ("— portal", "— evil"),
        ("—", "-"),
    ],
)
def test_a_changed_note_is_refused(settings, before, after):
    settings.LEDGER_ORIGIN = "portal.example.org/ledger"
    note = checkpoints.sign(7, bytes(range(32)), 3)
    with pytest.raises(BadNote):
        checkpoints.open_note(note.replace(before, after))


def test_an_erased_person_leaves_the_tree_whole():
    act = Act(action="x", actor=Actor.system("test"), subject=Subject("camera", "1"), private={"name": "Ada"})
    entry = services.append(act)
    services.sequence()
    before = bytes(entry.leaf)
    assert services.erase_private(entry=entry, reason="asked by the person", actor=Actor.system("test"))
    assert not services.erase_private(entry=entry, reason="asked again", actor=Actor.system("test"))
    entry = Entry.objects.get(pk=entry.pk)
    assert entry.private is None
    assert bytes(entry.private_part.salt or b"") == b""
    assert bytes(entry.leaf) == before
    erasure = selectors.entries_for(Subject.of("ledger_entry", entry.public_id))
    assert [found.facts for found in erasure] == [{"reason": "asked by the person"}]
