"""`manage.py verify_ledger`: is the ledger whole?"""

from __future__ import annotations

import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError

from apps.ledger import checkpoints
from apps.ledger.verification import Report
from apps.witness.comparing import compare, note_from, takes_checkpoints


class Command(BaseCommand):
    """Prints counts and findings; ends with 0 (whole), 1 (broken) or 2 (could not check)."""

    help = "Checks every entry, place, private part and signed checkpoint of the ledger."

    def add_arguments(self, parser: CommandParser) -> None:
        takes_checkpoints(parser)

    def handle(self, *args: Any, checkpoint: list[str], **options: Any) -> None:
        started = time.monotonic()
        try:
            found = compare(list(map(note_from, checkpoint)))
        except (DatabaseError, OSError) as error:
            self.stderr.write(f"Could not check: {type(error).__name__}: {error}")
            sys.exit(2)
        report = found.report
        for name, silence in found.silent:
            self.stdout.write(f"warning       the witness {name} was not compared: {silence}")
        self._print(report, seconds=time.monotonic() - started)
        if found.unguarded:
            self.stdout.write(f"warning       the database's guards are missing: {', '.join(found.unguarded)}")
        for change in report.key_changes:
            self.stdout.write(f"warning       {change}")
        for finding in report.broken:
            self.stdout.write(f"BROKEN        {finding}")
        if report.broken_count > len(report.broken):
            self.stdout.write(f"BROKEN        … and {report.broken_count - len(report.broken)} more")
        for finding in report.unchecked:
            self.stdout.write(f"NOT CHECKED   {finding}")
        if report.broken_count:
            self.stdout.write("The ledger is broken.")
            sys.exit(1)
        if report.unchecked:
            self.stdout.write("What could be checked is whole.")
            sys.exit(2)
        if report.outside:
            self.stdout.write("The ledger is whole.")
            return
        self.stdout.write(
            "WARNING       Nothing from outside was compared. An end that was cut off, or an older copy of"
            " the database, would look the same. Give a checkpoint that was kept elsewhere (--checkpoint)."
        )
        self.stdout.write("What is here is whole.")

    def _print(self, report: Report, *, seconds: float) -> None:
        waiting = f", {report.waiting} waiting for one" if report.waiting else ""
        backwards = f", {report.clock_went_back} with a clock that went back" if report.clock_went_back else ""
        self.stdout.write(f"entries       {report.entries}: {report.placed} with a place{waiting}{backwards}")
        self.stdout.write(f"private parts {report.private_kept} kept, {report.private_erased} erased")
        self.stdout.write(f"checkpoints   {report.checkpoints}, and {report.outside} kept outside the database")
        self.stdout.write(f"root          {report.root.hex()}")
        self.stdout.write(f"verifier key  {checkpoints.verifier_key()}")
        self.stdout.write(f"checked in    {seconds:.1f} s")
