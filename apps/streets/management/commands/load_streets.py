"""`manage.py load_streets FILE …`: the city's streets, for the maps and for finding addresses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.ledger.values import Actor
from apps.streets.services import load_streets
from apps.streets.ways import StreetsUnreadable


class Command(BaseCommand):
    """Takes zipped shapefiles, GeoJSON and PMTiles; all files of one call become the current streets together."""

    help = (
        "Loads streets: Census TIGER/Line roads (tl_…_roads.zip), address ranges (tl_…_addrfeat.zip) and water "
        "(tl_…_areawater.zip), or a GIS office's zipped shapefile or GeoJSON, or a ready archive of tiles (Protomaps' "
        "basemap, .pmtiles; it has no house numbers). Replaces what was loaded before."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--name", default="", help="what to call them; the files' names otherwise")

    def handle(self, *args: Any, **options: Any) -> None:
        files: list[Path] = options["files"]
        for file in files:
            if not file.is_file():
                raise CommandError(f"There is no file {file}.")
        name = options["name"] or ", ".join(file.name for file in files)
        try:
            made = load_streets(
                files=files, name=name[:120], actor=Actor.system("load_streets"), near=tuple(settings.PORTAL_BOUNDS)
            )
        except StreetsUnreadable as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write(f"{made.streets.count()} streets and {made.tiles.count()} tiles are in use.")
