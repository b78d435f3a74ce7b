"""A GeoJSON that says its coordinates are no longitudes and latitudes is refused by name, not row by row."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from apps.core.errors import InvalidInput

_NAMED = re.compile(rb'"crs"\s*:\s*\{.{0,200}?"name"\s*:\s*"([^"]{1,80})"', re.S)
_WGS84 = (b"CRS84", b"EPSG::4326", b"EPSG:4326")


def check_projection(content: bytes) -> None:
    """Raises InvalidInput for GeoJSON in a projection. Old programs name it at the start or at the end of the file."""
    said = _NAMED.search(content[:4096]) or _NAMED.search(content[-4096:])
    if said is None or said[1].endswith(_WGS84):
        return
    name = said[1].decode("utf-8", "replace")
    sentence = _("This file uses %(name)s. Export it in longitude and latitude (WGS 84).") % {"name": name}
    raise InvalidInput(sentence, fields={"file": sentence}, code="projection")
