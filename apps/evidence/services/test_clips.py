"""The yearly test clip: it comes in by the door of evidence, is looked at by the same decoders, and goes.

Nothing is sealed, nothing is shown to staff but the camera's check, and no copy is made. The bytes go with the result,
or after a day without one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path, PurePath
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.cameras.models import Camera
from apps.cameras.policies import can_change_camera
from apps.cameras.services.checking import keep_check
from apps.cameras.services.confirmation import check_may_answer
from apps.cameras.services.guard import locked_camera
from apps.cameras.states import CameraState, Said
from apps.core import claims
from apps.core.background import enqueue_after_commit
from apps.core.connections import let_go_of_connection
from apps.core.errors import InvalidInput, NotFound, PortalError, WrongState
from apps.core.locks import locked
from apps.evidence.models import TestClip
from apps.evidence.services.processing import FIRST_BYTES, scratch_folder
from apps.evidence.services.working import LEASE, WORKER, lease_kept, logger
from apps.evidence.states import CLIP_TRANSITIONS, ClipState
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.media.errors import MediaError, Unconfined, Undecodable
from apps.media.probe import probe
from apps.media.produce import make_poster
from apps.uploads import nodes, staging
from apps.uploads import services as uploads
from apps.uploads.errors import TooLarge, Unwanted
from apps.uploads.filenames import safe_filename
from apps.uploads.models import Upload
from apps.uploads.room import Sender

SCOPE_KIND = "clip"
MOST_BYTES = 256 * 1024**2
KEPT_FOR = timedelta(days=1)
NO_EXPORT = frozenset({"empty", "text", "playlist", "picture", "heic", "archive", "program", "document", "sound_only"})
"""What was sent is not what a recorder exports, so it says nothing about whether this one can."""


def camera_for(user: Any, public_id: str) -> Camera:
    """A camera of an account that this person runs. Raises NotFound."""
    try:
        camera = Camera.objects.filter(public_id=UUID(public_id)).select_related("site__partner").first()
    except ValueError:
        camera = None
    if camera is None or not can_change_camera(user, camera):
        raise NotFound(_("There is no such camera among yours."))
    return camera


def too_much() -> str:
    """What is said of a file that is longer than any test."""
    return _("That is too much for a test. Export ten seconds, or the shortest piece that the recorder makes.")


def open_clip(
    *, camera: Camera, length: int | None, filename: str, user: User, actor: Actor, address: str = ""
) -> Upload:
    """Let a test clip begin. Of its name only the ending is kept: names of exports say where a camera is.

    Raises TooLarge for more than MOST_BYTES, WrongState for a camera that left, NotAllowed, and as `open_upload`.
    """
    partner = camera.site.partner
    with transaction.atomic():
        check_may_answer(partner, user, None)
    if camera.state == CameraState.RETIRED:
        raise WrongState(_("This camera is no longer in the program. Please register it again."), code="retired")
    if length is None:
        raise InvalidInput(_("Say how long the file is."), code="length")
    if length > MOST_BYTES:
        raise TooLarge(too_much())
    return uploads.open_upload(
        sender=Sender(f"{SCOPE_KIND}:{camera.public_id}", holder=str(partner.public_id), source=address),
        length=length,
        filename=f"clip{PurePath(safe_filename(filename)).suffix[:11]}",
        metadata={"actor": {"kind": actor.kind, "public_id": actor.public_id, "role": actor.role}},
        actor=actor,
    )


def receive_clip(upload: Upload) -> None:
    """Receiver of uploads of scope `clip:<camera>`; runs in the finishing transaction, once.

    Raises Unwanted if the camera has left the program meanwhile.
    """
    camera = Camera.objects.get(public_id=UUID(upload.scope.partition(":")[2]))
    if camera.state == CameraState.RETIRED or upload.received_at is None:
        raise Unwanted(_("This camera is no longer in the program. Please register it again."))
    clip = TestClip.objects.create(camera=camera, upload=upload, received_at=upload.received_at)
    ledger.record(
        "camera.test_clip_received",
        Subject.of("camera", camera.public_id),
        Actor(**upload.metadata["actor"]),
        clip=str(clip.public_id),
        size=upload.size,
    )
    enqueue_after_commit("apps.evidence.tasks.check_test_clip", clip.pk)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a look at a clip found: the probe's facts, or why it does not play and its first bytes."""

    facts: dict[str, Any]
    problem: str = ""
    beginning: str = ""


def check_clip(*, clip_pk: int) -> bool:
    """Look whether the clip plays, record it as a check of its camera, and remove the bytes. True if this call did.

    Only where its bytes lie, and while nobody else is at it. What is no fault of the clip is tried again by the sweep.
    """
    if not TestClip.objects.filter(nodes.here("upload__public_id"), pk=clip_pk).exists():
        return False
    clip = claims.claim(TestClip, clip_pk, lease=LEASE, where=Q(state=ClipState.RECEIVED))
    if clip is None:
        return False
    upload = clip.upload
    let_go_of_connection()
    try:
        with lease_kept(clip):
            seen = _look(staging.path_of(upload), upload.filename)
    except (MediaError, FileNotFoundError) as error:
        logger.warning("Test clip %s waits: %s", clip.public_id, type(error).__name__)
        if isinstance(error, Unconfined):
            claims.put_back(clip)
        else:
            _free(clip)
        return False
    try:
        return _record(clip, seen)
    except WrongState:
        _end(clip_pk)
        return False


def _look(path: Path, name: str) -> _Seen:
    """Decode its first pictures, and one more for good measure, all confined. Nothing of it is kept."""
    try:
        with scratch_folder() as scratch:
            facts = probe(path, scratch=scratch, declared_name=name)
            make_poster(path, scratch / "picture.jpg", facts, scratch=scratch)
    except Undecodable as error:
        with path.open("rb") as file:
            return _Seen({}, error.code, file.read(FIRST_BYTES).hex())
    return _Seen(facts.to_json())


def _record(clip: TestClip, seen: _Seen) -> bool:
    said = {
        "exports": "" if seen.problem in NO_EXPORT else Said.YES,
        "plays": Said.NO if seen.problem else Said.YES,
        "problem": seen.problem,
    }
    with transaction.atomic():
        mine = claims.locked_if_held(clip)
        if mine is None:
            return False
        camera = locked_camera(Camera.objects.select_related("site").get(pk=mine.camera_id))
        mine.check_made = keep_check(camera, said, request_key=mine.public_id, actor=WORKER)
        mine.facts, mine.beginning = seen.facts, seen.beginning
        _close(mine, ClipState.CHECKED)
    return True


def _free(clip: TestClip) -> None:
    with transaction.atomic():
        mine = claims.locked_if_held(clip)
        if mine is not None:
            mine.save(update_fields=claims.release(mine, step_done=False))


def _close(clip: TestClip, state: ClipState) -> None:
    """End a locked clip. Its bytes go after the commit; a death in between leaves them for the sweep."""
    CLIP_TRANSITIONS.check(clip.state, state)
    clip.state = state
    claims.release(clip, step_done=True)
    clip.save()
    transaction.on_commit(lambda: remove_bytes(clip))


def _end(clip_pk: int) -> None:
    """Let go of a clip that nothing looked at."""
    with transaction.atomic():
        clip = locked(TestClip.objects).filter(pk=clip_pk, state=ClipState.RECEIVED).first()
        if clip is not None:
            _close(clip, ClipState.UNCHECKED)
            ledger.record(
                "camera.test_clip_not_checked",
                Subject.of("camera", clip.camera.public_id),
                WORKER,
                clip=str(clip.public_id),
            )


def remove_bytes(clip: TestClip) -> None:
    """Remove the clip's file, and say so once it is gone. Twice is as good as once."""
    staging.remove(clip.upload)
    TestClip.objects.filter(pk=clip.pk, removed_at=None).update(removed_at=timezone.now())


def due_clips() -> list[int]:
    """Clips whose bytes lie here, that nobody looks at."""
    free = Q(leased_until=None) | Q(leased_until__lt=timezone.now())
    rows = TestClip.objects.filter(nodes.here("upload__public_id"), free, removed_at=None, state=ClipState.RECEIVED)
    return list(rows.filter(attempts__lt=claims.MAX_ATTEMPTS).order_by("received_at").values_list("pk", flat=True)[:50])


def give_up_clips() -> None:
    """The task that keeps the promise: after a day, or three tries, a clip's bytes go whatever became of it."""
    rows = TestClip.objects.filter(nodes.here("upload__public_id"), removed_at=None)
    now = timezone.now()
    tried = Q(attempts__gte=claims.MAX_ATTEMPTS) & (Q(leased_until=None) | Q(leased_until__lt=now))
    over = ~Q(state=ClipState.RECEIVED) | Q(received_at__lt=now - KEPT_FOR) | tried
    for clip in rows.filter(over).order_by("pk")[:100]:
        try:
            _end(clip.pk)
            remove_bytes(clip)
        except (OSError, PortalError) as error:
            logger.warning("Test clip %s is still here: %s", clip.public_id, type(error).__name__)


def last_clip(camera_pk: int) -> TestClip | None:
    """The newest clip of a camera, for its owner."""
    return TestClip.objects.filter(camera=camera_pk).select_related("check_made", "upload").order_by("-pk").first()
