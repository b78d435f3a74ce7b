"""Canvasses with officers and visits, made through the real services."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from apps.access.models import AccessKind, PurposeKind
from apps.access.services import open_purpose
from apps.accounts.models import User
from apps.agencies.models import Case, Role
from apps.canvass.models import Canvass, Visit
from apps.canvass.services import Told, begin_canvass, join_canvass, record_visit
from tests.factories.people import CaseFactory, staff

CIRCLE = {"type": "Circle", "center": [-84.2807, 30.4383], "radius_m": 200}


def works_on(case: Case, role: str = Role.DETECTIVE) -> User:
    """A colleague of the case's agency who recorded the case as a reason."""
    user = staff(role, case.agency)
    open_purpose(
        user=user,
        agency=case.agency,
        kind=PurposeKind.CASE,
        access=AccessKind.FOOTAGE,
        reason="Asking at the doors.",
        case_number=case.number,
    )
    return user


def canvass(user: User | None = None, **given: Any) -> Canvass:
    """An open canvass of a case on which its officer works."""
    case = given.pop("case", None) or CaseFactory.create()
    user = user or works_on(case)
    return begin_canvass(**{"case": case, "user": user, "where": "1200 block of Oak Street", "area": CIRCLE, **given})


def joined(canvass: Canvass, role: str = Role.DETECTIVE) -> User:
    """A second officer at the doors."""
    user = works_on(canvass.case, role)
    join_canvass(canvass=canvass, user=user)
    return user


def told(address: str = "12 Oak St., Apt. 4", outcome: str = "nobody_home", **given: Any) -> Told:
    return Told(address=address, outcome=outcome, **given)


def visit(canvass: Canvass, user: User | None = None, *, key: UUID | None = None, **given: Any) -> Visit:
    """A visit by who began the canvass, or by somebody else."""
    return record_visit(canvass=canvass, user=user or canvass.began_by, told=told(**given), request_key=key or uuid4())
