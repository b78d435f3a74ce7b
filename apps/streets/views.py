"""Tiles of the current streets. Streets are public; nothing of any partner is in them."""

from __future__ import annotations

import gzip

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_vary_headers
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_safe

from apps.streets.models import StreetSet, Tile
from apps.streets.tiles import FIRST_ZOOM, LAST_ZOOM

KIND = "application/vnd.mapbox-vector-tile"
_DAY = "public, max-age=86400"


def _etag(_request: HttpRequest, **place: int) -> str | None:
    current = StreetSet.objects.filter(is_current=True).values_list("digest", flat=True).first()
    return f'"{current[:32]}"' if current else None


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Where the tiles are, as TileJSON 3.0.0; 204 where no streets were loaded."""
    current = StreetSet.objects.filter(is_current=True).first()
    if current is None:
        return HttpResponse(status=204)
    owed = _("Streets: approximate, for the demo") if current.is_approximate else current.attribution
    document = {
        "tilejson": "3.0.0",
        "tiles": [f"{request.scheme}://{request.get_host()}/tiles/{{z}}/{{x}}/{{y}}"],
        "minzoom": FIRST_ZOOM,
        "maxzoom": LAST_ZOOM,
        "attribution": escape(owed),  # maps take it for HTML
        "vector_layers": [
            {"id": "roads", "fields": {"name": "String", "way": "Number"}},
            {"id": "ground", "fields": {"name": "String", "kind": "String"}},
            {"id": "labels", "fields": {"name": "String"}},
        ],
    }
    return JsonResponse(document, headers={"Cache-Control": "public, max-age=300"})


@require_safe
@condition(etag_func=_etag)
def tile(request: HttpRequest, zoom: int, x: int, y: int) -> HttpResponse:
    """One tile; 204 where the map is empty, which maps take for an empty tile."""
    found = Tile.objects.filter(of__is_current=True, zoom=zoom, x=x, y=y).values_list("data", flat=True)
    # A number that no tile can have is no question for the database: some cannot hold it.
    data = bytes(found.first() or b"") if zoom <= 22 and max(x, y) < 2**zoom else b""
    response = HttpResponse(status=200 if data else 204, content_type=KIND, headers={"Cache-Control": _DAY})
    if data and "gzip" in request.headers.get("Accept-Encoding", ""):
        response.headers["Content-Encoding"] = "gzip"
        response.content = data
    elif data:
        response.content = gzip.decompress(data)
    patch_vary_headers(response, ["Accept-Encoding"])
    return response
