"""`manage.py rotate_field_keys`: nothing lies under an older field key any more."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.ledger.values import Actor
from apps.privacy.field_keys import rotate_field_keys


class Command(BaseCommand):
    """Ends with 0 (all under the newest key), 1 (`--check`: something is left) or 2 (something cannot be opened)."""

    help = "Writes again, under the first of FIELD_KEYS, what an older one wrote. Run it again after an interruption."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only count what an older key wrote")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        counts = rotate_field_keys(actor=Actor.system("rotate_field_keys"), look_only=check)
        for count in counts:
            if count.rewritten or count.unreadable:
                words = f"{count.rewritten} {'left' if check else 'written again'}"
                closed = f", {count.unreadable} that no configured key opens" if count.unreadable else ""
                self.stdout.write(f"{count.column.table}.{count.column.name}: {words}{closed}")
        if any(count.unreadable for count in counts):
            self.stdout.write("Some values cannot be opened. Put their key back into FIELD_KEYS.")
            sys.exit(2)
        if check and any(count.rewritten for count in counts):
            self.stdout.write("An older key is still needed.")
            sys.exit(1)
        self.stdout.write("Everything lies under the newest key. The older ones can be taken out of FIELD_KEYS.")
