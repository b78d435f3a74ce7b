"""What each measure reads from the register, the requests and the ledger. One query each, for one agency or for all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.conf import settings
from django.db.models import Count, F, Min, Q, QuerySet

from apps.access.models import AccessEvent, Purpose, TellingDelay
from apps.agencies.models import Agency, Role
from apps.cameras.models import Camera
from apps.cameras.states import CameraState
from apps.conversations.models import Thread
from apps.counts.selectors import partners_by_zone
from apps.evidence.models import EvidenceItem
from apps.evidence.states import ItemState, Triage
from apps.footage_requests.models import FootageRequest, Match
from apps.footage_requests.states import MatchState, RequestState, Review
from apps.ledger.models import Entry

PERIOD = timedelta(days=90)
OVERDUE = timedelta(days=1)
FEWEST_RATINGS = 5


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure, and of how many things it is made. `value` is None where there was nothing to count."""

    value: float | None
    base: int
    part: str = ""
    zone: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What is measured: one agency, or the whole program where it is None, at this moment."""

    agency: Agency | None
    now: datetime

    @property
    def since(self) -> datetime:
        """When the period began that rates and times are read of."""
        return self.now - PERIOD


def share(some: int, of: int, **more: int | None) -> Reading:
    """A percentage; none of nothing."""
    return Reading(100 * some / of if of else None, of, **more)  # type: ignore[arg-type]


def count(number: int, **more: int | None) -> Reading:
    """A number of things."""
    return Reading(number, number, **more)  # type: ignore[arg-type]


def _active(asked: Asked) -> QuerySet[Camera]:
    cameras = Camera.objects.filter(state=CameraState.ACTIVE, site__partner__left_at__isnull=True)
    return cameras.filter(zone__agency=asked.agency) if asked.agency else cameras


def _confirmed(asked: Asked) -> Count:
    since = asked.now - timedelta(days=settings.CONFIRM_EVERY_DAYS)
    return Count("pk", filter=Q(confirmed_at__gte=since))


def partners(asked: Asked) -> list[Reading]:
    return [count(_active(asked).aggregate(n=Count("site__partner", distinct=True))["n"])]


def partners_of_zones(asked: Asked) -> list[Reading]:
    rows = _active(asked).order_by().values_list("zone_id").annotate(n=Count("site__partner", distinct=True))
    return [count(number, zone=zone) for zone, number in rows]


def cameras(asked: Asked) -> list[Reading]:
    return [count(_active(asked).count())]


def cameras_of_zones(asked: Asked) -> list[Reading]:
    rows = _active(asked).order_by().values_list("zone_id").annotate(n=Count("pk"))
    return [count(number, zone=zone) for zone, number in rows]


def reconfirmed(asked: Asked) -> list[Reading]:
    found = _active(asked).aggregate(some=_confirmed(asked), of=Count("pk"))
    return [share(found["some"], found["of"])]


def reconfirmed_of_zones(asked: Asked) -> list[Reading]:
    rows = _active(asked).order_by().values_list("zone_id").annotate(some=_confirmed(asked), of=Count("pk"))
    return [share(some, of, zone=zone) for zone, some, of in rows]


def zone_coverage(asked: Asked) -> list[Reading]:
    """From the week's release of counts alone, so that the figure says nothing that is not public."""
    shown = [
        number
        for zone, number in partners_by_zone().items()
        if asked.agency is None or zone.agency_id == asked.agency.pk
    ]
    return [share(sum(number is not None for number in shown), len(shown))]


def _of_agency(asked: Asked, field: str = "agency") -> Q:
    return Q(**{field: asked.agency}) if asked.agency else Q()


def response_rate(asked: Asked) -> list[Reading]:
    matches = Match.objects.filter(
        _of_agency(asked, "request__agency"), request__opened_at__range=(asked.since, asked.now)
    )
    found = matches.exclude(state__in=[MatchState.PENDING, MatchState.TAKEN_OUT]).aggregate(
        some=Count("pk", filter=Q(state=MatchState.ANSWERED)), of=Count("pk")
    )
    return [share(found["some"], found["of"])]


def satisfaction(asked: Asked) -> list[Reading]:
    """Of few ratings there is no figure: it would tell what one household said."""
    rated = Thread.objects.filter(
        _of_agency(asked, "invitation__request__agency"), rated_at__range=(asked.since, asked.now)
    )
    found = rated.aggregate(some=Count("pk", filter=Q(rating__gte=4)), of=Count("pk"))
    return [share(found["some"], found["of"]) if found["of"] >= FEWEST_RATINGS else share(0, 0)]


def waits_for_footage(agencies: Iterable[Agency] | None, since: datetime) -> list[timedelta]:
    """For each request approved since then that got footage: from the approval to the first item's last byte."""
    items = EvidenceItem.objects.filter(submission__invitation__request__opened_at__gte=since)
    if agencies is not None:
        items = items.filter(agency__in=agencies)
    firsts = (
        items.order_by()
        .values("submission__invitation__request_id")
        .annotate(first=Min("received_at"), approved=F("submission__invitation__request__opened_at"))
        .values_list("first", "approved")
    )
    return [first - approved for first, approved in firsts]


def first_footage(asked: Asked) -> list[Reading]:
    waits = waits_for_footage([asked.agency] if asked.agency else None, asked.since)
    hours = [wait / timedelta(hours=1) for wait in waits]
    return [Reading(median(hours) if hours else None, len(hours))]


def _items(asked: Asked) -> QuerySet[EvidenceItem]:
    return EvidenceItem.objects.filter(_of_agency(asked), received_at__range=(asked.since, asked.now))


def playable(asked: Asked) -> list[Reading]:
    """An item that staff had to send through again is none that played at the first try: the ledger says which."""
    again = Entry.objects.filter(action="evidence_item.retried", recorded_at__gte=asked.since)
    retried = set(again.values_list("subject_id", flat=True))
    processed = _items(asked).filter(state__in=[ItemState.PLAYABLE, ItemState.UNPLAYABLE])
    found = processed.aggregate(
        some=Count("pk", filter=Q(state=ItemState.PLAYABLE) & ~Q(public_id__in=retried)), of=Count("pk")
    )
    return [share(found["some"], found["of"])]


def accepted(asked: Asked) -> list[Reading]:
    decided = _items(asked).exclude(triage=Triage.SUBMITTED)
    found = decided.aggregate(some=Count("pk", filter=Q(triage=Triage.ACCEPTED)), of=Count("pk"))
    return [share(found["some"], found["of"])]


def used_in_cases(asked: Asked) -> list[Reading]:
    used = _items(asked).filter(triage=Triage.ACCEPTED)
    return [count(used.aggregate(n=Count("submission__case", distinct=True))["n"])]


def looks(asked: Asked) -> list[Reading]:
    """All of them, and those of each role: which role it was stands in the entry alone."""
    # A purpose ends after some hours, so older ones opened nothing in the period.
    earliest = asked.since - timedelta(hours=settings.PURPOSE_HOURS)
    purposes = Purpose.objects.filter(_of_agency(asked), created_at__gte=earliest)
    opened = AccessEvent.objects.filter(purpose__in=purposes).values("entry_id")
    entries = Entry.objects.filter(pk__in=opened, recorded_at__range=(asked.since, asked.now)).only("leaf")
    roles = Counter(entry.actor.role for entry in entries.iterator(1000))
    return [count(roles.total()), *(Reading(roles[role], roles[role], part=role) for role in Role.values)]


def look_delays(asked: Asked) -> list[Reading]:
    return [count(TellingDelay.objects.filter(_of_agency(asked), created_at__range=(asked.since, asked.now)).count())]


def went_first(asked: Asked) -> list[Reading]:
    """Requests that were opened before a supervisor saw them."""
    first = FootageRequest.objects.filter(_of_agency(asked), went_first=True, opened_at__range=(asked.since, asked.now))
    return [count(first.count())]


def first_upheld(asked: Asked) -> list[Reading]:
    """Of those that were reviewed, how many a supervisor agreed with."""
    reviewed = FootageRequest.objects.filter(
        _of_agency(asked), went_first=True, reviewed_at__range=(asked.since, asked.now)
    )
    return [share(reviewed.filter(review=Review.UPHELD).count(), reviewed.count())]


def overdue_approvals(asked: Asked) -> list[Reading]:
    late = asked.now - OVERDUE
    unseen = Q(state=RequestState.SUBMITTED) | Q(went_first=True, review="")
    waiting = FootageRequest.objects.filter(unseen, _of_agency(asked), submitted_at__lt=late)
    return [count(waiting.count())]
