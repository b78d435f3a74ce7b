"""How many cameras stand behind a number of partners. Cameras live above this app: who knows them says so here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet

from apps.partners.models import Partner


@dataclass(frozen=True, slots=True)
class Impact:
    """Partners with at least one active camera, and those cameras."""

    partners: int
    cameras: int


Counter = Callable[[QuerySet[Partner]], Impact]
_counters: list[Counter] = []


def count_with(counter: Counter) -> None:
    """Register who counts; the last one registered does."""
    _counters[:] = [counter]


def impact_of(partners: QuerySet[Partner]) -> Impact:
    """How much of the register these partners are."""
    return _counters[0](partners) if _counters else Impact(partners.count(), 0)
