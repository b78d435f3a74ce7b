"""`manage.py load_zones AGENCY FILE.geojson`: the zones of an agency."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.agencies.models import Agency
from apps.agencies.zones import FILE_MOST, load_zones, read_zones
from apps.core.errors import PortalError
from apps.ledger.values import Actor


class Command(BaseCommand):
    help = (
        "Loads an agency's zones from a GeoJSON file in WGS 84: one polygon for each zone, with the properties “code” "
        "and “name”. New codes are added, known ones changed; zones that the file does not name stay."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("agency", help="the agency's short name, as in TPD")
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        agency = Agency.objects.filter(short_name__iexact=options["agency"], is_active=True).first()
        if agency is None:
            known = ", ".join(Agency.objects.filter(is_active=True).values_list("short_name", flat=True))
            raise CommandError(f"There is no agency {options['agency']}. There are: {known or 'none'}.")
        file: Path = options["file"]
        try:
            with file.open("rb") as opened:
                plans = read_zones(opened.read(FILE_MOST + 1))
            changes = load_zones(agency=agency, plans=plans, actor=Actor.system("load_zones"))
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except PortalError as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write(
            f"{agency}: {len(changes.added)} zones added, {len(changes.changed)} changed, {len(changes.same)} as they "
            f"were, {len(changes.untouched)} not in the file and left alone."
        )
