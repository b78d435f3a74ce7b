"""Publishes the terms of a folder: at once where nobody has accepted anything yet, else after the notice period."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core.errors import PortalError
from apps.ledger.values import Actor
from apps.terms.dates import begin_of, earliest_effective_on, today
from apps.terms.selectors import terms_in_force
from apps.terms.services import publish_and_put_in_force, publish_terms
from apps.terms.states import TermsKind
from apps.terms.texts import folder_of, read_texts

ACTOR = Actor.system("publish_terms")


class Command(BaseCommand):
    help = (
        "Publishes privacy and installation terms from a folder (<language>.md and summary_<language>.md for each "
        "language). In force at once where nobody has accepted anything yet, else after the notice period of a "
        "material change. Does nothing where these very texts are in force already."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, help="default: the texts that come with the portal")
        parser.add_argument("--kind", choices=TermsKind.values, help="which document the folder holds")
        parser.add_argument(
            "--at-once", action="store_true", help="without a notice period: who has not accepted falls silent now"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path | None = options["folder"]
        kinds = [options["kind"]] if options["kind"] else ([TermsKind.PRIVACY] if folder else TermsKind.values)
        for kind in kinds:
            try:
                self.stdout.write(f"{kind}: {_publish(kind, folder or folder_of(kind), options['at_once'])}")
            except OSError as error:
                raise CommandError(f"A text cannot be read: {error}") from error
            except PortalError as error:
                raise CommandError(str(error.message)) from error


def _publish(kind: str, folder: Path, at_once: bool) -> str:
    summaries, texts = read_texts(folder)
    present = terms_in_force(kind)
    day = earliest_effective_on(kind, material=True)
    is_same = present is not None and present.text == {code: words.strip() for code, words in texts.items()}
    if is_same or day == today() or at_once:
        version, changed = publish_and_put_in_force(summary=summaries, full_text=texts, kind=kind, actor=ACTOR)
        return f"version {version.number} is in force {'now' if changed else 'already'}."
    version = publish_terms(summary=summaries, full_text=texts, kind=kind, actor=ACTOR, effective_at=begin_of(day))
    return f"version {version.number} is published and takes effect on {day.isoformat()}."
