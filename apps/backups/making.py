"""Making a backup: first the database, then what it refers to, so that no row points to bytes that were not copied."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from apps.backups import ages, erasures, folders, manifest, objects, postgresql, sqlite
from apps.backups.models import Part
from apps.core.connections import let_go_of_connection
from apps.ledger import services as ledger
from apps.ledger.models import Entry
from apps.ledger.selectors import latest_checkpoint
from apps.ledger.values import Actor, Subject

PROGRAM = Subject.of("program", "all")


@dataclass(slots=True)
class Backup:
    """What a run made: its folder (none if only files were copied), counts, what failed and what is weaker."""

    folder: Path | None = None
    copied: int = 0
    erasures: int = 0
    pruned: int = 0
    sent: int = 0
    failures: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def back_up(*, actor: Actor, told: Callable[[str], None] = lambda _step: None) -> Backup:
    """Copy database, evidence and files; keep the list of erasures; remove old backups. One entry.

    Killed anywhere, the next run begins the database anew and goes on with the files. Raises Busy, NotWhole,
    StoreUnavailable, ProgramFailed, OSError.
    """
    with folders.alone():
        backup = Backup()
        engine = postgresql if connection.vendor == "postgresql" else sqlite
        told("Copying the database.")
        made_at = timezone.now()
        folder = folders.begin(made_at)
        checkpoint = latest_checkpoint()
        said = {
            "made_at": made_at.isoformat(),
            "portal": portal_version(),
            "database": connection.vendor,
            "server": engine.version(),
            "migrations": _migrations(),
            "entries": Entry.objects.count(),
            "checkpoint": checkpoint.note if checkpoint else "",
        }
        if connection.vendor == "postgresql":
            backup.warnings += filter(None, [postgresql.archive_lags()])
        let_go_of_connection()
        names = engine.copy(folder)
        files = {name: manifest.digest_of(folder / name) for name in names}
        digest = manifest.write(folder, manifest.Manifest(**said, files=files))
        with transaction.atomic():
            ledger.record("backup.made", PROGRAM, actor, manifest=digest, database=connection.vendor)
            backup.folder = folders.finish(folder)
            ages.note(Part.DATABASE, made_at)
        _copy_objects(backup, told, only_new=False)
        _prune(backup)
        _send(backup, told)
        return backup


def copy_files(*, actor: Actor, told: Callable[[str], None] = lambda _step: None) -> Backup:
    """Copy only evidence and files that came since, and keep the list of erasures. One entry if anything came.

    Cheap enough for every five minutes. Raises as `back_up`.
    """
    with folders.alone():
        backup = Backup()
        _copy_objects(backup, told, only_new=True)
        _send(backup, told)
        if backup.copied or backup.failures:
            with transaction.atomic():
                ledger.record("backup.files_copied", PROGRAM, actor, copied=backup.copied, failed=len(backup.failures))
        return backup


def _copy_objects(backup: Backup, told: Callable[[str], None], *, only_new: bool) -> None:
    backup.erasures = erasures.keep()
    told("Copying evidence and files.")
    began = timezone.now()
    if connection.vendor == "postgresql" and postgresql.log_is_kept():
        ages.note(Part.LOG, began)
    run = objects.copy_out(only_new=only_new)
    backup.copied, backup.failures = run.copied, run.failures
    if not backup.failures:
        ages.note(Part.FILES, began)


def _send(backup: Backup, told: Callable[[str], None]) -> None:
    if not settings.BACKUP_BUCKET_URL:
        return
    from apps.backups import bucket  # boto3, which only who has a bucket needs

    began = timezone.now()
    let_go_of_connection()
    backup.sent = bucket.send(told)
    ages.note(Part.BUCKET, began)


def _prune(backup: Backup) -> None:
    backup.pruned = len(folders.prune(settings.BACKUPS_KEPT))
    oldest = folders.whole()[0]
    if connection.vendor == "postgresql":
        postgresql.prune_wal(oldest)
    objects.remove_disposed(before=folders.made_at(oldest), told=backup.warnings.append)


def _migrations() -> dict[str, str]:
    newest: dict[str, str] = {}
    for app, name in MigrationRecorder.Migration.objects.order_by("pk").values_list("app", "name"):
        newest[app] = name
    return newest


def portal_version() -> str:
    """The portal's version."""
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]
    return str(project["version"])
