"""`manage.py note_drill RECEIPT`: a restore was tried on another machine."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.signing import BadSignature

from apps.backups.drills import note_drill
from apps.ledger.values import Actor

EXIT_BROKEN = 1
EXIT_REFUSED = 64


class Command(BaseCommand):
    """`note_drill RECEIPT`."""

    help = (
        "Records that a restore was tried, by the receipt that restore_backup printed there. Exit code 0: recorded; "
        "1: recorded, and that restore found something wrong; 64: not a receipt of this portal."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("receipt", help="the last line of restore_backup, without its first word")

    def handle(self, *args: Any, receipt: str, **options: Any) -> None:
        """Raise CommandError with the exit codes of `help`."""
        try:
            drill = note_drill(written=receipt, actor=Actor.system("note_drill"))
        except (BadSignature, TypeError, ValueError) as error:
            raise CommandError(
                "This is not a receipt that this portal's keys made.", returncode=EXIT_REFUSED
            ) from error
        if drill.broken:
            message = f"Noted. That restore found {drill.broken} things wrong, so it does not count as a drill."
            raise CommandError(message, returncode=EXIT_BROKEN)
        self.stdout.write(f"Noted: the drill of {drill.at}, {drill.seconds} seconds, {drill.entries} acts.")
