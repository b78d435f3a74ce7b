"""What a map on a page needs to know: where the city is, its zones, and tiles if the city has any."""

from __future__ import annotations

from functools import cache
from typing import Any, TypedDict

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.agencies.policies import zones_of_program


class MapConfig(TypedDict):
    """Handed to the page's script as JSON."""

    bounds: list[float]
    zones: list[dict[str, Any]]
    streets: str
    tiles: str
    attribution: str
    words: dict[str, str]


def map_config(*, with_zones: bool = True) -> MapConfig:
    """The city's bounds and zone outlines. Nothing of any partner is in it. A map of a street does without zones."""
    zones = zones_of_program() if with_zones else ()
    return {
        "bounds": [float(edge) for edge in settings.PORTAL_BOUNDS],
        "zones": [{"code": zone.code, "name": zone.name, "ring": zone.ring} for zone in zones],
        "streets": reverse("streets:about"),
        "tiles": settings.MAP_TILES_URL,
        "attribution": settings.MAP_TILES_ATTRIBUTION,
        "words": dict(_words(get_language())),
    }


@cache
def _words(_language: str | None) -> dict[str, str]:
    return {
        "map": _("Map"),
        "placing": _("Map. Arrow keys move it, plus and minus zoom, Enter takes the place in the middle."),
        "zoomIn": _("Zoom in"),
        "zoomOut": _("Zoom out"),
        "north": _("Turn the map so that north is up"),
        "about": _("About this map"),
        "ctrl": _("Hold Ctrl and scroll to zoom the map"),
        "command": _("Hold ⌘ and scroll to zoom the map"),
        "fingers": _("Use two fingers to move the map"),
    }
