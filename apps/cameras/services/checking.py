"""check_camera: what an owner says once a year of a camera and its recorder. A picture of both clocks is optional."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.cameras.models import Camera, CameraCheck, Confirmation
from apps.cameras.recorder_clock import readings
from apps.cameras.services.confirmation import check_may_answer
from apps.cameras.services.guard import locked_cameras
from apps.cameras.states import CameraState, ClockSource, Said
from apps.core.errors import InvalidInput, NotFound, WrongState
from apps.core.once import create_once
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.media.pictures import picture_of_form

LONGEST_SIDE = 1600
EXACT_MOST_MS = 60_000


@dataclass(frozen=True, slots=True)
class Stated:
    """What was typed. Each is optional; `day` and `recorder_clock` are the recorder's, `portal_clock` is ours."""

    hangs: str = ""
    exports: str = ""
    day: date | None = None
    recorder_clock: str = ""
    portal_clock: str = ""
    exact_ms: int | None = None
    picture: bytes = b""
    in_clip: bool = False
    """Both clocks were read in a test clip that came before."""


def check_camera(
    *,
    camera: Camera,
    stated: Stated,
    request_key: UUID,
    actor: Actor,
    user: User | None = None,
    confirmation: Confirmation | None = None,
    beside: Collection[UUID] = (),
) -> CameraCheck:
    """Keep what somebody who runs the account (`user`), or holds the yearly letter (`confirmation`), says of a camera.

    `beside`: other cameras of its site that hang on the same recorder. What is said of the clock and of exporting holds
    for them too, and each gets a check and an entry of its own, in one transaction.
    It confirms nothing and changes nothing of the cameras. A repeat of the key returns the first one. Raises NotFound,
    NotAllowed, WrongState if the camera or its partner left, and as `read_check`.
    """
    check_may_answer(camera.site.partner, user, confirmation)
    values = read_check(stated, sender=str(camera.site.partner.public_id))
    with transaction.atomic():
        camera, *others = locked_cameras(camera, *_cameras_beside(camera, beside))
        check_may_answer(camera.site.partner, user, confirmation)
        first = keep_check(camera, values, request_key=request_key, actor=actor)
        shared = {name: value for name, value in values.items() if name not in ("hangs", "picture")}
        if shared.get("source") or shared.get("exports"):
            for other in others:
                key = uuid5(request_key, str(other.public_id))
                keep_check(other, {**shared, "same_recorder": first}, request_key=key, actor=actor)
        return first


def _cameras_beside(camera: Camera, beside: Collection[UUID]) -> list[Camera]:
    """Those of the named cameras that are at this camera's site. What left meanwhile is passed over."""
    rows = Camera.objects.filter(site=camera.site_id, public_id__in=list(beside)).exclude(pk=camera.pk)
    return list(rows.exclude(state=CameraState.RETIRED).select_related("site").order_by("pk"))


def read_check(stated: Stated, *, sender: str) -> dict[str, Any]:
    """The columns of a check; a picture is decoded here, which takes seconds, so outside of any transaction.

    Raises InvalidInput that names the field, Busy while enough pictures wait their turn.
    """
    for name in ("hangs", "exports"):
        if getattr(stated, name) not in ("", *Said.values):
            raise InvalidInput.about(name, _("Choose one of the answers."))
    found = readings(day=stated.day, recorder=stated.recorder_clock, portal=stated.portal_clock)
    if stated.picture and found is None:
        raise InvalidInput.about("recorder_clock", _("Type what the recorder shows in the picture."))
    if found is None and not stated.hangs and not stated.exports:
        raise InvalidInput(_("Please answer at least one question."))
    values: dict[str, Any] = {"hangs": stated.hangs, "exports": stated.exports}
    if found is not None:
        values |= {
            "recorder_time": found.recorder.isoformat(),
            "portal_time": found.portal.isoformat(),
            "offset_s": found.offset_s,
            "source": _source(stated),
        }
        if stated.exact_ms is not None and 0 <= stated.exact_ms <= EXACT_MOST_MS:
            values["exact_ms"] = stated.exact_ms
    if stated.picture:
        made = picture_of_form(stated.picture, longest_side=LONGEST_SIDE, sender=sender, field="picture")
        values["picture"] = made.jpeg
    return values


def _source(stated: Stated) -> ClockSource:
    if stated.picture:
        return ClockSource.PHOTOGRAPH
    return ClockSource.CLIP if stated.in_clip else ClockSource.TYPED


def keep_check(camera: Camera, values: dict[str, Any], *, request_key: UUID, actor: Actor) -> CameraCheck:
    """Part of the caller's act, which holds the camera: keep what `read_check` read, with its entry."""
    if camera.state == CameraState.RETIRED:
        raise WrongState(_("This camera is no longer in the program. Please register it again."), code="retired")
    check, created = create_once(CameraCheck, request_key=request_key, camera=camera, **values)
    if check.camera_id != camera.pk:
        raise NotFound(_("There is no such camera among yours."))
    if created:
        picture = values.get("picture")
        ledger.record(
            "camera.checked",
            Subject.of("camera", camera.public_id),
            actor,
            hangs=check.hangs,
            exports=check.exports,
            plays=check.plays,
            problem=check.problem,
            clock_offset_s=check.offset_s,
            clock_source=str(check.source),
            exact_ms=check.exact_ms,
            same_recorder=str(check.same_recorder.camera.public_id) if check.same_recorder else None,
            picture=hashlib.sha256(picture).hexdigest() if picture else "",
        )
    return check
