"""Streets as a zipped shapefile: the Census Bureau's TIGER/Line files, or a GIS office's."""

from __future__ import annotations

import codecs
import itertools
import struct
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import shapefile  # type: ignore[import-untyped]
from django.utils.translation import gettext as _

from apps.streets.reading.fields import Columns, features
from apps.streets.ways import Feature, unreadable

MOST_BYTES = 4_000_000_000  # unpacked, of all parts
_PARTS = (".shp", ".dbf", ".shx", ".prj", ".cpg")
_SHAPES = {
    shapefile.POLYLINE: "line",
    shapefile.POLYLINEZ: "line",
    shapefile.POLYLINEM: "line",
    shapefile.POLYGON: "polygon",
    shapefile.POLYGONZ: "polygon",
    shapefile.POLYGONM: "polygon",
    shapefile.POINT: "point",
    shapefile.POINTZ: "point",
    shapefile.POINTM: "point",
}
# Latitude and longitude on a datum that differs from WGS 84 by less than two meters in North America.
_DATUMS = ("wgs_1984", "wgs 84", "wgs84", "north_american_1983", "nad83", "nad 83", "nad_1983")


Row = tuple[str, list[Any], dict[str, Any]]
"""A shape (point, line or polygon), its parts (of a point the point itself), and its record."""


def read_shapefile(path: Path) -> Iterator[Feature]:
    """The features of a ZIP that holds one shapefile. Raises StreetsUnreadable, with what to do."""
    columns: Columns | None = None
    for shape, parts, record in rows_of(path):
        columns = columns or Columns(record)
        yield from features(columns, record, shape, parts)


def rows_of(path: Path, *, most_bytes: int = 0) -> Iterator[Row]:
    """The rows of a ZIP that holds one shapefile; `most_bytes` unpacked, else MOST_BYTES. Raises StreetsUnreadable."""
    with tempfile.TemporaryDirectory(prefix="shapefile-") as folder:
        parts = _unpacked(path, Path(folder), most_bytes or MOST_BYTES)
        _check_projection(parts)
        try:
            with shapefile.Reader(
                shp=str(parts[".shp"]),
                dbf=str(parts[".dbf"]),
                shx=str(parts[".shx"]) if ".shx" in parts else None,
                encoding=_encoding(parts),
                encodingErrors="replace",
            ) as reader:
                yield from _rows(reader)
        except (shapefile.ShapefileException, struct.error, OSError, ValueError, IndexError) as error:
            raise unreadable(_("This shapefile is damaged. Download or export it again.")) from error


def _rows(reader: shapefile.Reader) -> Iterator[Row]:
    for row in reader.iterShapeRecords():
        shape = _SHAPES.get(row.shape.shapeType)
        if shape is None:
            continue
        points = row.shape.points
        starts = [*getattr(row.shape, "parts", [0]), len(points)]
        parts = [points[start:end] for start, end in itertools.pairwise(starts)]
        yield shape, points[:1] if shape == "point" else parts, row.record.as_dict()


def _unpacked(path: Path, folder: Path, most_bytes: int) -> dict[str, Path]:
    """The parts of the one shapefile in the ZIP, under names of ours."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [one for one in archive.infolist() if Path(one.filename).suffix.lower() in _PARTS]
            bases = {one.filename[:-4] for one in members if one.filename.lower().endswith(".shp")}
            if len(bases) != 1:
                raise unreadable(_("The ZIP has to hold exactly one shapefile (.shp with .dbf and .prj)."))
            base = bases.pop()
            wanted = {Path(one.filename).suffix.lower(): one for one in members if one.filename[:-4] == base}
            if sum(one.file_size for one in wanted.values()) > most_bytes:
                sentence = _("Unpacked, this file is larger than %(mb)s MB. Cut it to your county first.")
                raise unreadable(sentence % {"mb": f"{most_bytes // 1_000_000:,}"})
            parts = {}
            for end, member in wanted.items():
                parts[end] = folder / f"rows{end}"
                _copy(archive, member, parts[end])
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise unreadable(_("This file is no ZIP, or it is damaged. Download it again.")) from error
    if ".dbf" not in parts:
        raise unreadable(_("The ZIP has to hold exactly one shapefile (.shp with .dbf and .prj)."))
    return parts


def _copy(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    """Unpack one member, and no byte more than it declares: a declared size is only a claim."""
    left = member.file_size
    with archive.open(member) as packed, target.open("wb") as out:
        while chunk := packed.read(1 << 20):
            left -= len(chunk)
            if left < 0:
                raise unreadable(_("This file is no ZIP, or it is damaged. Download it again."))
            out.write(chunk)


def _check_projection(parts: dict[str, Path]) -> None:
    if ".prj" not in parts:
        raise unreadable(_("The .prj file is missing, so nobody knows what its coordinates mean. Export it again."))
    said = parts[".prj"].read_text(errors="replace")[:4000]
    if not said.strip().upper().startswith("GEOGC") or not any(datum in said.casefold() for datum in _DATUMS):
        name = said.split('"')[1] if said.count('"') > 1 else "?"
        raise unreadable(_("This file uses %(name)s. Export it in longitude and latitude (WGS 84).") % {"name": name})


def _encoding(parts: dict[str, Path]) -> str:
    """What the .cpg says; without one UTF-8 if the table is that, else Latin-1, as older files are."""
    said = parts[".cpg"].read_text(errors="replace").strip()[:40] if ".cpg" in parts else ""
    try:
        if said:
            return codecs.lookup(said).name
    except LookupError:
        pass
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with parts[".dbf"].open("rb") as table:
            table.seek(int.from_bytes(table.read(12)[8:10], "little"))  # the header holds bytes that are no text
            while chunk := table.read(1 << 20):
                decoder.decode(chunk)
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"
