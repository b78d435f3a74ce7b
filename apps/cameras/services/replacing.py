"""One camera takes the place of another; the old one keeps its history."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.cameras.details import CameraDetails
from apps.cameras.messages import tell_registrant
from apps.cameras.models import Camera, CameraPlace
from apps.cameras.places import is_in_bounds, place_fields, zone_at
from apps.cameras.services.evaluation import judge_camera
from apps.cameras.services.guard import check_may_change, locked_for_owner
from apps.cameras.states import CAMERA_TRANSITIONS, CameraState
from apps.core.errors import NotFound, WrongState
from apps.core.once import create_once
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.terms.selectors import has_accepted


def replace_camera(
    *,
    camera: Camera,
    version: int,
    details: CameraDetails,
    request_key: UUID | None,
    user: User,
    actor: Actor,
) -> Camera:
    """Register the camera that hangs where `camera` hung, and retire the old one; returns the new one, pending.

    What was asked of the old camera and given from it stays with it: matches, answers, evidence; its open invitations
    stay answerable, because the recorder may still hold what they ask for. A repeated key finds the first new one.
    Raises as `update_camera` does, WrongState also where the terms in force are not accepted.
    """
    with transaction.atomic():
        check_may_change(user, camera)
        earlier = Camera.objects.filter(request_key=request_key).first() if request_key else None
        if earlier is not None:
            if earlier.replaces_id != camera.pk:
                raise NotFound(_("There is no such camera among yours."))
            return earlier
        old = locked_for_owner(camera, user, version)
        if not has_accepted(old.site.partner):
            raise WrongState(_("Please read and accept the terms in force first."), code="terms_outstanding")
        CAMERA_TRANSITIONS.check(old.state, CameraState.RETIRED)
        old.state = CameraState.RETIRED
        old.version += 1
        old.save(update_fields=["state", "version"])
        sector = details.sector
        zone = zone_at(sector.latitude, sector.longitude)
        new, _created = create_once(
            Camera,
            request_key=request_key,
            site=old.site,
            replaces=old,
            zone=zone,
            confirmed_at=timezone.now(),
            **details.columns(),
        )
        new.place = CameraPlace.objects.create(camera=new, **place_fields(sector))
        conformance = judge_camera(new)
        gone = Subject.of("camera", old.public_id)
        ledger.record("camera.replaced", gone, actor, version=old.version, by=str(new.public_id))
        facts = {
            "partner": str(old.site.partner.public_id),
            "site": str(old.site.public_id),
            "conformance": conformance.outcome if conformance else "",
            "in_bounds": is_in_bounds(sector.latitude, sector.longitude),
            "replaces": str(old.public_id),
            **details.facts(),
        }
        come = Subject.of("camera", new.public_id)
        ledger.record("camera.registered", come, actor, **facts, private=details.private())
        tell_registrant("registered", new, [user])
        return new
