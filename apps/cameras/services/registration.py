"""What an owner does with a camera: register, correct, withdraw."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from geographiclib.geodesic import Geodesic

from apps.accounts.models import User
from apps.agencies.features import check_public_registration
from apps.cameras.details import CameraDetails
from apps.cameras.messages import tell_registrant
from apps.cameras.models import Camera, CameraPlace, Site
from apps.cameras.places import is_in_bounds, place_fields, zone_at
from apps.cameras.services.evaluation import judge_camera
from apps.cameras.services.guard import check_may_change, check_version, locked_camera, locked_for_owner
from apps.cameras.states import CAMERA_TRANSITIONS, CameraState
from apps.core.errors import NotFound, WrongState
from apps.core.once import create_once
from apps.geo import Sector
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.partners import policies as partner_policies
from apps.partners.services import check_takes_part
from apps.terms.selectors import has_accepted

# A camera that moves farther than this is looked at again before it is matched.
REVIEW_AGAIN_M = 100.0


def register_camera(
    *,
    site: Site,
    details: CameraDetails,
    request_key: UUID | None,
    user: User,
    actor: Actor,
    tell: bool = True,
    begun: bool = False,
) -> Camera:
    """Register a camera at a site: pending until a program manager has looked. A repeated key finds the first.

    `tell` mails the registrant; an act that registers many says so once instead. `begun` is for what an import or an
    agency's invitation began: it goes on while the public cannot register (NotAllowed).

    Outside the city's bounds it is registered all the same; the review decides, and `advice_for` warns. Raises
    NotFound or NotAllowed for people who do not run the account, WrongState if the partner left, the site is closed or
    the terms in force are not accepted.
    """
    with transaction.atomic():
        partner = site.partner
        partner_policies.check_can_manage(user, partner)
        check_takes_part(partner)
        if not begun:
            check_public_registration()
        if not has_accepted(partner):
            raise WrongState(_("Please read and accept the terms in force first."), code="terms_outstanding")
        if Site.objects.filter(pk=site.pk, closed_at__isnull=False).exists():
            raise WrongState(_("This site is closed. Choose another one or add it anew."), code="site_closed")
        camera, created = create_once(
            Camera,
            request_key=request_key,
            site=site,
            **details.columns(),
            confirmed_at=timezone.now(),
            zone=zone_at(details.sector.latitude, details.sector.longitude),
        )
        if not created:
            if camera.site.partner_id != partner.pk:
                raise NotFound(_("There is no such camera among yours."))
            return camera
        camera.place = CameraPlace.objects.create(camera=camera, **place_fields(details.sector))
        conformance = judge_camera(camera)
        ledger.record(
            "camera.registered",
            Subject.of("camera", camera.public_id),
            actor,
            partner=str(partner.public_id),
            site=str(site.public_id),
            conformance=conformance.outcome if conformance else "",
            in_bounds=is_in_bounds(details.sector.latitude, details.sector.longitude),
            **details.facts(),
            private=details.private(),
        )
        if tell:
            tell_registrant("registered", camera, [user])
        return camera


def update_camera(
    *,
    camera: Camera,
    version: int,
    details: CameraDetails,
    user: User,
    actor: Actor,
) -> Camera:
    """Save an owner's corrections, given the `version` that the owner read.

    A returned camera waits for review again; so does an active or lapsed one that moved farther than 100 m. A
    correction also confirms a camera: a lapsed one that did not move is active again. Raises Stale if somebody changed
    it since, WrongState if it is retired or the partner left, NotFound, NotAllowed.
    """
    with transaction.atomic():
        camera = locked_for_owner(camera, user, version)
        moved_m = _moved(camera.place, details.sector)
        before = camera.state
        state = _state_after(camera.state, moved_m)
        if state != camera.state:
            CAMERA_TRANSITIONS.check(camera.state, state)
            camera.state = state
            camera.return_reason, camera.return_causes = "", []
            if state == CameraState.PENDING:
                camera.waiting_since = timezone.now()
        camera.confirmed_at, camera.reported = timezone.now(), ""
        for column, value in details.columns().items():
            setattr(camera, column, value)
        camera.zone = zone_at(details.sector.latitude, details.sector.longitude)
        camera.version += 1
        camera.save()
        for column, value in place_fields(details.sector).items():
            setattr(camera.place, column, value)
        camera.place.save()
        conformance = judge_camera(camera)
        ledger.record(
            "camera.updated",
            Subject.of("camera", camera.public_id),
            actor,
            version=camera.version,
            state=camera.state,
            state_before=before,
            conformance=conformance.outcome if conformance else "",
            **details.facts(),
            private=details.private(),
        )
        return camera


def withdraw_camera(*, camera: Camera, version: int, user: User, actor: Actor) -> Camera:
    """The owner takes a camera out of the program, for good. Withdrawing it again changes nothing.

    Raises Stale, NotFound or NotAllowed as `update_camera` does.
    """
    with transaction.atomic():
        check_may_change(user, camera)
        camera = locked_camera(camera)
        if camera.state == CameraState.RETIRED:
            return camera
        check_version(camera, version)
        CAMERA_TRANSITIONS.check(camera.state, CameraState.RETIRED)
        camera.state = CameraState.RETIRED
        camera.version += 1
        camera.save(update_fields=["state", "version"])
        ledger.record("camera.withdrawn", Subject.of("camera", camera.public_id), actor, version=camera.version)
        return camera


def _state_after(state: str, moved_m: float) -> str:
    """Of a camera that its owner changed: a correction and a far move are looked at, a lapsed one is back."""
    far = moved_m > REVIEW_AGAIN_M
    if state == CameraState.RETURNED or (far and state in (CameraState.ACTIVE, CameraState.LAPSED)):
        return CameraState.PENDING
    return CameraState.ACTIVE if state == CameraState.LAPSED else state


def _moved(place: CameraPlace, sector: Sector) -> float:
    line = Geodesic.WGS84.Inverse(place.latitude, place.longitude, sector.latitude, sector.longitude, Geodesic.DISTANCE)
    return float(line["s12"])
