"""`manage.py rebuild_access_events [--check]`: the table of access events, made again from the ledger."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.access.services import rebuild_access_events


class Command(BaseCommand):
    """Compares the table with the ledger, which is the truth, and repairs it. Safe to run while the portal runs."""

    help = "Compares the access events with the ledger's entries and repairs them; with --check it only compares."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Change nothing; exit code 1 if the table differs.")

    def handle(self, *args: Any, **options: Any) -> None:
        found = rebuild_access_events(repair=not options["check"])
        summary = f"{found.kept} events agree, {found.missing} were missing, {found.surplus} were too many."
        if options["check"] and (found.missing or found.surplus):
            raise CommandError(summary)
        self.stdout.write(summary)
