"""`manage.py prove_evidence`: is every item what was sealed?"""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from apps.backups.proving import Proof, prove_items, prove_ledger
from apps.evidence.storage import StoreError
from apps.witness.comparing import note_from, takes_checkpoints

EXIT_AWAY = 2
ENDINGS = ("Everything is what was sealed.", "Not everything is what was sealed.", "What could be proved is whole.")


class Command(BaseCommand):
    """`prove_evidence --checkpoint SOURCE … [--no-reading]`."""

    help = (
        "Compares the ledger with checkpoints that were kept outside, each item with the ledger both ways, and each "
        "original and derivative with its digest. It changes nothing. Exit code 0: all is proved; 1: something is "
        "wrong, it is named; 2: all that could be proved is right."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        takes_checkpoints(parser)
        parser.add_argument("--no-reading", action="store_true", help="look only whether originals are there")

    def handle(self, *args: Any, checkpoint: list[str], no_reading: bool, **options: Any) -> None:
        """Raise CommandError or SystemExit with the exit codes of `help`."""
        proof = Proof()
        try:
            prove_ledger(proof, [note_from(source) for source in checkpoint])
            prove_items(proof, gone=(), read=not no_reading, told=self.stdout.write)
        except (DatabaseError, StoreError, OSError) as error:
            raise CommandError(f"Could not compare everything: {error}", returncode=EXIT_AWAY) from error
        proof.tell_counts(self.stdout.write)
        proof.tell(self.stdout.write)
        self.stdout.write(ENDINGS[proof.exit_code])
        if proof.exit_code:
            sys.exit(proof.exit_code)
