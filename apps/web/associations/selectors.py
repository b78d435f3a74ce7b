"""What an association's contact sees of its members: counts in bands, as they stood at the week's beginning.

A count is a way to ask about one person: invite somebody and see whether a number grows. So (1) nothing below
COUNT_FLOOR is shown, (2) nothing to which fewer than COUNT_FLOOR members contribute, because twelve cameras of one
business are that business, (3) numbers are bands of COUNT_FLOOR, so that one more or less is rarely seen, (4) who
joined or left counts from the next Monday on, together with everybody of that week, and (5) there is no sum that would
give a hidden part away: the parts of a whole are never shown beside it with exact numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from apps.cameras.models import Camera
from apps.cameras.states import CameraState
from apps.counts.weeks import week_began
from apps.partners.models import Affiliation, Partner

_ASKS = (CameraState.RETURNED, CameraState.LAPSED)


@dataclass(frozen=True, slots=True)
class Band:
    """One line: what is counted, and between which numbers the count lies; None where it is hidden."""

    label: str
    least: int | None
    most: int | None

    @property
    def is_hidden(self) -> bool:
        return self.least is None


@dataclass(frozen=True, slots=True)
class AssociationCounts:
    """Members and cameras by state, as of `as_of`."""

    as_of: datetime
    members: list[Band]
    cameras: list[Band]


def counts_for_association(association: Partner) -> AssociationCounts:
    """The counts for the association's contact. Its own cameras are no members' and are not in them."""
    as_of = week_began()
    partners = {
        row.partner_id: row.partner
        for row in Affiliation.objects.filter(
            Q(ended_at__isnull=True) | Q(ended_at__gte=as_of), association=association, began_at__lt=as_of
        ).select_related("partner")
        if row.partner.left_at is None or row.partner.left_at >= as_of
    }
    cameras = list(
        Camera.objects.filter(site__partner__in=partners, created_at__lt=as_of)
        .exclude(state=CameraState.RETIRED)
        .values_list("site__partner_id", "state")
    )
    active = {owner for owner, state in cameras if state == CameraState.ACTIVE}
    paused = {key for key, partner in partners.items() if partner.is_paused}
    return AssociationCounts(
        as_of=as_of,
        members=[
            _members(_("belong to the association"), partners),
            _members(_("can be asked, with at least one active camera"), active - paused),
            _members(_("have no active camera yet"), partners.keys() - active),
            _members(_("are on a pause"), paused),
        ],
        cameras=[
            _cameras(_("active"), cameras, (CameraState.ACTIVE,)),
            _cameras(_("waiting for review"), cameras, (CameraState.PENDING,)),
            _cameras(_("waiting for their owner"), cameras, _ASKS),
        ],
    )


def band(label: str, count: int, contributors: int) -> Band:
    """The band of a count to which so many members contribute."""
    floor = settings.COUNT_FLOOR
    if count < floor or contributors < floor:
        return Band(label, None, None)
    least = count - count % floor
    return Band(label, least, least + floor - 1)


def _members(label: str, keys: Iterable[int]) -> Band:
    count = len(set(keys))
    return band(label, count, count)


def _cameras(label: str, cameras: list[tuple[int, str]], states: tuple[str, ...]) -> Band:
    owners = [owner for owner, state in cameras if state in states]
    return band(label, len(owners), len(set(owners)))
