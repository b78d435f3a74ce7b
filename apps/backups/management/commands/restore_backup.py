"""`manage.py restore_backup`: put a backup back, and let it prove itself."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from apps.backups.drills import receipt
from apps.backups.manifest import NotWhole
from apps.backups.ownership import as_owner_of
from apps.backups.postgresql import CannotPlace, ProgramFailed
from apps.backups.restoring import CannotRestore, Restored, bring_back, place_database
from apps.evidence.storage import StoreError
from apps.ledger.values import Actor
from apps.witness.comparing import note_from, takes_checkpoints

EXIT_UNPROVED = 2
EXIT_REFUSED = 64
ENDINGS = ("What was put back is whole.", "What was put back is not whole.", "What could be proved is whole.")


class Command(BaseCommand):
    """`restore_backup FOLDER --checkpoint SOURCE …`."""

    help = (
        "Puts a backup back: database, evidence, private files. The portal has to stand still. Then it compares the "
        "ledger with checkpoints that were kept outside, and each item with the ledger and with its bytes, and erases "
        "again who was erased since. Exit code 0: all is proved; 1: something is wrong, it is named; 2: all that could "
        "be proved is right; 64: nothing was put back."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, help="a folder below BACKUP_DIR/databases")
        takes_checkpoints(parser)
        parser.add_argument("--replace", action="store_true", help="put a database that is there aside")
        parser.add_argument("--data", type=Path, help="PostgreSQL's folder of data, for instance …/17/main")
        parser.add_argument("--until", type=_instant, metavar="TIME", help="recover to this time: 2026-11-30T08:15:00Z")
        parser.add_argument("--start", default="", metavar="COMMAND", help="starts PostgreSQL; without it, you do")
        parser.add_argument("--wait", type=float, default=3600, metavar="SECONDS", help="for PostgreSQL's recovery")
        parser.add_argument("--placed", action="store_true", help="the database is back; go on after that")
        parser.add_argument("--no-reading", action="store_true", help="look only whether originals are there")

    def handle(self, *args: Any, folder: Path | None, placed: bool, **options: Any) -> None:
        """Raise CommandError or SystemExit with the exit codes of `help`."""
        began = time.monotonic()
        try:
            given = [note_from(source) for source in options["checkpoint"]]
            if not placed:
                self._place(folder, options)
            with as_owner_of(Path(settings.BACKUP_DIR)):
                restored = bring_back(
                    given=given,
                    read=not options["no_reading"],
                    actor=Actor.system("restore_backup"),
                    told=self.stdout.write,
                )
        except (CannotRestore, CannotPlace, ProgramFailed, NotWhole) as error:
            raise CommandError(str(error), returncode=EXIT_REFUSED) from error
        except (DatabaseError, StoreError, OSError, subprocess.CalledProcessError) as error:
            message = f"{error} What was put back stays. Run this again with --placed."
            raise CommandError(message, returncode=EXIT_UNPROVED) from error
        self._print(restored, time.monotonic() - began)

    def _place(self, folder: Path | None, options: dict[str, Any]) -> None:
        if folder is None:
            raise CommandError("Name a backup: a folder below BACKUP_DIR/databases.", returncode=EXIT_REFUSED)
        if options["data"] is not None and not options["start"]:
            self.stdout.write("Start PostgreSQL once its data are back; this command waits for it.")
        said = place_database(
            folder,
            replace=options["replace"],
            data=options["data"],
            until=options["until"],
            start=options["start"],
            seconds=options["wait"],
        )
        self.stdout.write(f"The database of {said.made_at} is back.")

    def _print(self, restored: Restored, seconds: float) -> None:
        proof = restored.proof
        proof.tell_counts(self.stdout.write)
        self.stdout.write(f"copied back  {restored.copied}")
        self.stdout.write(f"erased again {restored.erased}")
        for item in restored.disposed:
            self.stdout.write(f"NOT BACK     item {item} was disposed of since: two custodians do it again")
        proof.tell(self.stdout.write)
        self.stdout.write(ENDINGS[proof.exit_code])
        self.stdout.write(f"receipt      {receipt(proof, seconds=seconds)}")
        if proof.exit_code:
            sys.exit(proof.exit_code)


def _instant(written: str) -> datetime:
    found = datetime.fromisoformat(written)
    if found.tzinfo is None:
        raise ValueError(written)
    return found
