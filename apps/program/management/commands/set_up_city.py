"""`manage.py set_up_city FILE`: everything that a city begins with, in one go."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core.errors import PortalError
from apps.program.beginning import begin, read_plan
from apps.program.beginning.asking import as_toml, ask_agency


class Command(BaseCommand):
    help = (
        "Begins a city: agencies with zones, seal and first manager; terms, specification, catalog and streets. The "
        "file is TOML (deploy/city.example.toml). If it is not there, its contents are asked for and kept in it. It is "
        "checked as a whole first. What is there already is left alone, so the same again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the city's file; without it the terminal asks")
        parser.add_argument("--check", action="store_true", help="only say whether the file holds")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        try:
            if not file.exists() and not options["check"]:
                self._ask(file)
            plan = read_plan(file)
            if options["check"]:
                self.stdout.write(f"{file} holds. Nothing was begun.")
                return
            for sentence in begin(plan):
                self.stdout.write(sentence)
                self.stdout.flush()
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be read or written: {error.strerror}.") from error
        except (EOFError, KeyboardInterrupt) as error:
            raise CommandError(f"There is no file {file}, and nobody answered. Nothing was begun.") from error
        except PortalError as error:
            raise CommandError(str(error.message)) from error

    def _ask(self, file: Path) -> None:
        self.stdout.write(f"There is no file {file} yet. Answer some questions; the answers are kept in it.")
        agencies = [ask_agency(input, self.stdout.write)]
        while input("Another agency? (yes/no): ").strip().lower().startswith("y"):
            agencies.append(ask_agency(input, self.stdout.write))
        named = input("Files with streets, separated by commas; empty: later: ").split(",")
        streets = [Path(one.strip()).absolute() for one in named if one.strip()]
        with file.open("x", encoding="utf-8") as opened:
            opened.write(as_toml(agencies, streets))
