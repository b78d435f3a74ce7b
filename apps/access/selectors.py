"""May this person see it, and on which ground: the one question that every access asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.grounds import GROUNDS, Target, roles_for
from apps.access.models import AccessEvent, AccessKind, PlacesRequest, Purpose, PurposeKind
from apps.access.policies import viewable_places_requests
from apps.access.reach import reach_of
from apps.access.states import AskState
from apps.accounts.models import User
from apps.agencies.acting import Acting, acting_as
from apps.agencies.features import Feature, is_on
from apps.agencies.models import Agency, Case
from apps.agencies.policies import Person, has_role, serves_as
from apps.core.errors import NotAllowed, NotFound
from apps.ledger.models import Entry
from apps.ledger.values import Subject

# Entries are read so many at once: each holds all that its access opened.
BATCH = 200
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether somebody may see it. `purpose` is the ground; without one, `refusal` is "role" or "purpose"."""

    purpose: Purpose | None = None
    refusal: str = ""

    def __bool__(self) -> bool:
        return self.purpose is not None

    def or_refuse(self) -> Purpose:
        """The ground. Raises NotAllowed with the refusal as its code."""
        if self.purpose is None:
            sentences = {
                "role": _("Your role does not include this."),
                "purpose": _("Say first why you need access. A purpose ends after some hours."),
            }
            raise NotAllowed(sentences[self.refusal], code=self.refusal)
        return self.purpose


def may_access(
    user: Person,
    access: str,
    *,
    agency: Agency | None = None,
    case: Case | None = None,
    subject: Subject | None = None,
    purpose: Purpose | None = None,
) -> Answer:
    """Whether the person may see this now, and on which ground; the newest of several.

    `agency`, `case` and `subject` say what it is. With `purpose` the question is whether this very purpose
    still opens it. A reason given for one kind of access serves no other.
    """
    if not isinstance(user, User) or not kinds_open_to(user, access, agency):
        return Answer(refusal="role")
    target = Target(agency, case, subject)
    for found in [purpose] if purpose is not None else _purposes_of(user, access):
        if _opens(found, user, access, target):
            return Answer(found)
    return Answer(refusal="purpose")


def kinds_open_to(user: Person, access: str, agency: Agency | None = None) -> list[str]:
    """The grounds that the person may name for this kind of access."""
    return [
        kind
        for kind, ground in GROUNDS.items()
        if (roles := ground.roles.get(access))
        and (serves_as(user, *roles) if agency is None or ground.crosses_agencies else has_role(user, agency, *roles))
    ]


def acting_for(purpose: Purpose) -> Acting:
    """The person in the role that the purpose's ground asks for. Raises NotAllowed if they hold none of them."""
    return acting_as(purpose.user, purpose.agency, *(roles_for(purpose.access, purpose.kind) or ("",)))


@dataclass(frozen=True, slots=True)
class Accessed:
    """One access: the ledger's entry, the ground, and how many of the things that were asked about it opened."""

    entry: Entry
    ground: str
    things: int


def accesses_to(kind: str, public_ids: Iterable[UUID] | QuerySet[Any]) -> Iterator[Accessed]:
    """The accesses that opened any of these things, the oldest first; found by index, however many others there are."""
    rows = AccessEvent.objects.filter(subject_kind=kind, subject_id__in=public_ids)
    found = list(rows.values_list("entry_id", "purpose__kind").annotate(things=Count("pk")).order_by("entry_id"))
    labels = dict(PurposeKind.choices)
    for start in range(0, len(found), BATCH):
        batch = found[start : start + BATCH]
        entries = Entry.objects.in_bulk([entry for entry, _kind, _things in batch])
        for entry, ground, things in batch:
            yield Accessed(entries[entry], str(labels.get(ground, ground)), things)


def is_access(entry: Entry) -> bool:
    """Whether the entry was written by `record_access`: only those state the kind of their purpose."""
    return b'"purpose_kind":' in bytes(entry.leaf) and "purpose_kind" in entry.facts


def things_opened(entry: Entry) -> list[Subject]:
    """What an access opened: the cameras that its facts list, else the subject of its entry."""
    cameras = entry.facts.get("cameras")
    return [entry.subject] if cameras is None else [Subject.of("camera", public_id) for public_id in cameras]


def _purposes_of(user: User, access: str) -> Iterator[Purpose]:
    rows = Purpose.objects.filter(user=user, access=access, ends_at__gt=timezone.now())
    yield from rows.select_related("user", "agency", "case").order_by("-created_at", "-pk")


def _opens(purpose: Purpose, user: User, access: str, target: Target) -> bool:
    """Whether it is the person's own and current, of this kind, held by their role, and reaches the target.

    A purpose for a case opens the map only while what was approved for the case holds.
    """
    if purpose.user_id != user.pk or purpose.access != access or purpose.ends_at <= timezone.now():
        return False
    ground = GROUNDS.get(purpose.kind)
    roles = ground.roles.get(access) if ground else None
    if ground is None or not roles:
        return False
    if access == AccessKind.PARTNER_MAP and not is_on(purpose.agency, Feature.PARTNER_MAP):
        return False  # the map is closed at once, also for who has opened it
    return has_role(user, purpose.agency, *roles) and ground.opens(purpose, target) and bool(reach_of(purpose))


def own_places_requests(user: User) -> list[PlacesRequest]:
    """The last requests of the person to see places, the newest first."""
    return list(PlacesRequest.objects.filter(author=user).select_related("case").order_by("-pk")[:SHOWN])


def ended_agreement(user: User, agency: Agency, case_number: str) -> PlacesRequest | None:
    """The last yes of a supervisor to this person for this case, if its time has passed."""
    agreed = PlacesRequest.objects.filter(author=user, state=AskState.AGREED, ends_at__lte=timezone.now())
    return agreed.filter(case__agency=agency, case__number=case_number).order_by("-ends_at").first()


def get_places_request_for(user: Person, public_id: UUID | str) -> PlacesRequest:
    """The request to see places, if the person may see it. Raises NotFound."""
    asked = viewable_places_requests(user).select_related("agency", "case", "author", "decided_by")
    found = asked.filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such request among yours."))
    return found
