"""Real Celery workers on a real queue, killed with SIGKILL while they seal and while they transcode."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from apps.evidence import tasks
from apps.evidence.models import EvidenceItem
from apps.evidence.services import working
from apps.evidence.states import ItemState
from apps.evidence.storage import original_key, store
from apps.ledger import selectors as ledger
from tests.evidence.conftest import own_folders  # noqa: F401 - a fixture
from tests.factories.clips import clip
from tests.factories.evidence import received_item
from tests.faults.workers import Worker, broker, decoders, ring
from tests.waiting import wait_until

pytestmark = [pytest.mark.queue, pytest.mark.django_db(transaction=True)]

WHOLE_STORY = ["received", "hashed", "sealed", "probed", "poster_made", "strip_made", "playable"]


@pytest.fixture
def address() -> Iterator[str]:
    with broker() as running:
        yield running


@pytest.fixture
def worker(address: str, own_folders: Path) -> Iterator[Worker]:  # noqa: F811
    running = Worker(address, concurrency=2)
    yield running
    running.kill()


def state_of(item: EvidenceItem) -> str:
    return str(EvidenceItem.objects.values_list("state", flat=True).get(pk=item.pk))


def story_of(item: EvidenceItem) -> list[str]:
    return [entry.action.removeprefix("evidence_item.") for entry in ledger.entries_for(working.subject_of(item))]


def long_transcode() -> EvidenceItem:
    return received_item(clip("hevc", seconds=8, size="1920x1080"))


def leases_ran_out() -> None:
    EvidenceItem.objects.filter(leased_until__isnull=False).update(leased_until=timezone.now() - timedelta(seconds=1))


def test_a_worker_killed_while_it_transcodes_is_healed_by_the_sweep_of_another(
    address: str,
    worker: Worker,
    own_folders: Path,  # noqa: F811
) -> None:
    item = long_transcode()
    ring(address, tasks.process_item, item.pk)
    wait_until(lambda: story_of(item)[-1] == "poster_made" and decoders(own_folders), worker.log)
    worker.kill()
    wait_until(lambda: not decoders(own_folders), "an orphan ffmpeg lives on")
    assert state_of(item) == ItemState.SEALED
    assert store().read_back(original_key(EvidenceItem.objects.get(pk=item.pk).digest))
    leases_ran_out()
    second = Worker(address)
    try:
        ring(address, tasks.sweep_evidence)
        wait_until(lambda: state_of(item) == ItemState.PLAYABLE, second.log)
    finally:
        second.kill()
    assert story_of(item) == WHOLE_STORY


def test_a_killed_child_of_a_worker_loses_nothing_and_the_worker_lives_on(
    address: str,
    worker: Worker,
    own_folders: Path,  # noqa: F811
) -> None:
    item = long_transcode()
    ring(address, tasks.process_item, item.pk)
    wait_until(lambda: story_of(item)[-1] == "poster_made" and decoders(own_folders), worker.log)
    launcher = _parent(decoders(own_folders)[0])
    assert launcher != worker.process.pid
    os.kill(launcher, signal.SIGKILL)
    wait_until(lambda: not decoders(own_folders), "an orphan ffmpeg lives on")
    leases_ran_out()
    ring(address, tasks.sweep_evidence)
    wait_until(lambda: state_of(item) == ItemState.PLAYABLE, worker.log)
    assert story_of(item) == WHOLE_STORY


def test_a_transcode_that_is_killed_three_times_makes_the_item_unplayable_and_the_worker_lives_on(
    address: str,
    worker: Worker,
    own_folders: Path,  # noqa: F811
) -> None:
    item = long_transcode()
    for time in range(1, 4):
        ring(address, tasks.process_item, item.pk)
        wait_until(lambda: decoders(own_folders) and story_of(item)[-1] == "poster_made", worker.log)
        for pid in decoders(own_folders):
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda time=time: _tries_ended(item) == time, worker.log)
        leases_ran_out()
    item.refresh_from_db()
    assert (item.state, item.problem) == (ItemState.UNPLAYABLE, "killed")
    assert story_of(item) == [*(step for step in WHOLE_STORY[:-1] if step != "strip_made"), "unplayable"]
    another = received_item(clip("h264"))
    ring(address, tasks.process_item, another.pk)
    wait_until(lambda: state_of(another) == ItemState.PLAYABLE, worker.log)


def test_the_same_task_delivered_ten_times_at_once_gives_one_result(address: str, worker: Worker) -> None:
    item = received_item(clip("h264"))
    for _delivery in range(10):
        ring(address, tasks.process_item, item.pk)
    wait_until(lambda: state_of(item) == ItemState.PLAYABLE, worker.log)
    last = received_item(b"SVRX\x00the last in the queue")
    ring(address, tasks.process_item, last.pk)
    wait_until(lambda: state_of(last) == ItemState.UNPLAYABLE, worker.log)
    assert story_of(item) == WHOLE_STORY
    assert sorted(item.derivatives.values_list("kind", flat=True)) == ["poster", "strip", "times", "working_copy"]


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


def _tries_ended(item: EvidenceItem) -> int:
    fresh = EvidenceItem.objects.get(pk=item.pk)
    return fresh.attempts if fresh.lease_token is None else -1
