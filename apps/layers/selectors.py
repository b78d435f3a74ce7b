"""Reads of layers: lists, pages, and what a map draws."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from apps.agencies.policies import Person
from apps.core.errors import NotFound
from apps.core.instants import show_instant
from apps.layers.models import Feature, Layer
from apps.layers.policies import is_own, viewable_layers
from apps.layers.sizes import size_in_words
from apps.layers.states import FeatureStatus, Geometry

OUTLINE = "outline"


def listed_layers(user: Person) -> QuerySet[Layer]:
    """Those that the person sees, with how many features each has."""
    of = {shape: Count("features", filter=Q(features__geometry=shape)) for shape in (Geometry.LINE, Geometry.AREA)}
    rows = viewable_layers(user).select_related("agency")
    rows = rows.annotate(size=Count("features"), lines=of[Geometry.LINE], areas=of[Geometry.AREA])
    return rows.order_by("agency__short_name", "kind", "name", "pk")


def get_layer_for(user: Person, public_id: UUID | str) -> Layer:
    """Raises NotFound for a layer that no agency of the person has or is shared."""
    found = viewable_layers(user).select_related("agency", "made_by").filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such layer among those of your agencies."))
    return found


def for_maps(user: Person, *, only: UUID | None = None) -> dict[str, Any]:
    """Every layer that the person sees, or the one named, with its features as rows, for the map and its list.

    A row is longitude, latitude, title, status, direction and width of view; that of a line or an area goes on with
    what it is, its coordinates, and its size. Words are in the reader's language. Two queries.
    """
    seen = viewable_layers(user) if only is None else viewable_layers(user).filter(public_id=only)
    layers = list(seen.select_related("agency").order_by("agency__short_name", "kind", "name", "pk"))
    rows: dict[int, list[Any]] = defaultdict(list)
    fields = ("layer_id", "longitude", "latitude", "number", "name", "key", "status", "direction", "field_of_view")
    shapes = ("geometry", "size", "shape")
    features = Feature.objects.filter(layer__in=[layer.pk for layer in layers])
    for layer, x, y, number, name, key, status, direction, width, geometry, size, shape in (
        features.order_by("layer_id", "number", "name", "key").values_list(*fields, *shapes).iterator(chunk_size=2000)
    ):
        title = f"{number} {name}".strip() or key
        # Of an area that crosses itself nobody can say what is inside: the map draws its outline.
        drawn_as = OUTLINE if geometry == Geometry.AREA and size is None else geometry
        drawn = [] if geometry == Geometry.POINT else [drawn_as, shape, size_in_words(geometry, size)]
        rows[layer].append([x, y, title, status, direction, width, *drawn])
    return {
        "status": {value: str(words) for value, words in FeatureStatus.choices},
        "shapes": {value: str(words) for value, words in Geometry.choices} | {OUTLINE: str(Geometry.AREA.label)},
        "layers": [
            {
                "id": str(layer.public_id),
                "name": layer.name,
                "kind": layer.kind,
                "kindName": str(capfirst(layer.get_kind_display())),
                "agency": layer.agency.short_name,
                "own": is_own(user, layer),
                "stale": show_instant(layer.stale_since) if layer.stale_since else "",
                "features": rows[layer.pk],
            }
            for layer in layers
        ],
    }
