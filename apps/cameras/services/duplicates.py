"""What staff decide about two registrations that look alike: one camera, or two."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from apps.access.models import Purpose
from apps.access.selectors import acting_for
from apps.accounts.models import User
from apps.cameras import policies
from apps.cameras.models import Camera, CameraPair
from apps.cameras.services.guard import check_version, locked_cameras
from apps.cameras.services.review import Reasons, decide
from apps.cameras.states import CameraState
from apps.core.errors import InvalidInput, WrongState
from apps.ledger import services as ledger
from apps.ledger.values import Subject


def mark_not_same(*, camera: Camera, other: Camera, purpose: Purpose | None, user: User) -> CameraPair:
    """They are two cameras: nobody is asked about this pair again. Repeating it changes nothing.

    Raises NotAllowed without a program manager's purpose of reviewing, WrongState if they were found to be one.
    """
    with transaction.atomic():
        purpose = policies.check_review(user, purpose)
        one, two = _both(camera, other)
        pair = CameraPair.objects.filter(one=one, other=two).first()
        if pair is not None:
            if pair.kept_id is not None:
                raise WrongState(_("These two were found to be one camera before."), code="decided")
            return pair
        pair = CameraPair.objects.create(one=one, other=two, decided_by=user, purpose=purpose)
        ledger.record(
            "camera.not_duplicate",
            Subject.of("camera", camera.public_id),
            acting_for(purpose).actor,
            other=str(other.public_id),
            purpose=str(purpose.public_id),
        )
        return pair


def retire_duplicate(*, camera: Camera, version: int, kept: Camera, purpose: Purpose | None, user: User) -> Camera:
    """They are one camera: `camera` is retired as the duplicate of `kept`, which stays as it is.

    Both keep their history, and each names the other. Raises NotAllowed, Stale if `camera` changed since it was read,
    WrongState if one of them left the program.
    """
    with transaction.atomic():
        purpose = policies.check_review(user, purpose)
        one, two = _both(camera, kept)
        fresh = {row.pk: row for row in (one, two)}
        camera, kept = fresh[camera.pk], fresh[kept.pk]
        check_version(camera, version)
        if kept.state == CameraState.RETIRED:
            raise WrongState(_("The camera that should stay has left the program."), code="kept_retired")
        decided = decide(
            camera,
            CameraState.RETIRED,
            "retired",
            Reasons(["duplicate"]),
            purpose,
            duplicate_of=str(kept.public_id),
        )
        CameraPair.objects.update_or_create(
            one=one, other=two, defaults={"kept": kept, "decided_by": user, "purpose": purpose}
        )
        return decided


def _both(camera: Camera, other: Camera) -> tuple[Camera, Camera]:
    """Both fresh and locked, the lower key first: two decisions about one pair come one after the other."""
    if camera.pk == other.pk:
        sentence = _("Choose two different cameras.")
        raise InvalidInput.about("other", sentence)
    first, second = sorted((camera, other), key=lambda one: one.pk)
    one, two = locked_cameras(first, second)
    return one, two
