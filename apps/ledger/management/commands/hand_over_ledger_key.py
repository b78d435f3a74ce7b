"""`manage.py hand_over_ledger_key`: the present key vouches for the next one."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.ledger import checkpoints
from apps.ledger.handing_over import NotHandedOver, hand_over
from apps.ledger.values import Actor


class Command(BaseCommand):
    """Prints the checkpoint that both keys signed, and what to set afterwards."""

    help = "Signs a checkpoint with LEDGER_KEY and LEDGER_NEXT_KEY that names the next key. Again, it prints the same."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            checkpoint = hand_over(actor=Actor.system("hand_over_ledger_key"))
        except NotHandedOver as refusal:
            raise CommandError(str(refusal.message)) from refusal
        self.stdout.write(checkpoint.note)
        self.stdout.write("Keep this checkpoint outside. Then set, in every process:")
        self.stdout.write("LEDGER_KEY          what LEDGER_NEXT_KEY is now; leave LEDGER_NEXT_KEY out")
        self.stdout.write(f"LEDGER_OLD_VERIFIERS  add {checkpoints.verifier_key()}")
