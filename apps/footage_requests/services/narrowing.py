"""propose_smaller_area: whether a smaller area reaches as many partners, asked of the counts like any other area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apps.accounts.models import User
from apps.agencies.models import Agency
from apps.core.errors import InvalidInput, TooMany
from apps.counts.budget import may_propose
from apps.footage_requests.limits import judge_area
from apps.footage_requests.narrower import smaller_areas
from apps.footage_requests.services.counting import PartnerCount, count_partners
from apps.geo import Area
from apps.geo.units import area_in_words
from apps.ledger.values import Actor


@dataclass(frozen=True, slots=True)
class SmallerArea:
    """An area within the one that was counted, about which the counts say the same number."""

    area: dict[str, Any]
    area_m2: float
    instead_of_m2: float


def propose_smaller_area(
    *,
    counted: PartnerCount,
    user: User,
    agency: Agency,
    area: Mapping[str, Any],
    window_start: datetime,
    window_end: datetime,
    more_windows: Sequence[tuple[datetime, datetime]] = (),
    case_number: str = "",
    actor: Actor,
) -> SmallerArea | None:
    """The smallest of a few areas within the one just counted that are told to reach the same number, or None.

    Each that is tried is counted: an entry, and one area of the person's budget. So a proposal tells no more than
    asking for its area does, and it never takes the second half of a budget. There is none where fewer partners than
    the floor are said: “as many” would promise something about perhaps nobody. Raises as `count_partners` where a role
    is missing.
    """
    if counted.estimate.partners is None:
        return None
    whole = judge_area(area, agency=agency).area
    for smaller in smaller_areas(whole):
        if not _is_told_apart(smaller, whole) or not may_propose(user=user, agency=agency, case_number=case_number):
            continue
        try:
            found = count_partners(
                user=user,
                agency=agency,
                area=smaller.to_json(),
                window_start=window_start,
                window_end=window_end,
                more_windows=more_windows,
                case_number=case_number,
                actor=actor,
                proposed=True,
            )
        except (InvalidInput, TooMany):  # too small for a request, or the hour is full
            continue
        if found.estimate.partners == counted.estimate.partners:
            return SmallerArea(smaller.to_json(), smaller.area_m2, whole.area_m2)
    return None


def _is_told_apart(smaller: Area, whole: Area) -> bool:
    """Whether people read two different sizes."""
    return area_in_words(smaller.area_m2) != area_in_words(whole.area_m2)
