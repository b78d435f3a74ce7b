"""Evidence items that have come further than received, and looks at them."""

from __future__ import annotations

import functools
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from apps.access.models import AccessKind, Purpose, PurposeKind
from apps.access.services import open_purpose
from apps.accounts.models import User
from apps.evidence.models import EvidenceItem
from apps.evidence.services import processing, sealing
from apps.footage_requests.models import Invitation
from apps.media.facts import ProbeFacts
from apps.media.probe import probe
from apps.media.produce import WorkingCopy, make_poster, make_working_copy
from tests.factories.clips import clip
from tests.factories.evidence import received_item


@dataclass(frozen=True)
class Decoded:
    """What the real decoders made of a clip."""

    facts: ProbeFacts
    poster: Path
    video: Path
    copy: WorkingCopy


@functools.cache
def decoded(source: Path) -> Decoded:
    """Run the decoders on a clip, once in a process: they take most of a second."""
    folder = Path(tempfile.mkdtemp(prefix="decoded-"))
    poster, video = folder / "poster.jpg", folder / "video.mp4"
    facts = probe(source, scratch=folder, declared_name="camera 1.mp4")
    make_poster(source, poster, facts, scratch=folder)
    return Decoded(facts, poster, video, make_working_copy(source, video, facts, scratch=folder))


def sealed_item(content: bytes | Path, *, sent_through: Invitation | None = None) -> EvidenceItem:
    """An item that went through the real sealing."""
    item = received_item(content, sent_through=sent_through)
    assert sealing.hash_and_seal(item_pk=item.pk)
    item.refresh_from_db()
    return item


def playable_item(source: Path | None = None, *, sent_through: Invitation | None = None) -> EvidenceItem:
    """An item that went through the real sealing and the real processing; equal clips were decoded once."""
    source = source or clip("h264")
    made = decoded(source)

    def poster(_source: Path, target: Path, *_: Any, **__: Any) -> None:
        shutil.copyfile(made.poster, target)

    def video(_source: Path, target: Path, *_: Any, **__: Any) -> WorkingCopy:
        shutil.copyfile(made.video, target)
        return made.copy

    item = sealed_item(source, sent_through=sent_through)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(processing, "probe", lambda *_, **__: made.facts)
        patch.setattr(processing, "make_poster", poster)
        patch.setattr(processing, "make_working_copy", video)
        assert processing.make_playable(item_pk=item.pk)
    item.refresh_from_db()
    return item


def purpose_for_case(user: User, item: EvidenceItem) -> Purpose:
    """The person needs to look because of the item's case."""
    return open_purpose(
        user=user,
        agency=item.agency,
        kind=PurposeKind.CASE,
        access=AccessKind.FOOTAGE,
        reason="Looking for the car.",
        case_number=item.submission.case.number,
    )
