"""What a program manager does with a registration: approve, return for correction, retire."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.agencies.models import Purpose
from apps.cameras import policies
from apps.cameras.messages import tell_registrant
from apps.cameras.models import Camera
from apps.cameras.services.registration import check_version, locked
from apps.cameras.states import CAMERA_TRANSITIONS, CameraState
from apps.core import text
from apps.ledger import services as ledger
from apps.ledger.values import Act, Actor, Subject
from apps.partners.policies import MANAGING_ROLES
from apps.partners.selectors import members_of
from apps.partners.services import check_takes_part

REASON_MAX = 1000


def approve_camera(*, camera: Camera, version: int, purpose: Purpose | None, user: User, actor: Actor) -> Camera:
    """The registration is in order: the camera may be matched from now on.

    Needs a program manager's current purpose of kind registration_review. Raises NotAllowed, Stale, WrongState.
    """
    with transaction.atomic():
        purpose, camera = _guarded(camera, version, purpose, user)
        check_takes_part(camera.site.partner)
        return _decide(camera, CameraState.ACTIVE, "approved", "", purpose, actor)


def return_camera(
    *, camera: Camera, version: int, reason: str, purpose: Purpose | None, user: User, actor: Actor
) -> Camera:
    """Ask the registrant to correct something, in words that go into the message. Raises as `approve_camera` does."""
    with transaction.atomic():
        purpose, camera = _guarded(camera, version, purpose, user)
        check_takes_part(camera.site.partner)
        reason = text.paragraphs(reason, field="reason", most=REASON_MAX)
        return _decide(camera, CameraState.RETURNED, "returned", reason, purpose, actor)


def retire_camera(
    *, camera: Camera, version: int, reason: str, purpose: Purpose | None, user: User, actor: Actor
) -> Camera:
    """Take a camera out of the program for good, with a reason. Raises as `approve_camera` does.

    An owner's own way out is `withdraw_camera`.
    """
    with transaction.atomic():
        purpose, camera = _guarded(camera, version, purpose, user)
        reason = text.paragraphs(reason, field="reason", most=REASON_MAX)
        return _decide(camera, CameraState.RETIRED, "retired", reason, purpose, actor)


def _guarded(camera: Camera, version: int, purpose: Purpose | None, user: User) -> tuple[Purpose, Camera]:
    purpose = policies.check_review(user, purpose)
    camera = locked(camera)
    check_version(camera, version)
    return purpose, camera


def _decide(camera: Camera, state: CameraState, verb: str, reason: str, purpose: Purpose, actor: Actor) -> Camera:
    before = camera.state
    CAMERA_TRANSITIONS.check(before, state)
    camera.state = state
    camera.return_reason = reason if state == CameraState.RETURNED else ""
    camera.version += 1
    camera.save(update_fields=["state", "return_reason", "version"])
    private: dict[str, Any] = {"reason": reason} if reason else {}
    ledger.append(
        Act(
            action=f"camera.{verb}",
            actor=actor,
            subject=Subject.of("camera", camera.public_id),
            facts={"version": camera.version, "state_before": before, "purpose": str(purpose.public_id)},
            private=private,
        )
    )
    managers = [member.user for member in members_of(camera.site.partner) if member.role in MANAGING_ROLES]
    tell_registrant(verb, camera, managers, reason=reason)
    return camera
