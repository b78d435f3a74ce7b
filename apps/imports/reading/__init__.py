"""From a file to rows of cells, whatever wrote it."""

from apps.imports.reading.files import read_table
from apps.imports.reading.geojson import read_geojson
from apps.imports.reading.sheets import read_csv
from apps.imports.reading.table import Table

__all__ = ["Table", "read_csv", "read_geojson", "read_table"]
