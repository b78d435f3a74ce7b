"""`manage.py watch_ledger`: this portal becomes a witness for another portal's ledger."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from apps.core.errors import PortalError
from apps.ledger.values import Actor
from apps.witness import keys
from apps.witness.services import stop_watching, watch

_ACTOR = Actor.system("watch_ledger")


class Command(BaseCommand):
    """Prints the line that the other portal sets."""

    help = "Makes this portal a witness for another portal's ledger. Prints what to set there."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("verifier", help="the other ledger's verifier key, as verify_ledger prints it there")
        parser.add_argument("--stop", action="store_true", help="cosign nothing more that this key signed")

    def handle(self, *args: Any, verifier: str, stop: bool, **options: Any) -> None:
        try:
            if stop:
                watched = stop_watching(verifier=verifier, actor=_ACTOR)
                left = len(watched.verifiers)
                self.stdout.write(f"{watched.origin}: {left} keys left." if left else f"{watched.origin}: not watched.")
                return
            watched = watch(verifier=verifier, actor=_ACTOR)
        except PortalError as refusal:
            raise CommandError(str(refusal.message)) from refusal
        address = settings.SITE_URL.rstrip("/") + reverse("witness:add_checkpoint").removesuffix("/add-checkpoint")
        self.stdout.write(f"This portal is a witness for {watched.origin}. Set there, in every process:")
        self.stdout.write(f"LEDGER_WITNESSES={keys.verifiers()[-1]} {address}")
        self.stdout.write("Several witnesses are separated by commas. Then run there: manage.py ask_witnesses")
