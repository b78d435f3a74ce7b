"""Evidence and private files, copied beside the database's backups. What was copied once never changes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.utils import timezone

from apps.evidence.services.moving import copy_objects
from apps.evidence.services.removal import removed_since
from apps.evidence.storage import ObjectLocked, StoreUnavailable, store, store_of_copies

_DIGEST = re.compile(r"(?:^|/)([0-9a-f]{64})\.[a-z]+$")
# Seals that were committed late, or under a clock that was a little off.
_MARGIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Copied:
    """How many objects were copied now, and what could not be, in sentences."""

    copied: int
    failures: list[str]


def copy_out(*, only_new: bool) -> Copied:
    """Copy what the backup lacks. `only_new` looks at what came since the last run that failed nowhere.

    Can be killed and repeated. Raises StoreUnavailable.
    """
    began, failures = timezone.now(), []
    run = copy_objects(
        source=store(),
        target=store_of_copies(settings.BACKUP_EVIDENCE_URL),
        since=_copied_through() if only_new else None,
        on_failure=lambda key, why: failures.append(f"{key}: {why}"),
    )
    files = _copy_files(storages["files"], storages["backup_files"], failures)
    if not failures:
        _mark().write_text(began.isoformat())
    return Copied(run.copied + files, failures)


def copy_back(*, leave_out: Container[str]) -> Copied:
    """Copy what the portal's stores lack from the backup; a failure is an object that is whole in neither."""
    failures: list[str] = []
    run = copy_objects(
        source=store_of_copies(settings.BACKUP_EVIDENCE_URL),
        target=store(),
        leave_out=leave_out,
        on_failure=lambda key, why: failures.append(f"{key}: {why}"),
    )
    files = _copy_files(storages["backup_files"], storages["files"], failures)
    return Copied(run.copied + files, failures)


def remove_disposed(*, before: datetime, told: Callable[[str], None]) -> int:
    """Remove copies of what was disposed of before the oldest kept backup; returns how many."""
    copies, removed = store_of_copies(settings.BACKUP_EVIDENCE_URL), 0
    for key in removed_since(None, before):
        try:
            removed += copies.remove(key)
        except ObjectLocked:
            told(f"{key} was disposed of, and its copy is locked still.")
        except StoreUnavailable as error:
            told(str(error))
            break
    return removed


def _mark() -> Path:
    return Path(settings.BACKUP_DIR) / "copied-through"


def _copied_through() -> datetime | None:
    try:
        return datetime.fromisoformat(_mark().read_text()) - _MARGIN
    except (OSError, ValueError):
        return None


def _copy_files(source: Storage, target: Storage, failures: list[str]) -> int:
    copied = 0
    for name in _names(source, ""):
        if target.exists(name):
            continue
        with source.open(name) as handle:
            content = handle.read()
        named = _DIGEST.search(name)
        if named is not None and hashlib.sha256(content).hexdigest() != named[1]:
            failures.append(f"{name}: its bytes are not what its name says.")
            continue
        target.save(name, ContentFile(content))
        copied += 1
    return copied


def _names(where: Storage, folder: str) -> Iterator[str]:
    """Every file of a storage; those that begin with a dot are not finished."""
    try:
        inner, files = where.listdir(folder)
    except FileNotFoundError:
        return
    for name in sorted(files):
        if not name.startswith("."):
            yield f"{folder}{name}"
    for name in sorted(inner):
        yield from _names(where, f"{folder}{name}/")
