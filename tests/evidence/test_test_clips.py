"""The yearly test clip: in by the door of evidence, looked at confined, told as a check, and gone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from apps.cameras.check_state import check_state
from apps.cameras.models import Camera, CameraCheck
from apps.cameras.services import withdraw_camera
from apps.evidence.models import EvidenceItem, SenderNote, Submission, TestClip
from apps.evidence.services import test_clips
from apps.evidence.states import ClipState
from apps.ledger.models import Entry
from apps.media.errors import MediaInterrupted, Unconfined
from apps.partners.models import MemberRole, Membership
from apps.uploads import staging
from apps.uploads.models import Upload
from tests.evidence.test_intake_access import create, send
from tests.factories.actors import actor_for
from tests.factories.cameras import camera, owner_of
from tests.factories.clips import clip
from tests.factories.people import UserFactory, registrant, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_reserve(settings: Settings) -> None:
    settings.UPLOAD_RESERVE_BYTES = 0


@pytest.fixture
def mine() -> Camera:
    return camera(registrant()[1])


def sent(of: Camera, content: bytes | Path, filename: str = "12 Oak Street front door.mp4") -> TestClip:
    """A clip that its owner sent by the door, signed in."""
    content = content if isinstance(content, bytes) else content.read_bytes()
    client = Client()
    sign_in(client, owner_of(of.site.partner))
    opened = create(client, len(content), clip=of.public_id, filename=filename)
    assert opened.status_code == 201
    assert send(client, opened["Location"], content).status_code == 204
    return TestClip.objects.get(upload__public_id=opened["Location"].rsplit("/", 1)[1])


def has_bytes(of: TestClip) -> bool:
    return staging.path_of(of.upload).exists()


def actions(of: Camera) -> list[str]:
    entries = Entry.objects.filter(subject_id=str(of.public_id)).order_by("pk")
    return [entry.action for entry in entries if "clip" in entry.action or entry.action == "camera.checked"]


def test_a_clip_that_plays_is_told_and_gone_and_is_no_evidence(mine: Camera) -> None:
    came = sent(mine, clip())
    assert has_bytes(came)
    assert test_clips.check_clip(clip_pk=came.pk)
    assert not test_clips.check_clip(clip_pk=came.pk)
    came.refresh_from_db()
    assert came.state == ClipState.CHECKED
    assert came.removed_at is not None
    assert not has_bytes(came)
    check = CameraCheck.objects.get()
    assert (check.camera, check.exports, check.plays, check.problem) == (mine, "yes", "yes", "")
    assert actions(mine) == ["camera.test_clip_received", "camera.checked"]
    assert not EvidenceItem.objects.exists()
    assert not Submission.objects.exists()
    assert not check_state(mine.pk).fails


def test_the_name_of_the_file_is_never_kept(mine: Camera) -> None:
    came = sent(mine, clip())
    assert came.upload.filename == "clip.mp4"
    kept = [str(came.upload.metadata), *(str(entry.facts) + str(entry.private) for entry in Entry.objects.all())]
    assert not any("Oak" in words for words in kept)


@pytest.mark.parametrize(
    ("content", "name", "problem", "exports"),
    [
        (b"DHAV" + bytes(5000), "ch1.dav", "unknown_format", "yes"),
        (b"Dear officer, " * 40, "letter.txt", "text", ""),
    ],
)
def test_what_does_not_play_is_told_with_its_reason(
    mine: Camera, content: bytes, name: str, problem: str, exports: str
) -> None:
    came = sent(mine, content, name)
    assert test_clips.check_clip(clip_pk=came.pk)
    check = CameraCheck.objects.get()
    assert (check.plays, check.problem, check.exports) == ("no", problem, exports)
    assert not has_bytes(came)
    came.refresh_from_db()
    assert came.beginning == content[:32].hex()
    [warned] = check_state(mine.pk).warnings
    assert "did not play here" in warned


def test_only_who_runs_the_account_sends_one(mine: Camera) -> None:
    responder = UserFactory.create()
    Membership.objects.create(partner=mine.site.partner, user=responder, role=MemberRole.RESPONDER)
    for somebody in (None, registrant()[0], staff(), responder):
        client = Client()
        if somebody:
            sign_in(client, somebody)
        assert create(client, 5, clip=mine.public_id).status_code == 404
    owner = Client()
    sign_in(owner, owner_of(mine.site.partner))
    where = create(owner, 5, clip=mine.public_id)["Location"]
    stranger = Client()
    sign_in(stranger, registrant()[0])
    assert send(stranger, where, b"video").status_code == 404
    assert create(owner, 5, clip="somewhere").status_code == 404
    assert Upload.objects.get().offset == 0


def test_a_clip_takes_no_note_and_no_more_than_a_clip(mine: Camera) -> None:
    owner = Client()
    sign_in(owner, owner_of(mine.site.partner))
    assert create(owner, test_clips.MOST_BYTES + 1, clip=mine.public_id).status_code == 413
    where = create(owner, 5, clip=mine.public_id)["Location"]
    assert owner.post(f"{where}/note", {"text": "My street"}, content_type="application/json").status_code == 404
    assert not SenderNote.objects.exists()


def test_a_camera_that_left_takes_none_and_gets_no_result(mine: Camera) -> None:
    came = sent(mine, clip())
    user = owner_of(mine.site.partner)
    mine.refresh_from_db()
    withdraw_camera(camera=mine, version=mine.version, user=user, actor=actor_for(user))
    assert not test_clips.check_clip(clip_pk=came.pk)
    came.refresh_from_db()
    assert came.state == ClipState.UNCHECKED
    assert not has_bytes(came)
    assert not CameraCheck.objects.exists()
    client = Client()
    sign_in(client, user)
    assert create(client, 5, clip=mine.public_id).status_code == 409


def raising(error: Exception) -> Callable[..., Any]:
    def probe(*_args: object, **_named: object) -> Any:
        raise error

    return probe


def test_a_day_later_the_bytes_are_gone_whatever_became_of_it(mine: Camera, monkeypatch: pytest.MonkeyPatch) -> None:
    came = sent(mine, clip())
    monkeypatch.setattr(test_clips, "probe", raising(Unconfined()))
    for _time in range(5):
        assert not test_clips.check_clip(clip_pk=came.pk)
    assert test_clips.due_clips() == [came.pk]
    test_clips.give_up_clips()
    assert has_bytes(came)
    with time_machine.travel(timezone.now() + test_clips.KEPT_FOR + timedelta(minutes=1)):
        test_clips.give_up_clips()
        test_clips.give_up_clips()
    came.refresh_from_db()
    assert came.state == ClipState.UNCHECKED
    assert not has_bytes(came)
    assert actions(mine) == ["camera.test_clip_received", "camera.test_clip_not_checked"]


def test_a_clip_that_kills_its_decoder_three_times_is_let_go(mine: Camera, monkeypatch: pytest.MonkeyPatch) -> None:
    came = sent(mine, clip())
    monkeypatch.setattr(test_clips, "probe", raising(MediaInterrupted()))
    for _time in range(3):
        assert test_clips.due_clips() == [came.pk]
        test_clips.check_clip(clip_pk=came.pk)
    assert test_clips.due_clips() == []
    test_clips.give_up_clips()
    assert not has_bytes(came)


def test_a_death_between_result_and_removal_leaves_nothing_behind(
    mine: Camera, monkeypatch: pytest.MonkeyPatch
) -> None:
    came = sent(mine, clip())
    with monkeypatch.context() as dying:
        dying.setattr(test_clips, "remove_bytes", lambda _clip: None)
        assert test_clips.check_clip(clip_pk=came.pk)
    assert has_bytes(came)
    test_clips.give_up_clips()
    assert not has_bytes(came)
    came.refresh_from_db()
    assert came.state == ClipState.CHECKED
    assert CameraCheck.objects.count() == 1


def test_a_worker_whose_lease_was_lost_records_nothing(mine: Camera, monkeypatch: pytest.MonkeyPatch) -> None:
    came = sent(mine, clip())
    look = test_clips._look

    def slow(path: Path, name: str) -> Any:
        with transaction.atomic():
            TestClip.objects.filter(pk=came.pk).update(lease_token=None)
        return look(path, name)

    monkeypatch.setattr(test_clips, "_look", slow)
    assert not test_clips.check_clip(clip_pk=came.pk)
    assert not CameraCheck.objects.exists()
