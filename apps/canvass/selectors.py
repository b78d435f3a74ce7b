"""Reads of a canvass: its doors with what was found there, and how many of each outcome."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.agencies.models import Case
from apps.agencies.policies import Person
from apps.canvass.models import Canvass, CanvassOfficer, Door, Visit
from apps.canvass.policies import viewable_canvasses, went_to_doors
from apps.canvass.states import TO_COME_BACK, Outcome
from apps.core.errors import NotFound

#: From so many seconds on a page says that the phone's clock was wrong.
SKEW_TOLD_S = 120


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit as it stands now, and what was said of it before it was corrected, the newest first."""

    visit: Visit
    earlier: list[Visit]

    @property
    def is_clock_wrong(self) -> bool:
        """Whether the phone's clock was so wrong that the page says so."""
        return self.visit.told_at is not None and abs(self.visit.skew_s) >= SKEW_TOLD_S


@dataclass(slots=True)
class DoorRow:
    """A door with its visits, the last one first."""

    door: Door
    visits: list[VisitRow] = field(default_factory=list)

    @property
    def last(self) -> VisitRow:
        return self.visits[0]

    @property
    def is_to_come_back(self) -> bool:
        """Whether somebody still has to go there."""
        return self.last.visit.outcome in TO_COME_BACK

    @property
    def place(self) -> tuple[float, float] | None:
        """Latitude and longitude, if the officer's phone knew them."""
        if not self.door.place:
            return None
        latitude, longitude = self.door.place.split(",")
        return float(latitude), float(longitude)


@dataclass(frozen=True, slots=True)
class OutcomeCount:
    """How many doors ended with this outcome so far."""

    outcome: str
    words: str
    doors: int


def get_canvass_for(user: Person, public_id: UUID | str) -> Canvass:
    """The canvass, if the person may see it. Raises NotFound."""
    return _found(viewable_canvasses(user).filter(public_id=public_id))


def canvass_to_send_to(user: Person, public_id: UUID | str) -> Canvass:
    """The canvass for what a phone still holds: also of an officer who was removed and sees nothing of it any more.

    Raises NotFound for who never joined.
    """
    canvass = _found(Canvass.objects.filter(public_id=public_id))
    if not went_to_doors(user, canvass):
        raise NotFound(_("There is no such canvass among yours."))
    return canvass


def get_visit_for(user: Person, public_id: UUID | str) -> Visit:
    """The visit, if the person may see its canvass. Raises NotFound."""
    visits = Visit.objects.filter(public_id=public_id, door__canvass__in=viewable_canvasses(user))
    found = visits.select_related("door__canvass__agency", "door__canvass__case").first()
    if found is None:
        raise NotFound(_("There is no such visit among those of your canvasses."))
    return found


def visit_in(canvass: Canvass, public_id: UUID) -> Visit:
    """The visit, if it belongs to this canvass, which the caller has already been let into. Raises NotFound."""
    found = Visit.objects.filter(public_id=public_id, door__canvass=canvass).first()
    if found is None:
        raise NotFound(_("There is no such visit among those of your canvasses."))
    return found


def get_officer_for(user: Person, public_id: UUID | str) -> CanvassOfficer:
    """The officer at the doors, if the person may see the canvass. Raises NotFound."""
    officers = CanvassOfficer.objects.filter(public_id=public_id, canvass__in=viewable_canvasses(user))
    found = officers.select_related("canvass__agency", "canvass__case", "user").first()
    if found is None:
        raise NotFound(_("There is no such officer among those of your canvasses."))
    return found


def canvasses_of(user: Person, case: Case) -> list[Canvass]:
    """The case's canvasses that the person may see, the newest first."""
    return list(viewable_canvasses(user).filter(case=case).select_related("began_by").order_by("-pk"))


def doors_of(canvass: Canvass) -> list[DoorRow]:
    """Its doors, the one visited last first. A door that a correction left without a visit is none."""
    visits = Visit.objects.filter(door__canvass=canvass).select_related("door", "officer")
    by_pk = {visit.pk: visit for visit in visits}
    corrected = {visit.corrects_id for visit in by_pk.values() if visit.corrects_id}
    doors: dict[int, DoorRow] = {}
    standing = [visit for visit in by_pk.values() if visit.pk not in corrected]
    for visit in sorted(standing, key=lambda one: (one.happened_at, one.pk), reverse=True):
        earlier, before = [], visit.corrects_id
        while before is not None:
            earlier.append(by_pk[before])
            before = by_pk[before].corrects_id
        row = doors.setdefault(visit.door_id, DoorRow(visit.door))
        row.visits.append(VisitRow(visit, earlier))
    return list(doors.values())


def counts_of(doors: list[DoorRow]) -> list[OutcomeCount]:
    """Doors by the outcome of their last visit, in the order of the list of outcomes; none that is zero."""
    counted = Counter(row.last.visit.outcome for row in doors)
    return [OutcomeCount(value, str(label), counted[value]) for value, label in Outcome.choices if counted[value]]


def _found(rows: QuerySet[Canvass]) -> Canvass:
    found = rows.select_related("agency", "case", "request", "began_by").first()
    if found is None:
        raise NotFound(_("There is no such canvass among yours."))
    return found
