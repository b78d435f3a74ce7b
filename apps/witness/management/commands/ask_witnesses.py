"""`manage.py ask_witnesses`: have the witnesses cosign the newest checkpoint now."""

from __future__ import annotations

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.witness.witnesses import ask_all


class Command(BaseCommand):
    """Ends with 0 (all cosigned), 1 (a witness contradicts the ledger) or 2 (a witness gave no answer)."""

    help = "Has each witness in LEDGER_WITNESSES cosign the newest checkpoint. The workers do so every five minutes."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.LEDGER_WITNESSES:
            raise CommandError("LEDGER_WITNESSES is not set. manage.py watch_ledger on another portal prints it.")
        answers = ask_all()
        for kept in answers.cosigned:
            self.stdout.write(
                f"cosigned      {kept.witness}: {kept.size} entries at {kept.cosigned_at:%Y-%m-%d %H:%M:%S} UTC"
            )
        for sentence in answers.silent:
            self.stdout.write(f"NO ANSWER     {sentence}")
        for sentence in answers.contradictions:
            self.stdout.write(f"CONTRADICTED  {sentence}")
        if answers.contradictions or answers.silent:
            sys.exit(1 if answers.contradictions else 2)
