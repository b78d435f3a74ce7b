"""Copy the evidence into another store."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.evidence.services.moving import move_evidence
from apps.evidence.storage import StoreUnavailable, store_at
from apps.ledger.values import Actor

EXIT_FAILED = 1
EXIT_AWAY = 2
EXIT_WRONG_ARGUMENTS = 64


class Command(BaseCommand):
    """`move_evidence --to URL [--from URL] [--verify]`."""

    help = (
        "Copies every original and every derivative into another store, reads each back there, and removes nothing. "
        "The portal may work meanwhile; run it again after a stop. "
        "Exit code 0: all is there; 1: some objects are not whole where they lie; 2: a store does not answer."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", required=True, metavar="URL", help="the new store, written like EVIDENCE_URL")
        parser.add_argument("--from", dest="source", metavar="URL", help="the old store; EVIDENCE_URL if not given")
        parser.add_argument("--verify", action="store_true", help="also read again what lies in the new store already")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raise CommandError or SystemExit with the exit codes of `help`."""
        source, target = store_at(options["source"] or settings.EVIDENCE_URL), store_at(options["to"])
        if source.name == target.name:
            raise CommandError("--to is the store that the evidence lies in.", returncode=EXIT_WRONG_ARGUMENTS)
        try:
            run = move_evidence(
                source=source,
                target=target,
                actor=Actor.system("move_evidence"),
                verify=options["verify"],
                on_failure=lambda key, why: self.stderr.write(f"not copied: {key}: {why}"),
            )
        except StoreUnavailable as error:
            raise CommandError(f"{error} Run this again later; it goes on there.", returncode=EXIT_AWAY) from error
        self.stdout.write(f"copied {run.copied}, there already {run.there_already}, failed {run.failed}")
        if run.failed:
            raise SystemExit(EXIT_FAILED)
