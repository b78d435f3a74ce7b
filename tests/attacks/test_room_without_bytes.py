"""Room reserved without bytes: a declaration keeps nobody else out, and nobody takes more than a fair share."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from apps.core.errors import TooMany
from apps.ledger.values import Actor
from apps.uploads import room, services, staging
from apps.uploads.errors import NoSpace
from apps.uploads.models import Upload
from apps.uploads.room import PROMISE_BYTES, Sender
from apps.uploads.states import UploadState
from tests.uploads import tus_site

pytestmark = pytest.mark.django_db
GB = 1024**3
ATTACKER = Sender(f"{tus_site.KIND}:a", holder="partner-a", source="address-a")
OTHER = Sender(f"{tus_site.KIND}:b", holder="partner-b", source="address-b")


@pytest.fixture(autouse=True)
def disk(settings, tmp_path, monkeypatch):
    """A staging disk with 100 GB free, 1 GB of which is always kept."""
    settings.STAGING_DIR = tmp_path / "staging"
    settings.UPLOAD_RESERVE_BYTES = GB
    monkeypatch.setattr(staging, "free_bytes", lambda: 100 * GB)


def begin(sender, length):
    return services.open_upload(sender=sender, length=length, filename="a.mp4", actor=Actor.system("test"))


def test_one_declaration_of_nearly_everything_keeps_nobody_out():
    begin(ATTACKER, 48 * GB)
    for number in range(20):
        begin(Sender(f"{tus_site.KIND}:{number}", holder=f"p{number}", source=f"s{number}"), 2 * GB)


def test_a_size_that_cannot_fit_into_a_fair_share_is_refused_at_once():
    with pytest.raises(NoSpace):
        begin(ATTACKER, 60 * GB)


@pytest.mark.parametrize(
    "alias",
    [
        Sender(ATTACKER.scope),
        Sender(f"{tus_site.KIND}:x", holder=ATTACKER.holder),
        Sender(f"{tus_site.KIND}:x", source=ATTACKER.source),
    ],
)
def test_the_share_is_that_of_invitation_partner_and_address(alias):
    begin(ATTACKER, 40 * GB)
    with pytest.raises(NoSpace, match="Your files under way"):
        begin(alias, 40 * GB)
    begin(OTHER, 40 * GB)


def test_a_promise_is_small_and_ends_when_the_sender_is_silent(monkeypatch):
    monkeypatch.setattr(staging, "free_bytes", lambda: GB + 2 * PROMISE_BYTES)
    upload = begin(ATTACKER, PROMISE_BYTES)
    begin(OTHER, 10)
    with pytest.raises(NoSpace, match="no room for this file"):
        begin(Sender(f"{tus_site.KIND}:c"), PROMISE_BYTES)
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        begin(Sender(f"{tus_site.KIND}:c"), PROMISE_BYTES)
        services.commit_offset(upload=upload, offset=1)
        with pytest.raises(NoSpace, match="no room for this file"):
            begin(Sender(f"{tus_site.KIND}:d"), PROMISE_BYTES)


def test_what_is_finished_or_given_up_holds_no_share():
    upload = begin(ATTACKER, 40 * GB)
    Upload.objects.filter(pk=upload.pk).update(state=UploadState.ABANDONED)
    begin(ATTACKER, 40 * GB)


def test_a_hundred_and_fifty_one_byte_files_are_capped_and_rated(settings):
    settings.UPLOAD_OPEN_PER_SCOPE = 1000
    for _ in range(settings.UPLOAD_FILES_PER_SCOPE):
        begin(ATTACKER, 1)
    with pytest.raises(TooMany, match="as many files as it takes"):
        begin(ATTACKER, 1)
    elsewhere = Sender(f"{tus_site.KIND}:x", holder=ATTACKER.holder)
    for _ in range(settings.UPLOADS_PER_HOUR - settings.UPLOAD_FILES_PER_SCOPE):
        begin(elsewhere, 1)
    with pytest.raises(TooMany, match="very many files in the last hour"):
        begin(elsewhere, 1)
    begin(OTHER, 1)


def test_giving_files_up_does_not_reset_the_hour(settings):
    settings.UPLOADS_PER_HOUR = 5
    for _ in range(5):
        upload = begin(ATTACKER, 1)
        services.abandon_upload(upload=upload, actor=Actor.system("test"), reason="terminated")
    with pytest.raises(TooMany):
        begin(ATTACKER, 1)


def test_the_last_of_the_disk_is_kept_while_bytes_come(monkeypatch):
    assert not room.is_short()
    monkeypatch.setattr(staging, "free_bytes", lambda: GB - 1)
    assert room.is_short()
