"""Checkpoints kept beside the database: what finds an end that was cut off, or an older copy that was put back.

Nothing inside a database can say that the database is the newest one. So the newest checkpoint of each day lies in a
folder of its own (LEDGER_WITNESS_DIR), goes out by mail, and stands on a public page: anybody who has one of these can
prove what was there.
"""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from apps.core.durable import sync_folder
from apps.ledger import checkpoints
from apps.ledger.models import Checkpoint
from apps.ledger.selectors import latest_checkpoint
from apps.ledger.signed_notes import BadNote


def keep() -> Path | None:
    """Write the newest checkpoint into the day's file, durably; None while nothing is signed. Raises OSError.

    A day's file is only ever replaced by a larger ledger: a database that was put back does not erase its witness.
    """
    newest = latest_checkpoint()
    if newest is None:
        return None
    folder = Path(settings.LEDGER_WITNESS_DIR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{datetime.now(UTC):%Y-%m-%d}.checkpoint"
    if path.exists() and _size(path.read_text()) >= newest.size:
        return path
    with tempfile.NamedTemporaryFile("w", dir=folder, suffix=".new", delete=False) as fresh:
        fresh.write(newest.note)
        fresh.flush()
        os.fsync(fresh.fileno())
    Path(fresh.name).replace(path)
    sync_folder(folder)
    return path


def kept() -> list[str]:
    """The signed notes in the folder, the oldest first."""
    return [path.read_text() for path in sorted(Path(settings.LEDGER_WITNESS_DIR).glob("*.checkpoint"))]


def newest_size() -> int:
    """How many entries the newest kept checkpoint vouches for; -1 where there is none. Raises OSError."""
    newest = max(Path(settings.LEDGER_WITNESS_DIR).glob("*.checkpoint"), default=None)
    return _size(newest.read_text()) if newest else -1


def contradicted() -> list[str]:
    """What the kept checkpoints say and the ledger does not: a sentence for each, none for a ledger that only grew."""
    found, signed = [], []
    for note in kept():
        try:
            signed.append(checkpoints.open_note(note))
        except BadNote as error:
            found.append(f"A kept checkpoint cannot be used: {error}")
    sizes = [state.size for state in signed]
    here = {size: bytes(root) for size, root in Checkpoint.objects.filter(size__in=sizes).values_list("size", "root")}
    return found + [
        f"The checkpoint of {state.size} entries was signed and kept, and the ledger has it no more."
        for state in signed
        if here.get(state.size) != state.root
    ]


def _size(note: str) -> int:
    try:
        return checkpoints.open_note(note).size
    except BadNote:
        return -1
