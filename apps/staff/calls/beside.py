"""What stands beside each call on the board: public cameras by name, partners as a number in fives."""

from __future__ import annotations

from typing import NamedTuple

from django.conf import settings

from apps.accounts.models import User
from apps.calls.models import Call
from apps.counts.around import partners_around
from apps.geo.units import length_in_words
from apps.layers.covering import Spot, cameras_near

CAMERAS_NAMED = 3  # of each sort; the page of a call names all


class Around(NamedTuple):
    """About how many partners are within `reach` of a call; None for fewer than the floor, perhaps none."""

    partners: int | None
    reach: str
    floor: int


def name_cameras(user: User, calls: list[Call]) -> None:
    """Give each call the nearest public cameras that see its place and that stand near, and how many more there are."""
    spots = _spots(calls)
    found = cameras_near(user, list(spots.values()))
    for call in calls:
        cameras = found[spots[call.pk]] if call.pk in spots else []
        seeing = [camera for camera in cameras if camera.sees]
        near = [camera for camera in cameras if not camera.sees]
        call.__dict__ |= {
            "seen_by": seeing[:CAMERAS_NAMED],
            "seen_by_more": len(seeing[CAMERAS_NAMED:]),
            "near": near[:CAMERAS_NAMED],
            "near_more": len(near[CAMERAS_NAMED:]),
        }


def count_partners(calls: list[Call]) -> None:
    """Give each call about how many partners are around it."""
    around = around_calls(calls)
    for call in calls:
        call.__dict__["partners"] = around.get(call.pk)


def around_calls(calls: list[Call]) -> dict[int, Around]:
    """By the key of the call. None of them while no counts are released, and none for a call without a place."""
    spots, reach = _spots(calls), settings.CALL_NEAR_M
    found, words = partners_around(spots.values(), reach), length_in_words(reach)
    floor = settings.COUNT_FLOOR
    return {pk: Around(found[spot], words, floor) for pk, spot in spots.items() if spot in found}


def _spots(calls: list[Call]) -> dict[int, Spot]:
    return {
        call.pk: (call.latitude, call.longitude)
        for call in calls
        if call.latitude is not None and call.longitude is not None
    }
