"""record_visit, correct_visit: what was found at a door. Nothing that an officer found out is turned away as late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.canvass.models import Canvass, Door, Visit
from apps.canvass.policies import can_correct_visit, goes_to_doors, went_to_doors
from apps.canvass.services.guard import locked_canvass, officer_of, subject_of
from apps.canvass.states import CanvassState, Late, Outcome
from apps.core import text
from apps.core.errors import InvalidInput, NotAllowed, NotFound
from apps.core.once import create_once
from apps.ledger import services as ledger

ADDRESS_MAX, NOTE_MAX = 200, 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an officer writes down. `at` is the phone's clock, `skew_s` by how much that is behind the portal's."""

    address: str
    outcome: str
    note: str = ""
    come_back_at: datetime | None = None
    place: tuple[float, float] | None = None
    at: datetime | None = None
    skew_s: int = 0

    def checked(self) -> Told:
        """Trimmed and whole. Raises InvalidInput that names the field."""
        if self.outcome not in Outcome.values:
            raise InvalidInput.about("outcome", _("Choose what you found at the door."))
        if self.place is not None and not (abs(self.place[0]) <= 90 and abs(self.place[1]) <= 180):
            raise InvalidInput.about("place", _("This is no place on earth."))
        return Told(
            address=text.line(self.address, field="address", most=ADDRESS_MAX),
            outcome=self.outcome,
            note=text.paragraphs(self.note, field="note", most=NOTE_MAX, required=False),
            come_back_at=self.come_back_at if self.outcome == Outcome.COME_BACK else None,
            place=self.place,
            at=self.at,
            skew_s=self.skew_s,
        )


def record_visit(*, canvass: Canvass, user: User, told: Told, request_key: UUID | None) -> Visit:
    """Keep what was found at a door. The same key again, from whichever phone, finds the first row.

    After the end of the canvass, or once the officer was removed, it is kept as late. Raises NotFound for who never
    joined, InvalidInput.
    """
    told = told.checked()
    with transaction.atomic():
        canvass = locked_canvass(canvass)
        if not went_to_doors(user, canvass):
            raise NotFound(_("There is no such canvass among yours."))
        visit, created = _keep(canvass, user, told, request_key)
        if created:
            _record("canvass.visit_recorded", canvass, user, visit, told)
    return visit


def correct_visit(*, visit: Visit, user: User, told: Told, request_key: UUID | None) -> Visit:
    """Add what was meant; the earlier words stay. Where somebody corrected it already, this corrects the correction.

    The same key again finds the first row. Raises NotFound for who never joined, NotAllowed for who neither made the
    visit nor leads the canvass, InvalidInput.
    """
    told = told.checked()
    with transaction.atomic():
        canvass = locked_canvass(visit.door.canvass)
        if not went_to_doors(user, canvass):
            raise NotFound(_("There is no such canvass among yours."))
        if not can_correct_visit(user, visit):
            raise NotAllowed(_("Only the officer who was there, or who leads the canvass, corrects this."))
        earlier = Visit.objects.get(pk=visit.pk)
        while (later := Visit.objects.filter(corrects=earlier).first()) is not None:
            if request_key is not None and later.request_key == request_key:
                break
            earlier = later
        made, created = _keep(canvass, user, told, request_key, corrects=earlier)
        if created:
            _record("canvass.visit_corrected", canvass, user, made, told, corrects=str(earlier.public_id))
    return made


def _keep(
    canvass: Canvass, user: User, told: Told, request_key: UUID | None, *, corrects: Visit | None = None
) -> tuple[Visit, bool]:
    now = timezone.now()
    happened = corrects.happened_at if corrects else _by_our_clock(told, now)
    known = Visit.objects.filter(request_key=request_key).first() if request_key else None
    visit, created = (
        (known, False)
        if known
        else create_once(
            Visit,
            request_key=request_key,
            door=_door(canvass, told),
            officer=user,
            corrects=corrects,
            outcome=told.outcome,
            note=told.note,
            come_back_at=told.come_back_at,
            told_at=told.at,
            skew_s=told.skew_s,
            happened_at=happened,
            received_at=now,
            late=_late(canvass, user),
        )
    )
    if not created and (visit.officer_id, visit.door.canvass_id) != (user.pk, canvass.pk):
        raise NotFound(_("There is no such visit among yours."))
    return visit, created


def _by_our_clock(told: Told, now: datetime) -> datetime:
    """When it was, by the portal's clock: never later than now, whatever the phone says."""
    try:
        return min(told.at + timedelta(seconds=told.skew_s), now) if told.at else now
    except OverflowError:
        return now


def _door(canvass: Canvass, told: Told) -> Door:
    """The door of this address; made for the first visit. The canvass is locked, so nobody makes it twice."""
    wanted = _plain(told.address)
    place = f"{told.place[0]:.6f},{told.place[1]:.6f}" if told.place else ""
    for door in Door.objects.filter(canvass=canvass).order_by("pk"):
        if _plain(door.address) == wanted:
            if place and not door.place:
                door.place = place
                door.save(update_fields=["place"])
            return door
    return Door.objects.create(canvass=canvass, address=told.address, place=place)


def _plain(address: str) -> str:
    """As addresses are compared: “12 Oak St., Apt. 4” and “12 oak st apt 4” are one door."""
    return " ".join("".join(sign if sign.isalnum() else " " for sign in address.casefold()).split())


def _late(canvass: Canvass, user: User) -> str:
    if not goes_to_doors(user, canvass):
        return Late.REMOVED
    return Late.ENDED if canvass.state == CanvassState.ENDED else ""


def _record(action: str, canvass: Canvass, user: User, visit: Visit, told: Told, **facts: Any) -> None:
    ledger.record(
        action,
        subject_of(canvass),
        officer_of(user, canvass),
        visit=str(visit.public_id),
        door=str(visit.door.public_id),
        outcome=visit.outcome,
        told_at=visit.told_at.isoformat() if visit.told_at else "",
        skew_s=visit.skew_s,
        late=visit.late,
        **facts,
        private={"address": told.address, "note": told.note},
    )
