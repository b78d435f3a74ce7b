"""Starts the practice city over."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core.errors import PortalError
from apps.demo.resetting import reset_practice


class Command(BaseCommand):
    help = "Deletes everything in a practice city and loads it again, with today as its anchor. Refuses anywhere else."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = reset_practice(say=self.stdout.write if options["verbosity"] else lambda line: None)
        except PortalError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"The practice city starts over: {loaded.partners} partners, {loaded.cameras} cameras, "
            f"{loaded.requests} requests, {loaded.items} videos."
        )
