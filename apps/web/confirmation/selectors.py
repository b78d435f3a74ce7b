"""What an owner confirms once a year, as the page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from apps.cameras.models import Camera, Confirmation
from apps.cameras.services.confirmation import AGAIN_AFTER, CONFIRMABLE, link_lives
from apps.cameras.states import CameraState, Change
from apps.partners.models import Partner

# So many can be marked one by one on the page; with more, the owner signs in and changes each on its own page.
MOST_ROWS = 60


@dataclass(frozen=True, slots=True)
class ConfirmableCamera:
    """One camera by its owner's words."""

    public_id: UUID
    name: str
    site_name: str
    lapsed: bool


@dataclass(frozen=True, slots=True)
class Confirmable:
    """The question: how many cameras, the first of them, whether anything is left to confirm, and what was reported."""

    count: int
    rows: list[ConfirmableCamera]
    waiting: bool
    confirmed_until: datetime | None
    reported: list[str]
    changes: list[tuple[str, str]]

    @property
    def more(self) -> int:
        """How many are not listed."""
        return self.count - len(self.rows)


def confirmation_of(public_id: UUID) -> Confirmation | None:
    """The confirmation, if its link still opens. The caller has seen the link's key."""
    found = Confirmation.objects.select_related("partner").filter(public_id=public_id).first()
    return found if found is not None and link_lives(found) else None


def confirmable(partner: Partner) -> Confirmable:
    """What this partner may confirm now. Names only: a place stays on the pages that ask for signing in."""
    rows = Camera.objects.filter(site__partner=partner, state__in=CONFIRMABLE, reported="")
    shown = list(rows.select_related("site").order_by("pk")[:MOST_ROWS])
    oldest = rows.order_by("confirmed_at").values_list("confirmed_at", flat=True).first()
    lapsed = rows.filter(state=CameraState.LAPSED).exists()
    waiting = oldest is not None and (lapsed or oldest <= timezone.now() - AGAIN_AFTER)
    return Confirmable(
        count=rows.count(),
        rows=[
            ConfirmableCamera(one.public_id, one.name, one.site.name, one.state == CameraState.LAPSED) for one in shown
        ],
        waiting=waiting,
        confirmed_until=oldest + timedelta(days=settings.CONFIRM_EVERY_DAYS) if oldest and not waiting else None,
        reported=reported(partner),
        changes=[(value, str(label)) for value, label in Change.choices],
    )


def reported(partner: Partner) -> list[str]:
    """Names of the cameras of which the owner said that they moved or were replaced, and not yet the rest."""
    rows = Camera.objects.filter(site__partner=partner).exclude(reported="").exclude(state=CameraState.RETIRED)
    return [camera.name for camera in rows.order_by("pk")[:MOST_ROWS]]


def confirmation_notices(partner: Partner, cameras: list[Camera] | None = None) -> dict[str, bool]:
    """What the list of cameras says on top: a pause that lasts, cameras that wait to be confirmed.

    `cameras`: all of the partner's, where the page has them.
    """
    since = timezone.now() - timedelta(days=settings.CONFIRM_EVERY_DAYS)
    if cameras is not None:
        due = any(_is_due(camera, since) for camera in cameras)
    else:
        rows = Camera.objects.filter(site__partner=partner, reported="")
        lapsed = Q(state=CameraState.LAPSED)
        due = rows.filter(lapsed | Q(state=CameraState.ACTIVE, confirmed_at__lte=since)).exists()
    return {"paused": partner.is_paused, "due": due}


def _is_due(camera: Camera, since: datetime) -> bool:
    if camera.reported or camera.state not in (CameraState.LAPSED, CameraState.ACTIVE):
        return False
    return camera.state == CameraState.LAPSED or (camera.confirmed_at is not None and camera.confirmed_at <= since)
