"""The photo of what a camera sees: decoded in the confinement, written anew from pixels, kept encrypted."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.cameras.models import Camera, CameraView
from apps.cameras.services.guard import check_may_change, locked_camera
from apps.cameras.states import CameraState
from apps.core.errors import WrongState
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.media.pictures import picture_of_form
from apps.partners.services import check_takes_part

LONGEST_SIDE = 1280


def save_camera_view(*, camera: Camera, picture: bytes, user: User, actor: Actor) -> CameraView:
    """Keep this photo as what the camera sees; an earlier one is gone. JPEG, PNG or WebP as a phone gives it.

    Nothing but pixels is kept: no place, no time, no model of the phone. Raises InvalidInput where it cannot be read,
    WrongState if the camera or its partner left, NotFound, NotAllowed, Busy while enough pictures wait their turn.
    """
    check_may_change(user, camera)
    sender = str(user.public_id)
    # Before the transaction: a decoder may take seconds.
    made = picture_of_form(picture, longest_side=LONGEST_SIDE, sender=sender, field="picture")
    with transaction.atomic():
        camera = _open(camera, user)
        # Never an upsert of the database's own: the row of the old picture is to be gone, not its pointer alone.
        CameraView.objects.filter(camera=camera).delete()
        view = CameraView.objects.create(camera=camera, picture=made.jpeg, width=made.width, height=made.height)
        facts = {"width": made.width, "height": made.height, "bytes": len(made.jpeg)}
        ledger.record("camera.view_saved", Subject.of("camera", camera.public_id), actor, **facts)
        return view


def remove_camera_view(*, camera: Camera, user: User, actor: Actor) -> bool:
    """Erase the photo. Says whether there was one. Raises NotFound or NotAllowed as `save_camera_view` does."""
    check_may_change(user, camera)
    with transaction.atomic():
        count, _rows = CameraView.objects.filter(camera=locked_camera(camera)).delete()
        if count:
            ledger.record("camera.view_removed", Subject.of("camera", camera.public_id), actor)
        return bool(count)


def _open(camera: Camera, user: User) -> Camera:
    check_may_change(user, camera)
    camera = locked_camera(camera)
    check_takes_part(camera.site.partner)
    if camera.state == CameraState.RETIRED:
        raise WrongState(_("This camera is no longer in the program. Please register it again."), code="retired")
    return camera
