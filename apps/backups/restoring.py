"""Putting a backup back. The portal stands still meanwhile; what comes back proves itself before it works again."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from apps.backups import erasures, manifest, objects, postgresql, sqlite
from apps.backups.erasing_again import disposed, erase_again
from apps.backups.making import PROGRAM, portal_version
from apps.backups.ownership import as_owner_of
from apps.backups.proving import Proof, prove_items, prove_ledger
from apps.ledger import services as ledger
from apps.ledger.values import Actor


class CannotRestore(Exception):
    """Why nothing was put back, in a sentence."""


@dataclass(slots=True)
class Restored:
    """What came of it: the proof, objects copied back, people erased again, items that two people disposed of since."""

    proof: Proof = field(default_factory=Proof)
    copied: int = 0
    erased: int = 0
    disposed: list[str] = field(default_factory=list)


def place_database(
    folder: Path, *, replace: bool, data: Path | None, until: datetime | None, start: str, seconds: float
) -> manifest.Manifest:
    """Put the database of a backup that is whole in the portal's place, and wait until it answers.

    Raises CannotRestore, NotWhole and what PostgreSQL refuses.
    """
    said = manifest.read(folder)
    if said.database != connection.vendor:
        raise CannotRestore(f"The backup is of {said.database}, and DATABASE_URL names {connection.vendor}.")
    aside = f"before-{timezone.now():%Y%m%dT%H%M%SZ}"
    if connection.vendor == "sqlite":
        if until is not None:
            raise CannotRestore("SQLite can only be put back to the time of a backup.")
        sqlite.check(folder)
        _refuse_what_is_there(sqlite.holds_something(), replace)
        with as_owner_of(Path(settings.BACKUP_DIR)):
            sqlite.place(folder, aside=aside)
        return said
    if data is None:
        raise CannotRestore("Name PostgreSQL's folder of data (--data).")
    postgresql.check(folder)
    _refuse_what_is_there(postgresql.holds_something(data), replace)
    postgresql.place(folder, data, aside=aside, until=until)
    if start:
        subprocess.run(shlex.split(start), check=True, stdin=subprocess.DEVNULL)
    with as_owner_of(Path(settings.BACKUP_DIR)):
        postgresql.wait(seconds)
    postgresql.remove_copied_log(data)
    return said


def bring_back(*, given: Sequence[str], read: bool, actor: Actor, told: Callable[[str], None]) -> Restored:
    """Prove the database that was put back, bring back what it refers to, and erase again who was erased. One entry.

    Can be killed and repeated. Raises CannotRestore, StoreUnavailable, OSError.
    """
    if MigrationExecutor(connection).migration_plan(MigrationExecutor(connection).loader.graph.leaf_nodes()):
        raise CannotRestore(
            f"The database is of another version than the portal here ({portal_version()}). Run `release`, and then"
            " this command again with --placed."
        )
    restored = Restored()
    proof = restored.proof
    told("Comparing the ledger with what was kept outside.")
    prove_ledger(proof, given)
    try:
        listed = erasures.read()
    except manifest.NotWhole as error:
        proof.broken.append(str(error))
        listed = []
    forgotten = erasures.forgotten(listed)
    items, gone = disposed(forgotten)
    restored.disposed = [str(item.public_id) for item in items]
    told("Bringing back evidence and files that are missing.")
    restored.copied = objects.copy_back(leave_out=gone).copied
    prove_items(proof, gone=gone, read=read, told=told, looked_in=", in the store and in the backup")
    told("Erasing again who was erased since.")
    again = erase_again(forgotten, actor=actor)
    restored.erased = again.erased
    proof.broken += again.failures
    with transaction.atomic():
        ledger.record(
            "backup.restored",
            PROGRAM,
            actor,
            entries=proof.entries,
            outside=proof.outside,
            broken=len(proof.broken),
            unproved=len(proof.unproved),
            copied=restored.copied,
            erased_again=restored.erased,
            disposed_since=len(restored.disposed),
        )
    return restored


def _refuse_what_is_there(there: bool, replace: bool) -> None:
    if there and not replace:
        raise CannotRestore(
            "There is a database already. Nothing was changed. With --replace it is put aside, and nothing of it goes."
        )
