"""A process that takes an upload over is killed at each point: afterwards there is one item with the right bytes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from pytest_django.fixtures import Settings

from apps.core.errors import WrongState
from apps.evidence.models import EvidenceItem, Submission
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.uploads import services, staging
from apps.uploads.errors import Locked
from apps.uploads.locks import WriteLock
from apps.uploads.models import Upload
from apps.uploads.states import UploadState
from tests.factories import evidence as factories
from tests.uploads.live import ROOT, database_url

pytestmark = pytest.mark.django_db(transaction=True)

CHILD = """
import os, signal, sys
import django
django.setup()
from apps.uploads import services, staging
from apps.uploads.models import Upload
from apps.evidence.services import intake
from apps.ledger.values import Actor

act, point, public_id = sys.argv[1:]
die = lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL)

def then_die(function):
    def wrapped(*args, **kwargs):
        function(*args, **kwargs)
        die()
    return wrapped

upload = Upload.objects.get(public_id=public_id)
if point == "before the file is sealed":
    staging.seal_against_writers = die
elif point == "after the file is sealed":
    staging.seal_against_writers = then_die(staging.seal_against_writers)
elif point == "before the entry is written":
    intake.ledger.append = die
elif point == "before the commit":
    intake.ledger.append = then_die(intake.ledger.append)
elif point == "before the work is enqueued":
    from celery import Task
    Task.apply_async = die
elif point == "before the bytes are removed":
    staging.remove = die
if act == "finish":
    services.finish_upload(upload=upload)
else:
    services.abandon_upload(upload=upload, actor=Actor.system("test"), reason="terminated")
"""


@pytest.fixture(autouse=True)
def staging_of_its_own(settings: Settings, tmp_path: Path) -> None:
    settings.UPLOAD_RESERVE_BYTES = 0
    settings.STAGING_DIR = tmp_path / "staging"


def run_and_die(act: str, point: str, upload: Upload) -> None:
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": database_url(),
        "DATA_DIR": str(settings.DATA_DIR),
        "STAGING_DIR": str(settings.STAGING_DIR),
        "BROKER_URL": "memory://",
    }
    ended = subprocess.run([sys.executable, "-c", CHILD, act, point, str(upload.public_id)], cwd=ROOT, env=env)
    assert ended.returncode == -signal.SIGKILL


def complete_but_unfinished() -> Upload:
    upload = factories.open_upload(b"video", sent_through=factories.invitation())
    staging.path_of(upload).write_bytes(b"video")
    services.commit_offset(upload=upload, offset=5)
    return upload


@pytest.mark.parametrize(
    "point",
    [
        "before the file is sealed",
        "after the file is sealed",
        "before the entry is written",
        "before the commit",
        "before the work is enqueued",
    ],
)
def test_finish_that_was_killed_is_healed_by_the_sweep(point: str) -> None:
    upload = complete_but_unfinished()
    run_and_die("finish", point, upload)
    services.sweep()
    services.sweep()
    upload.refresh_from_db()
    assert upload.state == UploadState.RECEIVED
    item = EvidenceItem.objects.get()
    assert (item.upload_id, item.size, item.state) == (upload.pk, 5, "received")
    assert Submission.objects.count() == 1
    assert Entry.objects.filter(action="evidence_item.received").count() == 1
    assert staging.path_of(upload).read_bytes() == b"video"


def test_bytes_of_an_abandoned_upload_are_removed_by_the_sweep_after_a_kill() -> None:
    upload = complete_but_unfinished()
    run_and_die("abandon", "before the bytes are removed", upload)
    upload.refresh_from_db()
    assert upload.state == UploadState.ABANDONED
    assert staging.path_of(upload).exists()
    make_old(staging.path_of(upload))
    assert services.sweep().orphans == 1
    assert not staging.path_of(upload).exists()


def make_old(path: Path) -> None:
    two_days_ago = time.time() - 2 * 86_400
    os.utime(path, (two_days_ago, two_days_ago))


def test_sweep_gives_up_what_expired_and_leaves_the_rest() -> None:
    invitation = factories.invitation()
    fresh = factories.open_upload(b"video", sent_through=invitation)
    expired = factories.open_upload(b"video", sent_through=invitation)
    staging.path_of(expired).write_bytes(b"vid")
    Upload.objects.filter(pk=expired.pk).update(expires_at=fresh.created_at, offset=3)
    item = factories.received_item(b"kept", sent_through=invitation)
    for path in (staging.path_of(fresh), staging.path_of(item.upload)):
        make_old(path)
    swept = services.sweep()
    assert (swept.finished, swept.abandoned, swept.orphans) == (0, 1, 0)
    assert not staging.path_of(expired).exists()
    assert staging.path_of(fresh).exists()
    assert staging.path_of(item.upload).read_bytes() == b"kept"
    entry = Entry.objects.get(action="upload.abandoned")
    assert b'"reason":"expired"' in bytes(entry.leaf)


def test_file_that_no_row_names_is_removed_after_a_day() -> None:
    stray = staging.folder() / uuid.uuid4().hex
    stray.write_bytes(b"x")
    assert services.sweep().orphans == 0
    make_old(stray)
    assert services.sweep().orphans == 1
    assert not stray.exists()


def test_sweep_passes_over_an_upload_that_is_being_written() -> None:
    upload = complete_but_unfinished()
    with WriteLock(staging.path_of(upload)) as lock:
        assert services.sweep().finished == 0
        assert not lock.asked_to_stop()
        with pytest.raises(Locked):
            services.finish_upload(upload=upload)
    assert services.sweep().finished == 1
    with pytest.raises(WrongState):  # what was received cannot be given up any more
        services.abandon_upload(upload=upload, actor=Actor.system("test"), reason="terminated")
