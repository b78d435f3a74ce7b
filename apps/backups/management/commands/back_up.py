"""`manage.py back_up`: database, evidence and files, into BACKUP_DIR."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.backups.folders import Busy
from apps.backups.making import back_up, copy_files
from apps.backups.manifest import NotWhole
from apps.backups.postgresql import ProgramFailed
from apps.evidence.storage import StoreUnavailable
from apps.ledger.values import Actor

EXIT_FAILED = 1
EXIT_AWAY = 2
EXIT_BUSY = 3


class Command(BaseCommand):
    """`back_up [--files]`."""

    help = (
        "Backs up database, evidence and private files. The portal works meanwhile. Keys are not in it. "
        "Exit code 0: all is there; 1: something could not be copied, it is named; 2: a store or the database does not "
        "answer, run it again; 3: another backup runs."
    )

    # What is wrong with the set-up is no reason to have no backup.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--files", action="store_true", help="only evidence and files that came since the last run, and erasures"
        )

    def handle(self, *args: Any, files: bool, **options: Any) -> None:
        """Raise CommandError or SystemExit with the exit codes of `help`."""
        make = copy_files if files else back_up
        try:
            backup = make(actor=Actor.system("back_up"), told=self.stdout.write)
        except Busy as error:
            raise CommandError("Another backup runs.", returncode=EXIT_BUSY) from error
        except (StoreUnavailable, ProgramFailed, OSError) as error:
            raise CommandError(f"{error} Run this again.", returncode=EXIT_AWAY) from error
        except NotWhole as error:
            raise CommandError(str(error), returncode=EXIT_FAILED) from error
        for warning in backup.warnings:
            self.stderr.write(f"warning: {warning}")
        for failure in backup.failures:
            self.stderr.write(f"not copied: {failure}")
        if backup.folder is not None:
            self.stdout.write(f"backup {backup.folder}, {backup.pruned} old ones removed")
        self.stdout.write(f"{backup.copied} files copied, {backup.erasures} erasures noted")
        if backup.sent:
            self.stdout.write(f"{backup.sent} files sent to the bucket")
        if backup.failures:
            sys.exit(EXIT_FAILED)
