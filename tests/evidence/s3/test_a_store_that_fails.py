"""A store that is away, lies, breaks off or changes bytes: nothing is lost, and the next try heals it by itself."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connections
from django.utils import timezone

from apps.evidence import storage, tasks
from apps.evidence.models import EvidenceItem, ObjectVersion
from apps.evidence.services import fixity, sealing
from apps.evidence.states import ItemState
from apps.evidence.storage import StoreFull, StoreUnavailable, original_key
from apps.ledger.values import Actor
from apps.uploads import staging
from tests.factories.evidence import received_item
from tests.faults import store_line
from tests.faults.store_line import Line, Request, line_to, of
from tests.plugins.ceph import Bucket, known_to_be_safe
from tests.uploads.live import database_url

pytestmark = [pytest.mark.s3, pytest.mark.django_db(transaction=True)]

CONTENT = b"frames of a street at night " * 30_000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def line(bucket: Bucket, settings: LazySettings) -> Iterator[Line]:
    """Between the portal and its bucket; originals go over it in three parts."""
    with line_to(bucket.store.endpoint) as line:
        settings.EVIDENCE_URL = bucket.url.replace(bucket.store.endpoint, line.url)
        settings.EVIDENCE_S3_PART_BYTES = 300_000
        settings.EVIDENCE_S3_SILENCE_SECONDS = 0.5
        known_to_be_safe(storage.store())
        yield line


def rest_is_over(item: EvidenceItem) -> None:
    EvidenceItem.objects.filter(pk=item.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    item.refresh_from_db()


def heals(item: EvidenceItem) -> None:
    rest_is_over(item)
    assert sealing.hash_and_seal(item_pk=item.pk), item.failure_reason
    item.refresh_from_db()
    assert (item.state, item.problem, item.digest) == (ItemState.SEALED, "", DIGEST)
    assert storage.store().read_back(original_key(DIGEST)) == DIGEST
    assert storage.store().stat(original_key(DIGEST)).locked


@pytest.mark.parametrize(
    ("method", "fault"),
    [
        ("PUT", store_line.hangs_up),
        ("PUT", store_line.cut_after_it_was_done),
        ("PUT", store_line.says_error_in_200),
        ("PUT", store_line.is_too_busy),
        ("PUT", store_line.changes_what_is_sent),
        ("POST", store_line.hangs_up),
        ("POST", store_line.cut_after_it_was_done),
        ("POST", store_line.says_error_in_200),
        ("POST", store_line.sends_half_and_waits),
        ("GET", store_line.hangs_up),
        ("GET", store_line.says_error_in_200),
        ("GET", store_line.sends_half),
        ("GET", store_line.sends_half_and_waits),
        ("GET", store_line.changes_what_comes_back),
        ("HEAD", store_line.says_error_in_200),
        ("HEAD", store_line.hangs_up),
    ],
)
def test_what_the_line_does_to_sealing_is_healed_by_the_next_try(
    line: Line, method: str, fault: Callable[[Request], bool]
) -> None:
    item = received_item(CONTENT)
    line.fault = of(method, fault)
    assert not sealing.hash_and_seal(item_pk=item.pk)
    item.refresh_from_db()
    assert item.state == ItemState.RECEIVED
    assert item.failure_reason
    assert staging.path_of(item.upload).read_bytes() == CONTENT
    line.fault = None
    heals(item)
    assert staging.path_of(item.upload).read_bytes() == CONTENT


def test_a_store_that_is_away_for_long_costs_no_try(line: Line) -> None:
    item = received_item(CONTENT)
    line.fault = store_line.hangs_up
    for _sweep in range(4):
        rest_is_over(item)
        assert not sealing.hash_and_seal(item_pk=item.pk)
        tasks.sweep_evidence()
        item.refresh_from_db()
        assert (item.state, item.attempts, item.problem) == (ItemState.RECEIVED, 0, "")
    line.fault = None
    heals(item)


def test_a_key_that_is_over_costs_no_try(bucket: Bucket) -> None:
    item = received_item(CONTENT)
    bucket.store.admin("user", "suspend", "--uid=portal")
    try:
        assert not sealing.hash_and_seal(item_pk=item.pk)
    finally:
        bucket.store.admin("user", "enable", "--uid=portal")
    item.refresh_from_db()
    assert item.attempts == 0
    assert "the portal's key" in item.failure_reason
    heals(item)


def test_a_full_store_is_full_and_heals_when_there_is_room(bucket: Bucket, tmp_path: Path) -> None:
    store = storage.store()
    path = tmp_path / "upload"
    path.write_bytes(CONTENT)
    quota = ("--quota-scope=user", "--uid=city")
    bucket.store.admin("quota", "set", *quota, "--max-size=1000")
    bucket.store.admin("quota", "enable", *quota)
    try:
        with pytest.raises(StoreFull):
            store.adopt(path, DIGEST)
    finally:
        bucket.store.admin("quota", "disable", *quota)
    assert store.adopt(path, DIGEST).size == len(CONTENT)


def test_a_reader_goes_on_where_the_line_broke(line: Line) -> None:
    item = received_item(CONTENT)
    heals(item)
    breaks = [3]

    def now_and_then(request: Request) -> bool:
        if request.command != "GET" or not breaks[0]:
            return False
        breaks[0] -= 1
        return store_line.sends_half(request)

    line.fault = now_and_then
    assert b"".join(storage.store().open_range(original_key(DIGEST), 10, len(CONTENT))) == CONTENT[10:]
    assert breaks == [0]


def test_a_reader_is_told_when_the_line_stays_broken(line: Line) -> None:
    item = received_item(CONTENT)
    heals(item)
    line.fault = of("GET", store_line.says_error_in_200)
    with pytest.raises(StoreUnavailable):
        storage.store().open_range(original_key(DIGEST), 10, len(CONTENT))


def test_a_decoder_never_gets_changed_bytes(line: Line, tmp_path: Path) -> None:
    heals(received_item(CONTENT))
    line.fault = of("GET", store_line.changes_what_comes_back)
    with (
        pytest.raises(storage.DigestMismatch),
        storage.store().local_file(original_key(DIGEST), scratch=tmp_path),
    ):
        pytest.fail("it was given")
    line.fault = None
    with storage.store().local_file(original_key(DIGEST), scratch=tmp_path) as path:
        assert path.read_bytes() == CONTENT
    line.fault = store_line.hangs_up
    with pytest.raises(StoreUnavailable), storage.store().local_file(original_key(DIGEST), scratch=tmp_path):
        pytest.fail("a copy is given only while the store says that the object is there")


def test_fixity_says_could_not_check_and_not_fail(line: Line) -> None:
    heals(received_item(CONTENT))
    actor = Actor.system("check_fixity")
    line.fault = of("GET", store_line.sends_half_and_waits)
    away = fixity.check_fixity(actor=actor)
    line.fault = None
    well = fixity.check_fixity(actor=actor)
    assert (away.passed, away.failed, away.could_not_check) == (0, 0, 1)
    assert (well.passed, well.failed, well.could_not_check) == (1, 0, 0)


def test_a_writer_killed_at_any_request_leaves_one_version_that_counts(line: Line, tmp_path: Path) -> None:
    """After the store did what was asked and before the writer knows: which is also before it asks the next thing."""
    store = storage.store()
    number, killed = 0, True
    while killed:
        number += 1
        content = f"frames {number} ".encode() * 80_000
        digest = hashlib.sha256(content).hexdigest()
        path = tmp_path / "upload"
        path.write_bytes(content)
        killed = _killed_at(line, number, lambda path=path, digest=digest: store.adopt(path, digest))
        if store.exists(original_key(digest)):
            assert store.read_back(original_key(digest)) == digest
        stored = store.adopt(path, digest)
        assert store.read_back(original_key(digest)) == digest
        assert store.stat(original_key(digest)).locked
        assert ObjectVersion.objects.get(key=stored.key).version == stored.version
        assert number < 60
    assert number > 8


def _killed_at(line: Line, number: int, act: Callable[[], object]) -> bool:
    connections.close_all()
    ready, go = os.pipe()
    pid = os.fork()
    if pid == 0:
        signal.alarm(60)
        os.read(ready, 1)
        try:
            act()
        except BaseException:
            os._exit(1)
        os._exit(0)
    line.fault = store_line.kills(pid, number)
    os.write(go, b"g")
    _pid, status = os.waitpid(pid, 0)
    line.fault = None
    os.close(ready)
    os.close(go)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the writer failed by itself"
    return os.WIFSIGNALED(status)


ADOPT = """
import django, resource, sys
from pathlib import Path
django.setup()
from apps.evidence.storage import store
small, large = Path(sys.argv[1]), Path(sys.argv[3])
store().adopt(small, sys.argv[2])
first = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
store().adopt(large, sys.argv[4])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - first)
"""


def test_memory_does_not_grow_with_the_file(bucket: Bucket, settings: LazySettings, tmp_path: Path) -> None:
    files = []
    for name, size in (("small", 40_000_000), ("large", 200_000_000)):
        path = tmp_path / name
        with path.open("wb") as handle:
            handle.truncate(size)
        with path.open("rb") as handle:
            files += [str(path), hashlib.file_digest(handle, "sha256").hexdigest()]
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": database_url(),
        "EVIDENCE_URL": bucket.url,
        "EVIDENCE_S3_KEY_ID": settings.EVIDENCE_S3_KEY_ID,
        "EVIDENCE_S3_SECRET": settings.EVIDENCE_S3_SECRET,
    }
    command = [sys.executable, "-c", ADOPT, *files]
    done = subprocess.run(command, env=env, cwd=Path(__file__).parents[3], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    grown_kib = int(done.stdout)
    assert grown_kib < 48 * 1024  # three parts
