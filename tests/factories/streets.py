"""Streets for tests: a small town whose places one can work out by hand, as GeoJSON and as a zipped shapefile."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import shapefile

WGS84 = 'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]]]'
Row = dict[str, Any]


def road(name: str, line: list[list[float]], **properties: Any) -> Row:
    """A feature: `left` and `right` are pairs of house numbers."""
    left, right = properties.pop("left", (None, None)), properties.pop("right", (None, None))
    return {
        "type": "Feature",
        "properties": {
            "name": name,
            "class": "local",
            "left_from": left[0],
            "left_to": left[1],
            "right_from": right[0],
            "right_to": right[1],
            **properties,
        },
        "geometry": {"type": "LineString", "coordinates": line},
    }


def town() -> list[Row]:
    """North Monroe Street runs north along -84.28, Tennessee Street crosses it at 30.44; a few others around."""
    return [
        road(
            "North Monroe Street", [[-84.28, 30.44], [-84.28, 30.45]],
            left=(1101, 1199), right=(1100, 1198), zip="32303", **{"class": "primary"},
        ),
        road(
            "North Monroe Street", [[-84.28, 30.45], [-84.28, 30.46]],
            left=(1201, 1299), right=(1200, 1298), zip="32303", **{"class": "primary"},
        ),
        road("South Monroe Street", [[-84.28, 30.43], [-84.28, 30.44]], left=(99, 1), right=(98, 2), zip="32301"),
        road("West Tennessee Street", [[-84.29, 30.44], [-84.28, 30.44]], left=(199, 1), right=(198, 2)),
        road("East Tennessee Street", [[-84.28, 30.44], [-84.27, 30.44]], left=(1, 199), right=(2, 198)),
        road("Old Saint Augustine Road", [[-84.27, 30.44], [-84.26, 30.43]], left=(2001, 2099), right=(2000, 2098)),
        road("Doctor Martin Luther King Junior Boulevard", [[-84.29, 30.43], [-84.29, 30.45]]),
        road("4th Avenue", [[-84.29, 30.45], [-84.27, 30.45]], left=(400, 598), right=(401, 599)),
    ]  # fmt: skip


def geojson(path: Path, rows: list[Row], **top: Any) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": rows, **top}))
    return path


def zipped_shapefile(path: Path, rows: list[Row], *, projection: str = WGS84, encoding: str = "utf-8") -> Path:
    """The rows as TIGER/Line writes address ranges, in a ZIP."""
    shp, shx, dbf = io.BytesIO(), io.BytesIO(), io.BytesIO()
    with shapefile.Writer(shp=shp, shx=shx, dbf=dbf, shapeType=shapefile.POLYLINE, encoding=encoding) as writer:
        for name in ("FULLNAME", "MTFCC", "LFROMHN", "LTOHN", "RFROMHN", "RTOHN", "ZIPL"):
            writer.field(name, "C", size=60)
        for row in rows:
            said = row["properties"]
            numbers = [said[key] or "" for key in ("left_from", "left_to", "right_from", "right_to")]
            writer.line([row["geometry"]["coordinates"]])
            writer.record(said["name"], "S1400", *(str(one) for one in numbers), said.get("zip", ""))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for end, content in ((".shp", shp), (".shx", shx), (".dbf", dbf)):
            archive.writestr(f"tl_test{end}", content.getvalue())
        if projection:
            archive.writestr("tl_test.prj", projection)
    return path
