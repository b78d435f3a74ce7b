"""Publishes the terms of a folder and puts them in force."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core.errors import PortalError
from apps.ledger.values import Actor
from apps.terms.services import publish_and_put_in_force
from apps.terms.texts import FOLDER, read_texts


class Command(BaseCommand):
    help = (
        "Publishes the terms in a folder (<language>.md and summary_<language>.md for each language) and puts them in "
        "force. Partners then have to accept again. Does nothing if these very texts are in force already."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            summaries, texts = read_texts(options["folder"])
            version, changed = publish_and_put_in_force(
                summary=summaries, full_text=texts, actor=Actor.system("publish_terms")
            )
        except OSError as error:
            raise CommandError(f"A text cannot be read: {error}") from error
        except PortalError as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write(
            f"Version {version.number} is in force now."
            if changed
            else f"Version {version.number} is in force already."
        )
