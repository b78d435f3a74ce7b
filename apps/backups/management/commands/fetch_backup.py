"""`manage.py fetch_backup`: bring a backup from the bucket into BACKUP_DIR, from where it is restored."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.backups import folders
from apps.backups.manifest import NotWhole
from apps.evidence.storage import StoreError

EXIT_FAILED = 1
EXIT_AWAY = 2
EXIT_BUSY = 3


class Command(BaseCommand):
    """`fetch_backup [NAME] [--list]`."""

    help = (
        "Brings a backup of the database from the bucket of backups into BACKUP_DIR, with PostgreSQL's log, files and "
        "the list of erasures; then restore_backup puts it back. It can be killed and run again. Exit code 0: it is "
        "there and whole; 1: it is not whole, or not this portal's; 2: the bucket does not answer, run it again; 3: a "
        "backup runs."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="?", default="", help="for instance 20261130T023000Z; the newest without it")
        parser.add_argument("--list", action="store_true", help="only print which ones the bucket has")

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        """Raise CommandError with the exit codes of `help`."""
        if not settings.BACKUP_BUCKET_URL:
            raise CommandError("There is no bucket of backups: set BACKUP_BUCKET_URL.", returncode=EXIT_FAILED)
        from apps.backups import bucket

        try:
            if options["list"]:
                self.stdout.write("\n".join(bucket.databases()))
                return
            with folders.alone():
                backup = bucket.fetch(name, self.stdout.write)
        except folders.Busy as error:
            raise CommandError("A backup runs.", returncode=EXIT_BUSY) from error
        except NotWhole as error:
            raise CommandError(str(error), returncode=EXIT_FAILED) from error
        except (StoreError, OSError) as error:
            raise CommandError(f"{error} Run this again.", returncode=EXIT_AWAY) from error
        self.stdout.write(f"The backup is in {backup}.")
