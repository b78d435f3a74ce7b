"""From sealed to playable or unplayable, with a real ffmpeg in its real confinement."""

from __future__ import annotations

import gzip
import json
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, connections
from django.utils import timezone

from apps.evidence.models import Derivative, EvidenceItem
from apps.evidence.services import processing, sealing, triage, working
from apps.evidence.states import STUCK, DerivativeKind, ItemState
from apps.evidence.storage import derivative_key, original_key, store
from apps.ledger import selectors as ledger
from apps.media.errors import MediaInterrupted, MediaTimeout, Unconfined
from tests.factories.clips import clip
from tests.factories.evidence import received_item
from tests.factories.people import staff

pytestmark = pytest.mark.django_db(transaction=True)

PLAYLIST = b"#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:9/never.ts\n#EXT-X-ENDLIST\n"


def sealed_item(content: bytes | Path, filename: str = "front door.mp4") -> EvidenceItem:
    item = received_item(content, filename=filename)
    assert sealing.hash_and_seal(item_pk=item.pk)
    item.refresh_from_db()
    return item


def actions(item: EvidenceItem) -> list[str]:
    return [entry.action.removeprefix("evidence_item.") for entry in ledger.entries_for(working.subject_of(item))]


def rest_is_over(item: EvidenceItem) -> None:
    EvidenceItem.objects.filter(pk=item.pk).update(leased_until=timezone.now() - timedelta(seconds=1))


def bytes_of(made: Derivative) -> bytes:
    return b"".join(store().open_range(derivative_key(made.digest), 0, made.size))


@pytest.mark.parametrize(("codec", "recipe"), [("h264", "copy"), ("hevc", "transcode")])
def test_a_video_gets_facts_then_a_poster_then_a_working_copy(codec: str, recipe: str) -> None:
    item = sealed_item(clip(codec))
    assert processing.make_playable(item_pk=item.pk)
    item.refresh_from_db()
    assert (item.state, item.problem, item.lease_token, item.attempts) == (ItemState.PLAYABLE, "", None, 0)
    assert item.probe["video"][0]["codec"] == codec
    assert actions(item) == ["received", "hashed", "sealed", "probed", "poster_made", "strip_made", "playable"]
    made = {derivative.kind: derivative for derivative in item.derivatives.all()}
    assert made[DerivativeKind.WORKING_COPY].recipe == f"{recipe} 1"
    assert bytes_of(made[DerivativeKind.WORKING_COPY])[4:8] == b"ftyp"
    assert bytes_of(made[DerivativeKind.POSTER])[:2] == b"\xff\xd8"
    table = json.loads(gzip.decompress(bytes_of(made[DerivativeKind.TIMES])))
    assert table["film"] == made[DerivativeKind.WORKING_COPY].digest
    assert 1 + sum(table["runs"][1::2]) == item.probe["timing"]["pictures"] == 50
    assert store().read_back(original_key(item.digest)) == item.digest


def test_a_film_without_a_table_of_times_plays_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.media.probe.PictureTimes.from_pairs", lambda *_, **__: None)
    item = sealed_item(clip("h264"))
    assert processing.make_playable(item_pk=item.pk)
    item.refresh_from_db()
    assert (item.state, "timing" in item.probe) == (ItemState.PLAYABLE, False)
    assert not item.derivatives.filter(kind=DerivativeKind.TIMES).exists()


def test_recorded_sound_is_left_out_of_the_working_copy_and_stays_in_the_original() -> None:
    item = sealed_item(clip("h264", sound=True))
    assert processing.make_playable(item_pk=item.pk)
    item.refresh_from_db()
    assert item.probe["audio"]
    copy = item.derivatives.get(kind=DerivativeKind.WORKING_COPY)
    assert b"soun" not in bytes_of(copy)


@pytest.mark.parametrize("content", [b"MZ\x90\x00" + bytes(4000), PLAYLIST, bytes(5000)])
def test_what_no_decoder_reads_is_unplayable_with_a_reason_and_not_tried_again(content: bytes) -> None:
    item = sealed_item(content)
    assert processing.make_playable(item_pk=item.pk)
    item.refresh_from_db()
    assert item.state == ItemState.UNPLAYABLE
    assert item.problem
    assert actions(item) == ["received", "hashed", "sealed", "unplayable"]
    assert store().read_back(original_key(item.digest)) == item.digest
    assert not processing.make_playable(item_pk=item.pk)


def test_a_video_cut_short_keeps_what_it_has_and_says_so() -> None:
    whole = clip("h264", seconds=20).read_bytes()
    item = sealed_item(whole[: len(whole) * 7 // 10])
    assert processing.make_playable(item_pk=item.pk)
    item.refresh_from_db()
    assert item.state == ItemState.PLAYABLE
    assert item.problem == "incomplete"


def test_processing_twice_makes_nothing_twice() -> None:
    item = sealed_item(clip("h264"))
    assert processing.make_playable(item_pk=item.pk)
    assert not processing.make_playable(item_pk=item.pk)
    assert Derivative.objects.filter(item=item).count() == 4


def test_the_same_task_ten_times_at_once_makes_one_result() -> None:
    item = sealed_item(clip("h264"))
    barrier = threading.Barrier(10)
    ended: list[bool] = []

    def work() -> None:
        barrier.wait()
        try:
            ended.append(processing.make_playable(item_pk=item.pk))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == [False] * 9 + [True]
    assert actions(item).count("playable") == 1
    assert Derivative.objects.filter(item=item).count() == 4


def test_no_connection_is_held_while_a_decoder_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[bool] = []
    for name in ("probe", "make_poster", "make_working_copy"):
        real = getattr(processing, name)

        def watched(*args: object, real: object = real, **kwargs: object) -> object:
            held.append(connection.connection is not None)
            return real(*args, **kwargs)  # type: ignore[operator]

        monkeypatch.setattr(processing, name, watched)
    item = sealed_item(clip("h264"))
    assert processing.make_playable(item_pk=item.pk)
    assert held == [False, False, False]


@pytest.mark.parametrize(("error", "problem"), [(MediaTimeout(), "time"), (MediaInterrupted(), "killed")])
def test_a_decoder_that_dies_or_hangs_three_times_makes_the_item_unplayable(
    monkeypatch: pytest.MonkeyPatch, error: Exception, problem: str
) -> None:
    def dies(*_args: object, **_kwargs: object) -> None:
        raise error

    monkeypatch.setattr(processing, "make_working_copy", dies)
    item = sealed_item(clip("h264"))
    for _try in range(3):
        item.refresh_from_db()
        assert item.state == ItemState.SEALED
        assert processing.make_playable(item_pk=item.pk) is False or _try == 2
        rest_is_over(item)
    item.refresh_from_db()
    assert (item.state, item.problem) == (ItemState.UNPLAYABLE, problem)
    # The facts and the poster of the first try stand, each said once.
    assert actions(item) == ["received", "hashed", "sealed", "probed", "poster_made", "unplayable"]


def test_without_confinement_nothing_is_decoded_and_the_item_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_args: object, **_kwargs: object) -> None:
        raise Unconfined

    monkeypatch.setattr(processing, "probe", refuses)
    item = sealed_item(clip("h264"))
    for _try in range(4):
        processing.make_playable(item_pk=item.pk)
        rest_is_over(item)
    item.refresh_from_db()
    assert (item.state, item.attempts) == (ItemState.SEALED, 0)
    monkeypatch.undo()
    assert item.failure_reason


def test_a_store_that_is_away_is_met_again(own_folders: Path) -> None:
    item = sealed_item(clip("h264"))
    (own_folders / "evidence").rename(own_folders / "unplugged")
    assert not processing.make_playable(item_pk=item.pk)
    item.refresh_from_db()
    assert (item.state, item.attempts) == (ItemState.SEALED, 0)
    (own_folders / "unplugged").rename(own_folders / "evidence")
    rest_is_over(item)
    assert processing.make_playable(item_pk=item.pk)


def test_an_unexpected_error_counts_as_a_try_and_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_args: object, **_kwargs: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(processing, "probe", breaks)
    item = sealed_item(clip("h264"))
    with pytest.raises(ZeroDivisionError):
        processing.make_playable(item_pk=item.pk)
    item.refresh_from_db()
    assert (item.attempts, item.lease_token, item.failure_reason) == (1, None, "ZeroDivisionError")


def test_a_stuck_item_can_be_tried_again_by_a_person() -> None:
    item = sealed_item(clip("h264"))
    EvidenceItem.objects.filter(pk=item.pk).update(attempts=3)
    assert working.record_if_stuck(item_pk=item.pk)
    item.refresh_from_db()
    assert (item.state, item.problem) == (ItemState.UNPLAYABLE, STUCK)
    detective = staff(agency=item.agency)
    triage.retry_item(item=item, user=detective)
    assert processing.make_playable(item_pk=item.pk)
    item.refresh_from_db()
    assert (item.state, item.problem) == (ItemState.PLAYABLE, "")
    assert actions(item)[3:5] == ["unplayable", "retried"]


def test_scratch_is_empty_afterwards(own_folders: Path) -> None:
    for content in (clip("h264"), b"text"):
        assert processing.make_playable(item_pk=sealed_item(content).pk)
    assert list((own_folders / "scratch").iterdir()) == []
