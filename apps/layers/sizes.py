"""How long a line of a layer is and how large an area, as people read it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.geo.units import area_in_words, length_in_words
from apps.layers.states import Geometry


def size_in_words(geometry: str, size: float | None) -> str:
    """“1.2 miles” or “12 acres”. An area without a size crosses itself; a point has no words."""
    if geometry == Geometry.POINT:
        return ""
    if size is None:
        return _("crosses itself, so its size is not known")
    return length_in_words(size) if geometry == Geometry.LINE else area_in_words(size)
