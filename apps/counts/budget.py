"""How many areas somebody may count in a day, and who closes in on one spot.

The release gives no home away however often it is read. The budget is a second fence, and it shows who tries.
"""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.models import Agency
from apps.core.errors import TooMany
from apps.counts.models import CountedArea
from apps.counts.selectors import Estimate
from apps.findings.services import notice
from apps.geo import Area
from apps.ledger.values import Subject

DAY = timedelta(hours=24)
# Two areas are nearly equal if their middles lie so close, in degrees, and their cells differ by so few.
_NEAR, _FEW_CELLS = 0.01, 2


def check_budget(*, user: User, agency: Agency, case_number: str, area: Area) -> None:
    """Raise TooMany where the person has counted as many areas as a case and a day allow. The same area again is free.

    Part of a count, under the lock of the person's account.
    """
    counted = _of_day().filter(user=user)
    case = _key(case_number)
    if counted.filter(agency=agency, case_number=case, digest=_digest(area)).exists():
        return
    if counted.count() >= settings.COUNTED_AREAS_PER_DAY:
        raise TooMany(
            _(
                "You have counted %(most)d areas in 24 hours, as many as one person may. Submit the request: the "
                "supervisor sees the number, and who is asked is decided by the approval."
            )
            % {"most": settings.COUNTED_AREAS_PER_DAY},
            code="counts_per_day",
        )
    if counted.filter(agency=agency, case_number=case).count() >= settings.COUNTED_AREAS_PER_CASE:
        raise TooMany(
            _(
                "You have counted %(most)d areas for this case in 24 hours. Decide for one of them and submit it: the "
                "supervisor sees the same number. For another case, give its number first."
            )
            % {"most": settings.COUNTED_AREAS_PER_CASE},
            code="counts_per_case",
        )


def note_count(*, user: User, agency: Agency, case_number: str, area: Area, estimate: Estimate) -> None:
    """Remember for a day that the area was counted, and tell the auditor when somebody closes in on one spot.

    Several people of an agency count together here: two accounts are one hand.
    """
    west, south, east, north = area.bounds
    counted, is_new = CountedArea.objects.get_or_create(
        user=user,
        agency=agency,
        case_number=_key(case_number),
        digest=_digest(area),
        defaults={
            "longitude": (west + east) / 2,
            "latitude": (south + north) / 2,
            "cells": sorted("/".join(map(str, cell)) for cell in estimate.cells),
            "counted_at": timezone.now(),
        },
    )
    if not is_new:
        CountedArea.objects.filter(pk=counted.pk).update(counted_at=timezone.now())
        return
    close = _nearly_equal(counted)
    mine = [one for one in close if one.user_id == user.pk]
    facts = {"nearly_equal_areas": len(close), "people": len({one.user_id for one in close})}
    if len(mine) >= settings.CLOSE_AREAS_OF_ONE:
        notice("counts.closing_in", about=Subject.of("user", user.public_id), agency=agency.public_id, facts=facts)
    elif len(close) >= settings.CLOSE_AREAS_OF_ALL:
        notice("counts.closing_in", about=Subject.of("agency", agency.public_id), agency=agency.public_id, facts=facts)


def forget_counted_areas() -> int:
    """Delete what is older than a day; returns how many."""
    deleted, _by_model = CountedArea.objects.filter(counted_at__lte=timezone.now() - DAY).delete()
    return deleted


def _nearly_equal(counted: CountedArea) -> list[CountedArea]:
    near = _of_day().filter(
        agency_id=counted.agency_id,
        longitude__range=(counted.longitude - _NEAR, counted.longitude + _NEAR),
        latitude__range=(counted.latitude - _NEAR, counted.latitude + _NEAR),
    )
    cells = set(counted.cells)
    by_shape = {(one.user_id, one.digest): one for one in near if len(cells ^ set(one.cells)) <= _FEW_CELLS}
    return list(by_shape.values())


def _of_day() -> QuerySet[CountedArea]:
    return CountedArea.objects.filter(counted_at__gt=timezone.now() - DAY)


def _key(case_number: str) -> str:
    """As cases are numbered; without one all areas share a budget. Any text is a key: nothing is looked up by it."""
    return " ".join(case_number.split()).upper()[:40]


def _digest(area: Area) -> str:
    return hashlib.sha256(json.dumps(area.to_json(), sort_keys=True).encode()).hexdigest()
