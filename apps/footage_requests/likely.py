"""The order in which a request's cameras most likely saw it."""

from __future__ import annotations

from collections.abc import Sequence

from apps.cameras.witnesses import likelihoods
from apps.footage_requests.models import FootageRequest, Match
from apps.geo import parse_area
from apps.geo.daylight import is_dark


def was_dark(request: FootageRequest) -> bool:
    """Whether the sun was below the horizon at any of the places in the middle of any of the times asked about."""
    centers = [place.polygon.centroid for place in parse_area(request.area).places]
    middles = [start + (end - start) / 2 for start, end in request.windows]
    return any(is_dark(middle, center.y, center.x) for middle in middles for center in centers)


def likelihood_of(request: FootageRequest, matches: Sequence[Match]) -> dict[int, float]:
    """By primary key of the match, from 0 to 1. The matches come with their cameras and the cameras' places.

    A camera without a place, which only an erased one is, counts as the least likely.
    """
    placed = [match for match in matches if getattr(match.camera, "place", None) is not None]
    found = likelihoods(
        parse_area(request.area),
        [match.camera.place for match in placed],
        [match.camera.night_view for match in placed],
        dark=was_dark(request),
    )
    return {match.pk: 0.0 for match in matches} | {match.pk: value for match, value in zip(placed, found, strict=True)}
