"""One long video: it holds no queue, neither for another partner's first file nor for the next clip of its own."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from django.utils import timezone

from apps.evidence.models import EvidenceItem
from apps.evidence.services import processing, sealing
from apps.evidence.services.working import LEASE
from apps.evidence.states import DerivativeKind, ItemState
from apps.media.errors import Undecodable
from apps.media.lanes import LongLane
from apps.media.probe import probe
from apps.media.produce import make_working_copy, processor_seconds
from tests.evidence.conftest import own_folders
from tests.factories.clips import clip
from tests.factories.evidence import received_item
from tests.faults.dying import die_at

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["own_folders"]

STRIDE = int(os.environ.get("FAULTS_STRIDE", "15"))
"""Each death costs a transcode, so every fifteenth point is tried; FAULTS_STRIDE=1 tries them all."""


@pytest.fixture(autouse=True)
def every_transcode_is_long(settings):
    settings.MEDIA_SLICE_SECONDS = 0
    settings.MEDIA_CONCURRENCY = 2


def sealed(codec: str, size: int, like: EvidenceItem | None = None) -> EvidenceItem:
    """A sealed item of a partner of its own, or of the partner of another item; `size` orders it."""
    item = received_item(clip(codec), filename=f"{codec}.mp4")
    assert sealing.hash_and_seal(item_pk=item.pk)
    if like is not None:
        item.submission.partner = like.submission.partner
        item.submission.save(update_fields=["partner"])
    EvidenceItem.objects.filter(pk=item.pk).update(size=size)
    item.refresh_from_db()
    return item


def turns() -> list[int]:
    return processing.selectors.items_by_turn(limit=20)


def lane() -> LongLane:
    return LongLane(Path(processing.settings.SCRATCH_DIR))


def state_of(item: EvidenceItem) -> str:
    item.refresh_from_db()
    return item.state


def test_partners_take_turns_and_short_ones_come_first():
    large, small = sealed("h264", 9000), sealed("h264", 10)
    second = sealed("h264", 20, like=small)
    loop = sealed("hevc", 1)
    EvidenceItem.objects.filter(pk=loop.pk).update(takes_long=True)
    assert turns() == [small.pk, large.pk, loop.pk, second.pk]


def test_a_partner_for_whom_somebody_works_waits_for_the_others():
    first, other = sealed("h264", 10), sealed("h264", 9000)
    mine = sealed("h264", 20, like=first)
    EvidenceItem.objects.filter(pk=first.pk).update(
        leased_until=timezone.now() + LEASE, lease_token="00000000-0000-4000-8000-000000000000"
    )
    assert turns() == [other.pk, mine.pk]


def test_a_long_video_without_a_lane_is_put_behind_and_no_try_is_counted():
    loop, short = sealed("hevc", 1), sealed("h264", 9000)
    with lane() as busy:
        assert busy.take()
        assert turns() == [loop.pk, short.pk]
        # The loop is begun, gives way, and the short one of another partner is made in the same round.
        assert processing.make_next_playable()
        assert (state_of(loop), loop.takes_long, loop.attempts, loop.lease_token) == (ItemState.SEALED, True, 0, None)
        assert state_of(short) == ItemState.PLAYABLE
        assert not processing.make_next_playable()
    assert processing.make_next_playable()
    assert state_of(loop) == ItemState.PLAYABLE


def test_a_long_video_goes_on_where_there_is_a_lane_and_ends_once():
    loop = sealed("hevc", 1)
    assert processing.make_next_playable()
    assert (state_of(loop), loop.takes_long) == (ItemState.PLAYABLE, True)
    assert loop.derivatives.filter(kind=DerivativeKind.WORKING_COPY).count() == 1


def test_one_lane_is_always_left_for_others(settings):
    for concurrency, lanes in ((1, 1), (2, 1), (3, 2), (5, 4)):
        settings.MEDIA_CONCURRENCY = concurrency
        with ExitStack() as stack:
            assert [stack.enter_context(lane()).take() for _ in range(concurrency + 1)].count(True) == lanes


def test_a_partner_has_one_long_video_at_a_time():
    first = sealed("hevc", 1)
    second = sealed("hevc", 2, like=first)
    EvidenceItem.objects.filter(pk=first.pk).update(
        takes_long=True,
        leased_until=timezone.now() + LEASE,
        lease_token="00000000-0000-4000-8000-000000000000",
    )
    assert not processing.make_playable(item_pk=second.pk)
    assert (state_of(second), second.takes_long) == (ItemState.SEALED, True)
    assert turns() == []


def test_a_worker_killed_at_any_step_leaves_exactly_one_working_copy():
    number, died = 1, True
    while died:
        loop = sealed("hevc", 1)
        died = die_at(number, lambda item=loop: processing.make_playable(item_pk=item.pk))
        EvidenceItem.objects.filter(pk=loop.pk, lease_token__isnull=False).update(leased_until=timezone.now() - LEASE)
        if state_of(loop) == ItemState.SEALED:
            assert processing.make_playable(item_pk=loop.pk), number
        assert state_of(loop) == ItemState.PLAYABLE
        assert loop.derivatives.filter(kind=DerivativeKind.WORKING_COPY).count() == 1
        number += STRIDE


def test_processor_time_is_bounded_by_duration_and_pixels(tmp_path, monkeypatch):
    monkeypatch.setattr("apps.media.produce.processor_seconds", lambda _facts, _size: -5)
    source = clip("hevc")
    facts = probe(source, scratch=tmp_path)
    with pytest.raises(Undecodable) as refused:
        make_working_copy(source, tmp_path / "made.mp4", facts, scratch=tmp_path)
    assert refused.value.code == "time"


def test_a_loop_of_eight_thousand_columns_gets_minutes_and_an_hour_of_street_gets_enough(tmp_path):
    facts = probe(clip("hevc"), scratch=tmp_path)

    def budget(width: int, height: int, seconds: float, size: int) -> float:
        video = replace(facts.video[0], width=width, height=height, fps=30.0)
        return processor_seconds(replace(facts, video=(video,), duration_s=seconds), size)

    assert 1000 < budget(7680, 4320, 60, 12_000_000) < 6000
    assert budget(1920, 1080, 3600, 2_000_000_000) > 3600
