"""Puts common cameras and recorders into the catalog."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.cameras.catalog import FIRST, read_entries
from apps.cameras.services import load_catalog
from apps.core.errors import PortalError
from apps.ledger.values import Actor


class Command(BaseCommand):
    help = "Adds the entries of a JSON file that the catalog lacks. What staff wrote is not overwritten."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=FIRST)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            added = load_catalog(entries=read_entries(options["file"]), actor=Actor.system("load_catalog"))
        except (OSError, ValueError) as error:
            raise CommandError(f"The file cannot be read: {error}") from error
        except PortalError as error:
            raise CommandError(f"{error.message} {dict(getattr(error, 'fields', {}))}") from error
        self.stdout.write(f"{added} entries were added to the catalog.")
