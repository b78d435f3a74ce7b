"""Cameras stay where they are and get another owner: the old rows end, new ones begin, and neither knows the other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from apps.cameras.details import CameraDetails, stated_values
from apps.cameras.models import Camera, CameraPlace, Site
from apps.cameras.places import is_in_bounds, place_fields, zone_at
from apps.cameras.review_reasons import PASSED_ON
from apps.cameras.services.evaluation import judge_camera
from apps.cameras.states import CAMERA_TRANSITIONS, CameraState
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject

#: Under review, returned and retired cameras are not passed on: what they are is not settled.
MAY_BE_PASSED_ON = (CameraState.ACTIVE, CameraState.LAPSED)


def pass_on_cameras(*, cameras: Sequence[Camera], site: Site, offer: UUID, actor: Actor) -> list[Camera]:
    """End these cameras, which the caller has locked with their partner, and begin each anew at `site`; in their order.

    Part of taking over an offer. Place, view, range, make and recorder come along; notes, photo and checks do not. The
    new one waits for its owner's correction and then for staff. Both owners' histories cite the offer alone.
    """
    now = timezone.now()
    found = []
    for old in cameras:
        CAMERA_TRANSITIONS.check(old.state, CameraState.RETIRED)
        details = CameraDetails.checked(**stated_values(old) | {"notes": ""})
        old.state = CameraState.RETIRED
        old.version += 1
        old.save(update_fields=["state", "version"])
        gone = Subject.of("camera", old.public_id)
        ledger.record("camera.passed_on", gone, actor, version=old.version, offer=str(offer))
        found.append(_begin(details, site, now, offer, actor))
    return found


def _begin(details: CameraDetails, site: Site, now: datetime, offer: UUID, actor: Actor) -> Camera:
    sector = details.sector
    camera = Camera.objects.create(
        site=site,
        state=CameraState.RETURNED,
        return_causes=[PASSED_ON],
        asked_from=now,
        zone=zone_at(sector.latitude, sector.longitude),
        **details.columns(),
    )
    camera.place = CameraPlace.objects.create(camera=camera, **place_fields(sector))
    conformance = judge_camera(camera)
    ledger.record(
        "camera.registered",
        Subject.of("camera", camera.public_id),
        actor,
        partner=str(site.partner.public_id),
        site=str(site.public_id),
        conformance=conformance.outcome if conformance else "",
        in_bounds=is_in_bounds(sector.latitude, sector.longitude),
        offer=str(offer),
        **details.facts(),
        private=details.private(),
    )
    return camera
