"""A partner moved house: one decision about all of its cameras."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.cameras.models import Camera
from apps.cameras.states import CAMERA_TRANSITIONS, CameraState, Change
from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.notifications.services import queue_message
from apps.partners import policies as partner_policies
from apps.partners.models import Partner
from apps.partners.services import check_takes_part

# Where a camera waits until its owner says where it hangs now: what staff have not looked at goes back for correction.
_WAITS_AS = {
    CameraState.ACTIVE: CameraState.LAPSED,
    CameraState.LAPSED: CameraState.LAPSED,
    CameraState.PENDING: CameraState.RETURNED,
    CameraState.RETURNED: CameraState.RETURNED,
}


def settle_move(*, partner: Partner, stayed: bool, user: User, actor: Actor) -> int:
    """The people moved. The cameras stayed with the house (all are withdrawn), or came along (each needs its place).

    One decision and one mail; returns how many cameras it changed. A repeat changes none and mails nothing, so nobody
    is asked twice. Raises NotFound or NotAllowed for people who do not run the account, WrongState if it left.
    """
    with transaction.atomic():
        partner_policies.check_can_manage(user, partner)
        check_takes_part(partner)
        rows = Camera.objects.filter(site__partner=partner).exclude(state=CameraState.RETIRED)
        cameras = list(locked(rows))
        changed = [camera for camera in cameras if stayed or camera.reported != Change.MOVED]
        if not changed:
            return 0
        for camera in changed:
            _settle(camera, stayed, actor)
        entry = ledger.record(
            "partner.moved", Subject.of("partner", partner.public_id), actor, cameras=len(changed), stayed=stayed
        )
        _confirm(user, len(changed), stayed, key=f"partner.moved:{entry.public_id}:{user.public_id}")
        return len(changed)


def _settle(camera: Camera, stayed: bool, actor: Actor) -> None:
    target = CameraState.RETIRED if stayed else _WAITS_AS[CameraState(camera.state)]
    if camera.state != target:
        CAMERA_TRANSITIONS.check(camera.state, target)
        camera.state = target
    camera.reported = Change.GONE if stayed else Change.MOVED
    camera.version += 1
    camera.save(update_fields=["state", "reported", "version"])
    ledger.record(
        "camera.withdrawn" if stayed else "camera.reported",
        Subject.of("camera", camera.public_id),
        actor,
        version=camera.version,
        change=str(camera.reported),
    )


def _confirm(user: User, count: int, stayed: bool, *, key: str) -> None:
    with translation.override(user.language or settings.LANGUAGE_CODE):
        context = {
            "person": user,
            "count": count,
            "stayed": stayed,
            "portal_name": settings.PORTAL_NAME,
            "site_url": settings.SITE_URL,
        }
        queue_message(
            kind="partner.moved",
            recipient=user.email,
            subject=_("You told us that you have moved"),
            text=render_to_string("emails/cameras/moved.txt", context),
            dedupe_key=key,
        )
