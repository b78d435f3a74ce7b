"""`manage.py export_checkpoint`: the newest signed checkpoint, to be kept outside the portal."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.ledger.selectors import latest_checkpoint


class Command(BaseCommand):
    """Prints the signed note and nothing else, so that it can be piped to wherever it is kept."""

    help = "Prints the newest signed checkpoint. Keep it where nobody with access to the portal can change it."

    def handle(self, *args: Any, **options: Any) -> None:
        newest = latest_checkpoint()
        if newest is None:
            raise CommandError("Nothing is signed yet.")
        self.stdout.write(newest.note, ending="")
