"""Somebody with all rights to database and store changes the past: one bit, one row, or everything and signs it again.

`BITS` and `ACTS` are the ways, each a function that does one of them at random and returns the names of which the
findings must say one. Whoever looks holds one thing from outside: the newest checkpoint.
"""

from __future__ import annotations

import contextlib
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from apps.backups.proving import Proof, prove_items, prove_ledger
from apps.disclosure.package.verify_package import verify as verify_package
from apps.evidence.models import EvidenceItem
from apps.evidence.services.sealing import hash_and_seal
from apps.evidence.states import ItemState
from apps.evidence.storage import original_key
from apps.ledger import checkpoints, services, triggers
from apps.ledger.canonical import canonical
from apps.ledger.merkle import Frontier, leaf_hash
from apps.ledger.models import Checkpoint, Entry, Place, PrivatePart, Tree, Waiting
from apps.ledger.services import SUBTREES_FROM
from apps.ledger.values import Act, Actor, Subject
from tests.factories.evidence import received_item
from tests.factories.packages import KEY, package_files, unpacked, with_tags

CLERK = Actor.system("tests")
Row = TypeVar("Row", bound=models.Model)
Way = Callable[["City", random.Random], Sequence[str]]


@dataclass
class City:
    """A small ledger with items, a package that left, and the checkpoint that somebody outside keeps."""

    package: Path
    items: list[EvidenceItem] = field(default_factory=list)
    kept: str = ""

    def live(self, rng: random.Random, acts: int) -> None:
        """So many acts, as a day brings them, and the checkpoint after them goes outside."""
        for number in range(acts):
            write(rng, number)
            if number % 9 == 8:
                services.sequence()
        self.give_out()

    def give_out(self) -> None:
        """The newest checkpoint goes to whoever keeps it outside."""
        services.sequence()
        self.kept = Checkpoint.objects.latest("size").note

    def take_in(self, content: bytes) -> None:
        """One more file arrives and is sealed."""
        item = received_item(content)
        assert hash_and_seal(item_pk=item.pk)
        item.refresh_from_db()
        self.items.append(item)

    def findings(self) -> list[str]:
        """All that whoever looks is told of database and store."""
        proof = Proof()
        prove_ledger(proof, [self.kept])
        prove_items(proof, gone=(), read=True, told=lambda _line: None)
        return proof.broken

    @contextlib.contextmanager
    def undone(self) -> Iterator[None]:
        """What the block does to the database and to originals is taken back."""
        before = {item.pk: path_of(item).read_bytes() for item in self.items}
        items = list(self.items)
        kept = self.kept
        try:
            with transaction.atomic():
                yield
                transaction.set_rollback(True)
        finally:
            self.items, self.kept = items, kept
            for item in items:
                write_bytes(path_of(item), before[item.pk])


def founded(folder: Path, rng: random.Random) -> City:
    """A city with some days behind it."""
    city = City(unpacked(folder, package_files()))
    for number in range(6):
        city.take_in(rng.randbytes(800 + number))
        city.live(rng, 5)
    return city


def write(rng: random.Random, number: int) -> Entry:
    """An entry as any of the portal's; every third has a private part."""
    return services.append(
        Act(
            action="camera.registered",
            actor=Actor(kind="user", public_id=f"u{number}", role="owner"),
            subject=Subject("camera", f"c{rng.randrange(1000)}"),
            facts={"n": number},
            private={"name": f"Ada {rng.randrange(1000)}"} if number % 3 == 0 else {},
        )
    )


def path_of(item: EvidenceItem) -> Path:
    """Where the folder store keeps the original, by what was sealed and not by what a row says now."""
    return Path(settings.EVIDENCE_URL.removeprefix("file://")) / original_key(str(item.digest))


def write_bytes(path: Path, content: bytes) -> None:
    """Write past the store and its lock, as somebody with the disk would."""
    if path.exists():
        path.chmod(0o600)
    path.write_bytes(content)
    path.chmod(0o400)


def flipped(content: bytes, rng: random.Random) -> bytes:
    """The bytes with one bit changed."""
    place = rng.randrange(len(content))
    return content[:place] + bytes([content[place] ^ (1 << rng.randrange(8))]) + content[place + 1 :]


def flipped_text(content: str, rng: random.Random) -> str:
    """The text with one bit of one ASCII character changed, and still one that a database can keep."""
    while True:
        place = rng.randrange(len(content))
        changed = chr(ord(content[place]) ^ (1 << rng.randrange(7)))
        if content[place].isascii() and changed != "\0":
            return content[:place] + changed + content[place + 1 :]


def change(row: models.Model, **values: object) -> None:
    """Change a row behind the guards."""
    with triggers.suspended():
        assert type(row)._default_manager.filter(pk=row.pk).update(**values) == 1


# -- one bit ---------------------------------------------------------------------------------------------------------


def bit_of_an_original(city: City, rng: random.Random) -> Sequence[str]:
    item = rng.choice(city.items)
    write_bytes(path_of(item), flipped(path_of(item).read_bytes(), rng))
    return [str(item.public_id)]


def bit_of_an_items_digest(city: City, rng: random.Random) -> Sequence[str]:
    item = rng.choice(city.items)
    change(item, digest=flipped_text(str(item.digest), rng))
    return [str(item.public_id)]


def bit_of_an_entry(_city: City, rng: random.Random) -> Sequence[str]:
    place = _any(Place, rng)
    change(place.entry, leaf=flipped(bytes(place.entry.leaf), rng))
    return [f"place {place.index}:"]


def bit_of_a_leaf_hash(_city: City, rng: random.Random) -> Sequence[str]:
    place = _any(Place, rng)
    change(place, leaf_hash=flipped(bytes(place.leaf_hash), rng))
    return [f"place {place.index}:"]


def bit_of_a_root(_city: City, rng: random.Random) -> Sequence[str]:
    checkpoint = _any(Checkpoint, rng)
    change(checkpoint, root=flipped(bytes(checkpoint.root), rng))
    return [f"checkpoint {checkpoint.size}:"]


def bit_of_a_note(_city: City, rng: random.Random) -> Sequence[str]:
    checkpoint = _any(Checkpoint, rng)
    change(checkpoint, note=flipped_text(checkpoint.note, rng))
    return [f"checkpoint {checkpoint.size}:"]


def bit_of_the_frontier(_city: City, rng: random.Random) -> Sequence[str]:
    tree = Tree.objects.get()
    change(tree, frontier=flipped(bytes(tree.frontier), rng))
    return ["tree:"]


def bit_of_a_salt(_city: City, rng: random.Random) -> Sequence[str]:
    part = _private_part(rng)
    change(part, salt=flipped(bytes(part.salt or b""), rng))
    return [_named(part)]


def bit_of_private_words(_city: City, rng: random.Random) -> Sequence[str]:
    part = _private_part(rng)
    change(part, data=flipped_text(str(part.data), rng))
    return [_named(part)]


BITS: list[Way] = [
    bit_of_an_original,
    bit_of_an_items_digest,
    bit_of_an_entry,
    bit_of_a_leaf_hash,
    bit_of_a_root,
    bit_of_a_note,
    bit_of_the_frontier,
    bit_of_a_salt,
    bit_of_private_words,
]


def flip_in_package(city: City, rng: random.Random) -> tuple[str, list[str]]:
    """One bit of one file of the package; which file, and what its own program finds wrong."""
    path = rng.choice(sorted(one for one in city.package.rglob("*") if one.is_file()))
    before = path.read_bytes()
    try:
        write_bytes(path, flipped(before, rng))
        return str(path.relative_to(city.package)), verify_package(city.package, KEY).wrong
    finally:
        write_bytes(path, before)


def repack(rng: random.Random) -> tuple[str, list[str]]:
    """A file of the payload changed and the bag made anew around it, so that every list fits."""
    files = package_files()
    path = rng.choice([one for one in files if one.startswith("data/") and not one.startswith("data/custody/")])
    files[path] = flipped(files[path], rng)
    with tempfile.TemporaryDirectory() as folder:
        return path, verify_package(unpacked(Path(folder), with_tags(files)), KEY).wrong


# -- whole rows, and everything signed again with the portal's own key -------------------------------------------------


def an_entry_deleted(_city: City, rng: random.Random) -> Sequence[str]:
    rows = _history()
    del rows[rng.randrange(len(rows))]
    return _rewritten(rows)


def two_entries_reordered(_city: City, rng: random.Random) -> Sequence[str]:
    rows = _history()
    one, two = rng.sample(range(len(rows)), 2)
    rows[one], rows[two] = rows[two], rows[one]
    return _rewritten(rows)


def the_end_cut_off(_city: City, rng: random.Random) -> Sequence[str]:
    rows = _history()
    return _rewritten(rows[: rng.randrange(1, len(rows))])


def rolled_back_to_a_checkpoint(_city: City, rng: random.Random) -> Sequence[str]:
    sizes = list(Checkpoint.objects.order_by("size").values_list("size", flat=True))
    return _rewritten(_history()[: rng.choice(sizes[:-1])])


def an_entry_written_anew(_city: City, rng: random.Random) -> Sequence[str]:
    rows = _history()
    entry = rng.choice(rows)
    record = {**entry.record, "facts": {"n": rng.randrange(10**6)}}
    change(entry, leaf=canonical(record))
    return _rewritten(_history())


def two_private_parts_swapped(_city: City, rng: random.Random) -> Sequence[str]:
    one, two = rng.sample(list(PrivatePart.objects.filter(data__isnull=False)), 2)
    change(one, salt=two.salt, data=two.data)
    change(two, salt=one.salt, data=one.data)
    return [_named(one), _named(two)]


def a_private_part_blanked(_city: City, rng: random.Random) -> Sequence[str]:
    part = _private_part(rng)
    change(part, salt=None, data=None, erased_at=timezone.now())
    return [_named(part)]


def a_private_part_removed(_city: City, rng: random.Random) -> Sequence[str]:
    part = _private_part(rng)
    with triggers.suspended():
        PrivatePart.objects.filter(pk=part.pk)._raw_delete("default")
    return [_named(part)]


def an_original_exchanged(city: City, rng: random.Random) -> Sequence[str]:
    """The row is made to fit the other file, so the store alone finds nothing."""
    item, other = rng.sample(city.items, 2)
    change(item, digest=other.digest, size=other.size)
    return [str(item.public_id)]


def an_original_sealed_again(city: City, rng: random.Random) -> Sequence[str]:
    """Another file is put in its place and the ledger is told a second time: by its own rules, and signed."""
    item, other = rng.sample(city.items, 2)
    change(item, digest=other.digest, size=other.size)
    facts = {"digest": other.digest, "size": other.size}
    services.record("evidence_item.sealed", Subject("evidence_item", str(item.public_id)), CLERK, **facts)
    services.sequence()
    return [str(item.public_id)]


def an_original_removed(city: City, rng: random.Random) -> Sequence[str]:
    item = rng.choice(city.items)
    path_of(item).unlink()
    return [str(item.public_id)]


def an_item_removed(city: City, rng: random.Random) -> Sequence[str]:
    """The row lives on under another name, so that nothing that refers to it is in the way."""
    item = rng.choice(city.items)
    change(item, public_id="00000000-0000-4000-8000-000000000000")
    return [str(item.public_id)]


def an_item_said_to_be_disposed_of(city: City, rng: random.Random) -> Sequence[str]:
    item = rng.choice(city.items)
    path_of(item).unlink()
    change(item, state=ItemState.DISPOSED)
    return [str(item.public_id)]


def an_item_said_never_to_have_been_sealed(city: City, rng: random.Random) -> Sequence[str]:
    item = rng.choice(city.items)
    path_of(item).unlink()
    change(item, state=ItemState.RECEIVED)
    return [str(item.public_id)]


ACTS: list[Way] = [
    an_entry_deleted,
    two_entries_reordered,
    the_end_cut_off,
    rolled_back_to_a_checkpoint,
    an_entry_written_anew,
    two_private_parts_swapped,
    a_private_part_blanked,
    a_private_part_removed,
    an_original_exchanged,
    an_original_sealed_again,
    an_original_removed,
    an_item_removed,
    an_item_said_to_be_disposed_of,
    an_item_said_never_to_have_been_sealed,
]


def _history() -> list[Entry]:
    return [place.entry for place in Place.objects.order_by("index").select_related("entry")]


def _rewritten(rows: list[Entry]) -> Sequence[str]:
    """Make this the history: every table fits, and the portal's key signs it. The kept checkpoint is all that knows."""
    assert len(rows) < 1 << SUBTREES_FROM, "subtrees would have to be written too"
    sizes = [size for size in Checkpoint.objects.order_by("size").values_list("size", flat=True) if size < len(rows)]
    kept = {entry.pk for entry in rows}
    gone = [pk for pk in Entry.objects.values_list("pk", flat=True) if pk not in kept]
    with triggers.suspended():
        Waiting.objects.all().delete()
        for table in (Place, Checkpoint):
            table.objects.all()._raw_delete("default")
        PrivatePart.objects.filter(pk__in=gone)._raw_delete("default")
        Entry.objects.filter(pk__in=gone)._raw_delete("default")
        state = Frontier()
        numbers = {size: number for number, size in enumerate([*sizes, len(rows)], 1)}
        for index, entry in enumerate(rows):
            hashed = leaf_hash(bytes(entry.leaf))
            Place.objects.create(index=index, entry=entry, leaf_hash=hashed)
            state.extend([hashed], keep_from=SUBTREES_FROM)
            if number := numbers.get(index + 1):
                root = state.root()
                note = checkpoints.sign(index + 1, root, number)
                Checkpoint.objects.create(number=number, size=index + 1, root=root, note=note, signed_at=timezone.now())
        Tree.objects.update(size=len(rows), frontier=bytes(state))
    return ["checkpoint "]


def _any(table: type[Row], rng: random.Random) -> Row:
    return rng.choice(list(table._default_manager.order_by("pk")))


def _private_part(rng: random.Random) -> PrivatePart:
    return rng.choice(list(PrivatePart.objects.filter(data__isnull=False).order_by("pk")))


def _named(part: PrivatePart) -> str:
    return f"private part of entry {part.pk}:"
