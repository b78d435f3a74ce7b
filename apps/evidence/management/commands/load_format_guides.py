"""Puts formats of common recorders into the catalog of formats."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core.errors import PortalError
from apps.evidence.format_guides import FIRST, read_guides
from apps.evidence.services.format_guides import load_format_guides
from apps.ledger.values import Actor


class Command(BaseCommand):
    help = "Adds the formats of a JSON file that the catalog lacks. What staff wrote is not overwritten."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=FIRST)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            guides = read_guides(options["file"])
            added = load_format_guides(guides=guides, actor=Actor.system("load_format_guides"))
        except (OSError, ValueError) as error:
            raise CommandError(f"The file cannot be read: {error}") from error
        except PortalError as error:
            raise CommandError(f"{error.message} {dict(getattr(error, 'fields', {}))}") from error
        self.stdout.write(f"{added} formats were added to the catalog.")
