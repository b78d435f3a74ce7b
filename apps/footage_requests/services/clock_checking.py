"""check_asked_clock: who is asked for video says how wrong the recorder's clock is, by link or signed in."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.cameras.models import CameraCheck
from apps.cameras.services.checking import Stated, keep_check, read_check
from apps.cameras.services.guard import locked_camera
from apps.core.errors import WrongState
from apps.footage_requests.access import accepts_answers
from apps.footage_requests.models import Match
from apps.ledger.values import Actor


def check_asked_clock(*, match: Match, stated: Stated, request_key: UUID, actor: Actor) -> CameraCheck:
    """Keep the two times for the camera of a match, as `cameras.services.check_camera` does for an owner.

    `match` comes with its invitation, request, camera, site and partner. Raises WrongState once no answer is taken, and
    as `read_check`.
    """
    if not accepts_answers(match.invitation):
        raise WrongState(_("This request has ended and takes no more answers."), code="ended")
    values = read_check(stated, sender=str(match.camera.site.partner.public_id))
    with transaction.atomic():
        return keep_check(locked_camera(match.camera), values, request_key=request_key, actor=actor)
