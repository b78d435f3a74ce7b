"""Asks the workers to make copies anew that an earlier generation of recipes made."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from apps.evidence.services.remaking import older_items, remake_older
from apps.ledger.values import Actor


class Command(BaseCommand):
    help = "Asks for new copies of items that older recipes made. Workers make them when nothing else waits."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--unplayable", action="store_true", help="Also try what no decoder read before.")
        parser.add_argument("--limit", type=int, help="Ask for at most so many.")
        parser.add_argument("--dry-run", action="store_true", help="Only count them.")

    def handle(self, *args: Any, **options: Any) -> None:
        unplayable = options["unplayable"]
        if options["dry_run"]:
            self.stdout.write(f"{older_items(unplayable=unplayable).count()} items were made by older recipes.")
            return
        actor = Actor.system("remake_copies")
        asked = remake_older(actor=actor, unplayable=unplayable, limit=options["limit"])
        self.stdout.write(f"{asked} items are being made anew.")
