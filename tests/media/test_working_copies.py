"""What plays in the browser, and the poster beside it."""

from __future__ import annotations

import os
from pathlib import Path

import av
import pytest
from PIL import Image

from apps.media import produce, recipes
from apps.media.errors import Undecodable
from apps.media.facts import ProbeFacts
from apps.media.probe import probe
from apps.media.scratch import job_folder
from tests.media import samples

H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")


def made_from(source: Path, scratch: Path, *, sound: bool = False) -> tuple[produce.WorkingCopy, ProbeFacts]:
    """The working copy of `source` and the facts about it."""
    target = source.with_name("working.mp4")
    before = (source.read_bytes(), source.stat().st_mtime_ns)
    made = produce.make_working_copy(source, target, probe(source, scratch=scratch), scratch=scratch, sound=sound)
    assert (source.read_bytes(), source.stat().st_mtime_ns) == before
    assert b"moov" in target.read_bytes()[:200]  # the index comes first: it plays before it is loaded
    return made, probe(target, scratch=scratch)


def test_h264_is_copied_without_loss(clips: Path, tmp_path: Path, scratch: Path) -> None:
    source = tmp_path / "clip.mp4"
    source.write_bytes((clips / "plain.mp4").read_bytes())
    made, facts = made_from(source, scratch)
    assert made == produce.WorkingCopy("copy", pytest.approx(20, abs=0.1), incomplete=False, sound=False)
    assert facts.audio == ()
    assert facts.video[0].pictures == 200


def test_sound_is_kept_only_when_asked_for(clips: Path, tmp_path: Path, scratch: Path) -> None:
    source = tmp_path / "clip.mp4"
    source.write_bytes((clips / "plain.mp4").read_bytes())
    made, facts = made_from(source, scratch, sound=True)
    assert (made.recipe, made.sound) == ("copy", True)
    assert [track.codec for track in facts.audio] == ["aac"]


@pytest.mark.parametrize("ending", ["mkv", "ts", "flv"])
def test_h264_from_other_containers_is_copied(ending: str, tmp_path: Path, scratch: Path) -> None:
    made, facts = made_from(samples.video(tmp_path / f"clip.{ending}", *H264), scratch)
    assert (made.recipe, facts.container) == ("copy", "mp4")
    assert made.duration_s == pytest.approx(2, abs=0.2)


@pytest.mark.parametrize(
    ("ending", "encoding"),
    [
        ("mp4", ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error")),
        ("avi", ("-c:v", "mjpeg", "-pix_fmt", "yuvj420p")),
        ("avi", ("-c:v", "mpeg4")),
        ("wmv", ("-c:v", "wmv2")),
        ("mpg", ("-c:v", "mpeg2video")),
        ("webm", ("-c:v", "libvpx", "-deadline", "realtime")),
        ("mkv", ("-c:v", "libsvtav1", "-preset", "12")),
        ("h264", H264),
        ("mp4", ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le")),
        ("mp4", ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv444p")),
    ],
)
def test_what_browsers_do_not_play_everywhere_becomes_h264(
    ending: str, encoding: tuple[str, ...], tmp_path: Path, scratch: Path
) -> None:
    made, facts = made_from(samples.video(tmp_path / f"clip.{ending}", *encoding, fps="25"), scratch)
    assert made.recipe == "transcode"
    assert made.duration_s == pytest.approx(2, abs=0.3)
    assert not made.incomplete
    assert recipes.plays_as_it_is(facts)


def test_sound_that_browsers_do_not_play_becomes_aac(tmp_path: Path, scratch: Path) -> None:
    source = samples.video(tmp_path / "clip.mkv", *H264, "-c:a", "pcm_mulaw", "-ar", "8000", sound=True)
    made, facts = made_from(source, scratch, sound=True)
    assert made.recipe == "copy"
    assert facts.audio[0].codec == "aac"


@pytest.mark.parametrize(
    ("size", "aspect", "expected"),
    [
        ("1920x1080", "1", (1280, 720)),
        ("640x480", "1", (640, 480)),
        ("1080x1920", "1", (404, 720)),
        ("161x121", "1", (160, 120)),
        ("352x480", "20/11", (640, 480)),
        ("3840x400", "1", (1280, 134)),
    ],
)
def test_pictures_keep_their_shape_and_stay_within_720p(
    size: str, aspect: str, expected: tuple[int, int], tmp_path: Path, scratch: Path
) -> None:
    source = samples.video(tmp_path / "clip.mkv", "-vf", f"setsar={aspect}", "-c:v", "mpeg4", size=size, seconds=0.3)
    _made, facts = made_from(source, scratch)
    assert (facts.video[0].width, facts.video[0].height) == expected
    poster = tmp_path / "poster.jpg"
    produce.make_poster(source, poster, probe(source, scratch=scratch), scratch=scratch)
    with Image.open(poster) as picture:
        assert picture.format == "JPEG"
        assert picture.size[0] / picture.size[1] == pytest.approx(expected[0] / expected[1], rel=0.03)


def test_a_phones_upright_video_is_shown_upright(tmp_path: Path, scratch: Path) -> None:
    flat = samples.video(tmp_path / "flat.mp4", "-c:v", "mpeg4", size="320x180")
    source = tmp_path / "clip.mp4"
    samples.ffmpeg("-display_rotation:v:0", "90", "-i", flat, "-c", "copy", source)
    assert probe(source, scratch=scratch).video[0].rotation in (90, 270)
    _made, facts = made_from(source, scratch)
    assert (facts.video[0].width, facts.video[0].height) == (180, 320)


def test_every_picture_is_shown_once_at_its_time(tmp_path: Path, scratch: Path) -> None:
    source = samples.video(tmp_path / "clip.mkv", "-c:v", "mpeg4", "-bf", "2", seconds=3)
    made, _facts = made_from(source, scratch)
    with av.open(str(tmp_path / "working.mp4")) as container:
        times = [float(frame.time or 0) for frame in container.decode(video=0)]
    assert times == pytest.approx([number / 10 for number in range(30)], abs=0.002)
    assert made.duration_s == pytest.approx(3, abs=0.05)


def test_sixty_pictures_a_second_become_thirty(tmp_path: Path, scratch: Path) -> None:
    made, facts = made_from(samples.video(tmp_path / "clip.mkv", "-c:v", "mpeg4", fps="60"), scratch)
    assert facts.video[0].pictures == pytest.approx(60, abs=2)
    assert made.duration_s == pytest.approx(2, abs=0.1)


def test_slow_recorders_get_no_pictures_that_were_not_recorded(tmp_path: Path, scratch: Path) -> None:
    _made, facts = made_from(samples.video(tmp_path / "clip.avi", "-c:v", "mpeg4", fps="3", seconds=4), scratch)
    assert facts.video[0].pictures == 12


def test_a_video_of_one_picture_still_gets_a_poster(tmp_path: Path, scratch: Path) -> None:
    source = samples.video(tmp_path / "clip.mkv", *H264, seconds=0.1)
    produce.make_poster(source, tmp_path / "poster.jpg", probe(source, scratch=scratch), scratch=scratch)
    with Image.open(tmp_path / "poster.jpg") as picture:
        assert picture.size == (320, 180)


def test_a_failure_leaves_the_target_as_it_was(clips: Path, tmp_path: Path, scratch: Path) -> None:
    facts = probe(clips / "plain.mp4", scratch=scratch)
    source, target = tmp_path / "broken.mp4", tmp_path / "working.mp4"
    source.write_bytes(b"not the file that was probed")
    target.write_bytes(b"an earlier copy")
    with pytest.raises(Undecodable):
        produce.make_working_copy(source, target, facts, scratch=scratch)
    with pytest.raises(Undecodable):
        produce.make_poster(source, target, facts, scratch=scratch)
    assert target.read_bytes() == b"an earlier copy"


def test_making_it_twice_gives_the_same_bytes(clips: Path, tmp_path: Path, scratch: Path) -> None:
    facts = probe(clips / "plain.mp4", scratch=scratch)
    for name in ("one.mp4", "two.mp4"):
        produce.make_working_copy(clips / "plain.mp4", tmp_path / name, facts, scratch=scratch)
    assert (tmp_path / "one.mp4").read_bytes() == (tmp_path / "two.mp4").read_bytes()


def test_the_facts_survive_their_trip_through_the_database(clips: Path, scratch: Path) -> None:
    facts = probe(clips / "plain.mp4", scratch=scratch)
    assert ProbeFacts.from_json(facts.to_json()) == facts
    assert facts.duration_s == pytest.approx(20, abs=0.1)
    assert (facts.container, facts.video[0].codec, facts.video[0].fps) == ("mp4", "h264", 10.0)
    assert (facts.audio[0].codec, facts.audio[0].sample_rate, facts.audio[0].channels) == ("aac", 16000, 1)


def test_what_a_killed_worker_left_is_swept_but_not_what_another_one_uses(tmp_path: Path) -> None:
    left = tmp_path / "media-left"
    left.mkdir()
    (left / "working.mp4").write_bytes(b"half")
    with job_folder(tmp_path) as used:
        for folder in (left, used):
            os.utime(folder, (0, 0))
        with job_folder(tmp_path):
            assert not left.exists()
            assert used.exists()
    assert list(tmp_path.iterdir()) == []
