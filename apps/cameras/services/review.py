"""What a program manager does with a registration: approve, return for correction, retire."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from apps.access.models import Purpose
from apps.access.selectors import acting_for
from apps.accounts.models import User
from apps.cameras import policies
from apps.cameras.duplicates import may_be_double
from apps.cameras.messages import tell_registrant
from apps.cameras.models import Camera
from apps.cameras.review_reasons import RETIRE_REASONS, RETURN_REASONS, checked_reasons
from apps.cameras.services.guard import check_version, locked_camera
from apps.cameras.states import CAMERA_TRANSITIONS, CameraState
from apps.core import text
from apps.core.errors import WrongState
from apps.ledger import services as ledger
from apps.ledger.values import Subject
from apps.partners.policies import MANAGING_ROLES
from apps.partners.selectors import members_of
from apps.partners.services import check_takes_part, vouch_after_approval

REASON_MAX = 1000


def approve_camera(*, camera: Camera, version: int, purpose: Purpose | None, user: User) -> Camera:
    """The registration is in order: the camera may be matched from now on.

    Needs a program manager's current purpose of kind registration_review. Raises NotAllowed, Stale, WrongState.
    """
    with transaction.atomic():
        purpose, camera = _guarded(camera, version, purpose, user)
        check_takes_part(camera.site.partner)
        decided = decide(camera, CameraState.ACTIVE, "approved", Reasons(), purpose)
        vouch_after_approval(partner=camera.site.partner)
        return decided


def approve_from_list(*, camera: Camera, version: int, purpose: Purpose | None, user: User) -> Camera:
    """Approve a camera that was not looked at by itself. Raises as `approve_camera` does.

    WrongState (`may_be_double`) if another registration looks like it and nobody has decided whether both are one.
    """
    with transaction.atomic():
        purpose, camera = _guarded(camera, version, purpose, user)
        if may_be_double(camera, purpose=purpose, user=user):
            raise WrongState(
                _(
                    "It may be the same camera as another registration. Open it, compare the two, and say whether they "
                    "are one."
                ),
                code="may_be_double",
            )
        return approve_camera(camera=camera, version=version, purpose=purpose, user=user)


def return_camera(
    *,
    camera: Camera,
    version: int,
    reason: str = "",
    causes: Iterable[str] = (),
    purpose: Purpose | None,
    user: User,
) -> Camera:
    """Ask the registrant to correct something: common reasons by key, words of one's own, or both.

    Each registrant reads the common ones in their own language. Raises as `approve_camera` does, and InvalidInput
    without any reason.
    """
    with transaction.atomic():
        purpose, camera = _guarded(camera, version, purpose, user)
        check_takes_part(camera.site.partner)
        said = _reasons(reason, causes, RETURN_REASONS)
        return decide(camera, CameraState.RETURNED, "returned", said, purpose)


def retire_camera(
    *,
    camera: Camera,
    version: int,
    reason: str = "",
    causes: Iterable[str] = (),
    purpose: Purpose | None,
    user: User,
) -> Camera:
    """Take a camera out of the program for good, with reasons as for `return_camera`. Raises as it does.

    An owner's own way out is `withdraw_camera`.
    """
    with transaction.atomic():
        purpose, camera = _guarded(camera, version, purpose, user)
        said = _reasons(reason, causes, RETIRE_REASONS)
        return decide(camera, CameraState.RETIRED, "retired", said, purpose)


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why a camera is returned or retired: keys of common reasons, and words of one's own."""

    causes: list[str] = field(default_factory=list)
    words: str = ""


def decide(
    camera: Camera,
    state: CameraState,
    verb: str,
    reasons: Reasons,
    purpose: Purpose,
    **facts: Any,
) -> Camera:
    """Write a decision about a locked camera, its entry and the message; part of a service that has guarded it."""
    before = camera.state
    CAMERA_TRANSITIONS.check(before, state)
    returned = state == CameraState.RETURNED
    camera.state = state
    camera.return_reason = reasons.words if returned else ""
    camera.return_causes = reasons.causes if returned else []
    camera.version += 1
    camera.save(update_fields=["state", "return_reason", "return_causes", "version"])
    ledger.record(
        f"camera.{verb}",
        Subject.of("camera", camera.public_id),
        acting_for(purpose).actor,
        version=camera.version,
        state_before=before,
        purpose=str(purpose.public_id),
        causes=reasons.causes,
        **facts,
        private={"reason": reasons.words} if reasons.words else {},
    )
    managers = [member.user for member in members_of(camera.site.partner) if member.role in MANAGING_ROLES]
    tell_registrant(verb, camera, managers, causes=reasons.causes, reason=reasons.words)
    return camera


def _reasons(reason: str, causes: Iterable[str], offered: dict[str, str | Promise]) -> Reasons:
    keys = checked_reasons(causes, offered)
    return Reasons(keys, text.paragraphs(reason, field="reason", most=REASON_MAX, required=not keys))


def _guarded(camera: Camera, version: int, purpose: Purpose | None, user: User) -> tuple[Purpose, Camera]:
    purpose = policies.check_review(user, purpose)
    camera = locked_camera(camera)
    check_version(camera, version)
    return purpose, camera
