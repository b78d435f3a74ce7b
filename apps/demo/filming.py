"""Fourth chapter: owners answer the open request with real files, through the real intake. The workers do the rest."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.conf import settings

from apps.demo import people
from apps.demo.asking import the_open_request
from apps.demo.clips import make_clip, make_proprietary
from apps.demo.clock import ZONE
from apps.evidence.models import EvidenceItem
from apps.evidence.services import intake
from apps.evidence.services.sender_notes import said, state_sender_note
from apps.footage_requests.models import Invitation, Match
from apps.footage_requests.services import AnswerGiven, answer_matches
from apps.footage_requests.states import Answer
from apps.ledger.values import Actor
from apps.partners.models import Partner
from apps.uploads import services, staging
from apps.uploads.models import Upload

_Film = Callable[[Path], None]
# By how many minutes the clock of each recorder is ahead: its picture shows that, and its owner says so. All of them
# filmed the same moments, so they run in step on the review desk.
_AHEAD = {"Driveway_20h.mp4": 0, "lot-cam2.mp4": 7, "CH01_export.avi": 4}


def films(starts_at: datetime) -> list[tuple[str, str, _Film]]:
    """File name, declared type and maker of each film; the clock in the picture shows the recorder's local time."""
    local = starts_at.astimezone(ZONE).replace(tzinfo=None)
    night = partial(make_clip, "street_night_sound", camera="DRIVEWAY", starts_at=local, seconds=20, seed=3)
    lot = partial(make_clip, "lot_hevc", camera="LOT CAM 2", starts_at=local + timedelta(minutes=7), seconds=15, seed=5)
    old = partial(make_clip, "old_recorder", camera="CH01", starts_at=local + timedelta(minutes=4), seconds=15, seed=2)
    return [
        ("Driveway_20h.mp4", "video/mp4", night),
        ("lot-cam2.mp4", "video/mp4", lot),
        ("CH01_export.avi", "video/x-msvideo", old),
        ("Camera 4 export.svr", "application/octet-stream", partial(make_proprietary, seed=7)),
    ]


def give_footage() -> list[EvidenceItem]:
    """Answer the open request with footage from as many owners as there are films. Repeating it gives nothing twice."""
    request = the_open_request()
    theirs = [people.RESIDENT[0], people.BUSINESS[0]]
    owners = (
        Invitation.objects.filter(request=request)
        .exclude(partner__in=Partner.objects.filter(memberships__user__email__in=theirs))
        .order_by("pk")
    )
    items = []
    with tempfile.TemporaryDirectory(prefix="demo-", dir=_scratch()) as folder:
        for invitation, (name, kind, make) in zip(owners, films(request.window_start), strict=False):
            given = EvidenceItem.objects.filter(submission__invitation=invitation).first()
            if given is None:
                film = Path(folder) / name
                make(film)
                given = _send(film, kind, invitation)
                _say_when(given, invitation, name)
            items.append(given)
    return items


def _say_when(item: EvidenceItem, invitation: Invitation, name: str) -> None:
    """The owner reads from the recorder when the film begins, and says what its clock is off."""
    if name not in _AHEAD:
        return
    begins = invitation.request.window_start.astimezone(ZONE).replace(tzinfo=None, microsecond=0)
    reading = begins + timedelta(minutes=_AHEAD[name])
    words = said(begins=reading.isoformat(), clock_minutes=_AHEAD[name])
    state_sender_note(upload=item.upload, words=words, actor=Actor.invitation(invitation.public_id))


def _send(film: Path, kind: str, invitation: Invitation) -> EvidenceItem:
    """What the upload page does, without the network: open, bytes on disk, commit, finish."""
    match = Match.objects.filter(invitation=invitation).order_by("pk").first()
    assert match is not None  # noqa: S101
    actor = Actor.invitation(invitation.public_id)
    answer_matches(invitation=invitation, answers={match.public_id: AnswerGiven(Answer.HAS_FOOTAGE)}, actor=actor)
    upload: Upload = services.open_upload(
        sender=intake.sender_of(invitation),
        length=film.stat().st_size,
        filename=film.name,
        content_type=kind,
        metadata=intake.metadata_of(actor=actor, match=match),
        actor=actor,
    )
    with film.open("rb") as source, staging.path_of(upload).open("r+b") as target:
        shutil.copyfileobj(source, target)
        target.flush()
        os.fsync(target.fileno())
    services.commit_offset(upload=upload, offset=upload.size)
    services.finish_upload(upload=upload)
    return EvidenceItem.objects.get(upload=upload)


def _scratch() -> Path:
    folder = Path(settings.SCRATCH_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
