"""The table of times of a working copy's pictures, and what it says of gaps, doubles and groups."""

from __future__ import annotations

import gzip
import itertools
import json
from array import array
from pathlib import Path

import av
import pytest

from apps.media import launcher, produce
from apps.media.errors import Undecodable
from apps.media.probe import examine, probe
from apps.media.timing import MOST_PICTURES, PictureTimes, Timing, runs_of, timing_of
from tests.factories.numbered import FILMS, numbered, numbers_in
from tests.media import samples

BY_NAME = {film.name: film for film in FILMS}
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")


def made_from(source: Path, target: Path, scratch: Path) -> produce.WorkingCopy:
    return produce.make_working_copy(source, target, probe(source, scratch=scratch), scratch=scratch)


def seconds_of(table: PictureTimes) -> list[float]:
    """Second of each picture."""
    steps = [step for step, count in table.runs for _ in range(count)]
    return [ticks / table.scale for ticks in itertools.accumulate(steps, initial=table.first)]


def timing_at(*ticks: int, doubled: int = 0) -> Timing:
    """Facts about pictures at these milliseconds."""
    table = PictureTimes.from_pairs(runs_of(ticks).tobytes(), scale=1000, first=ticks[0])
    assert table is not None
    return timing_of(table, doubled=doubled, longest_group=1)


@pytest.mark.parametrize("name", BY_NAME)
def test_the_table_has_the_time_of_each_picture_that_is_shown(name: str, tmp_path: Path, scratch: Path) -> None:
    target = tmp_path / "made.mp4"
    made = made_from(numbered(BY_NAME[name]), target, scratch)
    with av.open(str(target)) as container:
        shown = sorted(frame.time for frame in container.decode(video=0) if frame.time is not None and frame.time >= 0)
    assert made.times is not None
    assert seconds_of(made.times) == pytest.approx(shown, abs=1e-6)
    assert made.unreachable == 0


def test_uneven_pictures_in_another_order_are_converted_because_browsers_miss_them(
    tmp_path: Path, scratch: Path
) -> None:
    made = made_from(numbered(BY_NAME["variable rate with b-frames"]), tmp_path / "made.mp4", scratch)
    assert made.recipe == "transcode"
    assert made_from(numbered(BY_NAME["variable rate"]), tmp_path / "copy.mp4", scratch).recipe == "copy"


def test_a_converted_film_has_a_key_picture_each_second_and_no_reordering(tmp_path: Path, scratch: Path) -> None:
    target = tmp_path / "made.mp4"
    source = samples.video(tmp_path / "slow.avi", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", seconds=6, fps="5")
    made_from(source, target, scratch)
    with av.open(str(target)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    assert all(packet.pts == packet.dts for packet in packets)
    keys = [float(packet.pts * packet.time_base) for packet in packets if packet.is_keyframe and packet.pts is not None]
    assert max(after - before for before, after in itertools.pairwise(keys)) <= 1.001


def test_a_copied_film_with_a_very_long_group_is_converted(
    tmp_path: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = numbered(BY_NAME["long groups"])
    assert made_from(source, tmp_path / "copy.mp4", scratch).recipe == "copy"
    monkeypatch.setattr("apps.media.recipes.LONGEST_GROUP_COPIED", 399)
    target = tmp_path / "made.mp4"
    assert made_from(source, target, scratch).recipe == "transcode"
    assert numbers_in(target) == list(range(400))


def test_what_cannot_be_converted_is_copied_with_its_long_groups(
    tmp_path: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object, **__: object) -> list[str]:
        raise Undecodable("damaged")

    monkeypatch.setattr("apps.media.recipes.LONGEST_GROUP_COPIED", 399)
    monkeypatch.setattr("apps.media.recipes.transcode", refuses)
    target = tmp_path / "made.mp4"
    assert made_from(numbered(BY_NAME["long groups"]), target, scratch).recipe == "copy"
    assert target.is_file()


def test_a_steady_film_says_so_and_counts_what_is_missing() -> None:
    steady = timing_at(*range(0, 4000, 40))
    assert (steady.pictures, steady.usual_s, steady.steady, steady.still, steady.missing) == (100, 0.04, True, 0, 0)
    gaps = timing_at(*range(0, 2000, 40), *range(4400, 6400, 40))
    assert (gaps.still, gaps.still_s, gaps.still_at_s) == (1, 2.44, 1.96)
    assert gaps.missing == 60


def test_a_film_of_changing_rate_misses_nothing_and_may_stand_still() -> None:
    times = list(itertools.accumulate((20, 70, 33, 51, 90, 15) * 10))
    timing = timing_at(*times, times[-1] + 5000)
    assert (timing.steady, timing.missing, timing.still, timing.still_s) == (False, 0, 1, 5.0)
    assert (timing.shortest_s, timing.longest_s) == (0.015, 5.0)


def test_one_picture_alone_has_no_distances() -> None:
    timing = timing_at(0)
    assert (timing.pictures, timing.usual_s, timing.steady) == (1, 0, False)


def test_a_picture_with_the_time_of_another_is_counted_and_is_no_step(tmp_path: Path, scratch: Path) -> None:
    path = tmp_path / "doubled.mp4"
    doubled = "setts=pts='if(eq(N,7),NEXT_PTS,PTS)':dts=DTS"
    samples.video(path, *H264, "-bf", "0", "-bsf:v", doubled, seconds=2, fps="10")
    found = examine(path, scratch=scratch)
    assert found.timing is not None
    assert (found.timing.pictures, found.timing.doubled) == (19, 1)


def test_the_same_table_is_the_same_bytes_and_small_where_pictures_are_steady(tmp_path: Path) -> None:
    table = PictureTimes(scale=30000, first=0, flat=array("q", (1001, 2_592_000)))
    for name in ("one", "two"):
        table.save(tmp_path / name, film="ab")
    first, second = ((tmp_path / name).read_bytes() for name in ("one", "two"))
    assert first == second
    assert len(first) < 200
    assert json.loads(gzip.decompress(first)) == {
        "version": 1,
        "film": "ab",
        "scale": 30000,
        "first": 0,
        "runs": [1001, 2592000],
    }


@pytest.mark.parametrize(
    ("pairs", "scale", "first"),
    [
        ((40, 10), 0, 0),
        ((40, 10), "25", 0),
        ((40, 10), 25, None),
        ((40, 10), True, 0),
        ((0, 10), 25, 0),
        ((-40, 10), 25, 0),
        ((40, -10), 25, 0),
        ((40, MOST_PICTURES), 25, 0),
        ((2**62, 2), 1, 0),
        ((40,), 25, 0),
    ],
)
def test_a_table_that_makes_no_sense_is_none(pairs: tuple[int, ...], scale: object, first: object) -> None:
    assert PictureTimes.from_pairs(array("q", pairs).tobytes(), scale=scale, first=first) is None


def test_a_link_in_the_place_of_the_table_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"not theirs")
    (tmp_path / "times.bin").symlink_to(tmp_path / "secret")
    with pytest.raises(Undecodable):
        launcher.read_result(tmp_path / "times.bin", most=100)


def test_a_table_of_many_runs_is_written_whole(tmp_path: Path) -> None:
    numbers = array("q", range(1, 50_001))
    PictureTimes(scale=1000, first=0, flat=numbers).save(tmp_path / "table", film="ab")
    assert json.loads(gzip.decompress((tmp_path / "table").read_bytes()))["runs"] == list(range(1, 50_001))
