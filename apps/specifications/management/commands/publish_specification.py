"""Puts an installation specification in force."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core.errors import PortalError
from apps.ledger.values import Actor
from apps.specifications.first import FIRST, read_checks
from apps.specifications.selectors import specification_in_force
from apps.specifications.services import publish_specification


class Command(BaseCommand):
    help = "Puts the installation specification of a JSON file in force, unless these very checks are in force already."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=FIRST)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            checks = read_checks(options["file"])
            present = specification_in_force()
            if present is not None and present.checks == checks:
                self.stdout.write(f"Specification {present.number} is in force already.")
                return
            specification = publish_specification(checks=checks, actor=Actor.system("publish_specification"))
        except (OSError, ValueError) as error:
            raise CommandError(f"The file cannot be read: {error}") from error
        except PortalError as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write(f"Specification {specification.number} is in force now.")
