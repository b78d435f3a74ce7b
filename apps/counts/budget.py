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

    An area of several places is one, because its answer is one number; with a place more or less it is another one.
    Part of a count, under the lock of the person's account.
    """
    counted = _of_day().filter(user=user)
    case = _key(case_number)
    if counted.filter(agency=agency, case_number=case, whole=_digest(area)).exists():
        return
    if _questions(counted) >= settings.COUNTED_AREAS_PER_DAY:
        raise TooMany(
            _(
                "You have counted %(most)d areas in 24 hours, as many as one person may. Submit the request: the "
                "supervisor sees the number, and who is asked is decided by the approval."
            )
            % {"most": settings.COUNTED_AREAS_PER_DAY},
            code="counts_per_day",
        )
    if _questions(counted.filter(agency=agency, case_number=case)) >= settings.COUNTED_AREAS_PER_CASE:
        raise TooMany(
            _(
                "You have counted %(most)d areas for this case in 24 hours. Decide for one of them and submit it: the "
                "supervisor sees the same number. For another case, give its number first."
            )
            % {"most": settings.COUNTED_AREAS_PER_CASE},
            code="counts_per_case",
        )


def may_propose(*, user: User, agency: Agency, case_number: str) -> bool:
    """Whether the portal may spend the person's budget on an area that nobody drew: of its first half alone."""
    counted = _of_day().filter(user=user)
    of_case = counted.filter(agency=agency, case_number=_key(case_number))
    return (
        2 * _questions(counted) < settings.COUNTED_AREAS_PER_DAY
        and 2 * _questions(of_case) < settings.COUNTED_AREAS_PER_CASE
    )


def note_count(
    *, user: User, agency: Agency, case_number: str, area: Area, estimate: Estimate, proposed: bool = False
) -> None:
    """Remember for a day that the area was counted, and tell the auditor when somebody closes in on one spot.

    Each place of the area is looked at by itself. Several people of an agency count together here: two accounts are one
    hand. What was only `proposed` is no closing in before the person takes it: at most two lie within each area that
    somebody drew, and that one is looked at.
    """
    now, whole, new = timezone.now(), _digest(area), []
    for place, cells in zip(area.places, estimate.cells, strict=True):
        west, south, east, north = place.bounds
        counted, is_new = CountedArea.objects.get_or_create(
            user=user,
            agency=agency,
            case_number=_key(case_number),
            whole=whole,
            digest=_digest(place),
            defaults={
                "longitude": (west + east) / 2,
                "latitude": (south + north) / 2,
                "cells": sorted("/".join(map(str, cell)) for cell in cells),
                "is_proposed": proposed,
                "counted_at": now,
            },
        )
        taken = not is_new and counted.is_proposed and not proposed
        if not is_new:
            CountedArea.objects.filter(pk=counted.pk).update(
                counted_at=now, is_proposed=counted.is_proposed and proposed
            )
        if taken or (is_new and not proposed):
            new.append(counted)
    for counted in new:
        if _notice_closing_in(counted):
            return


def _notice_closing_in(counted: CountedArea) -> bool:
    close = _nearly_equal(counted)
    mine = [one for one in close if one.user_id == counted.user_id]
    facts = {"nearly_equal_areas": len(close), "people": len({one.user_id for one in close})}
    agency = counted.agency.public_id
    if len(mine) >= settings.CLOSE_AREAS_OF_ONE:
        notice("counts.closing_in", about=Subject.of("user", counted.user.public_id), agency=agency, facts=facts)
    elif len(close) >= settings.CLOSE_AREAS_OF_ALL:
        notice("counts.closing_in", about=Subject.of("agency", agency), agency=agency, facts=facts)
    else:
        return False
    return True


def forget_counted_areas() -> int:
    """Delete what is older than a day; returns how many."""
    deleted, _by_model = CountedArea.objects.filter(counted_at__lte=timezone.now() - DAY).delete()
    return deleted


def _nearly_equal(counted: CountedArea) -> list[CountedArea]:
    near = _of_day().filter(
        is_proposed=False,
        agency_id=counted.agency_id,
        longitude__range=(counted.longitude - _NEAR, counted.longitude + _NEAR),
        latitude__range=(counted.latitude - _NEAR, counted.latitude + _NEAR),
    )
    cells = set(counted.cells)
    # By the place and not by the question: a place that stays while others are added beside it is one.
    by_shape = {(one.user_id, one.digest): one for one in near if len(cells ^ set(one.cells)) <= _FEW_CELLS}
    return list(by_shape.values())


def _of_day() -> QuerySet[CountedArea]:
    return CountedArea.objects.filter(counted_at__gt=timezone.now() - DAY)


def _questions(counted: QuerySet[CountedArea]) -> int:
    return counted.values("agency", "case_number", "whole").distinct().count()


def _key(case_number: str) -> str:
    """As cases are numbered; without one all areas share a budget. Any text is a key: nothing is looked up by it."""
    return " ".join(case_number.split()).upper()[:40]


def _digest(area: Area) -> str:
    """The same for the same ground: what places are called and in which order they stand asks nothing new."""
    forms = [{key: value for key, value in place.form.items() if key != "name"} for place in area.places]
    return hashlib.sha256("".join(sorted(json.dumps(form, sort_keys=True) for form in forms)).encode()).hexdigest()
