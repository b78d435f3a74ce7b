"""Files that mean harm, or are merely broken: each ends in facts or in a reason, and only the scratch is touched."""

from __future__ import annotations

import io
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from apps.media import launcher, produce
from apps.media.errors import MediaTimeout, Undecodable
from apps.media.facts import ProbeFacts
from apps.media.probe import probe
from apps.media.scratch import job_folder
from tests.media import samples

Write = Callable[[bytes], Path]


@pytest.fixture
def named_mp4(tmp_path: Path) -> Write:
    """Writes bytes to a file that claims to be a video."""

    def write(data: bytes) -> Path:
        path = tmp_path / "clip.mp4"
        path.write_bytes(data)
        return path

    return write


def refused(path: Path, scratch: Path, *, name: str = "clip.mp4") -> Undecodable:
    """Probing fails for good; returns why. The file is what it was."""
    before = path.read_bytes()
    with pytest.raises(Undecodable) as problem:
        probe(path, scratch=scratch, declared_name=name)
    assert path.read_bytes() == before
    assert str(problem.value)
    return problem.value


def play(path: Path, scratch: Path, *, sound: bool = False) -> tuple[ProbeFacts, produce.WorkingCopy, ProbeFacts]:
    """Facts, working copy and poster; the copy's own facts come last."""
    facts = probe(path, scratch=scratch)
    copy, poster = path.with_name("out.mp4"), path.with_name("out.jpg")
    made = produce.make_working_copy(path, copy, facts, scratch=scratch, sound=sound)
    produce.make_poster(path, poster, facts, scratch=scratch)
    with Image.open(poster) as picture:
        assert max(picture.size) <= 1280
        assert not picture.getexif()
    return facts, made, probe(copy, scratch=scratch)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"Dear officer, please find attached the video.\n" * 20, "text"),
        (b"\xff\xfe" + "Dear officer".encode("utf-16-le") * 20, "text"),
        (samples.hls("http://127.0.0.1:9/x.ts"), "playlist"),
        (b"\xef\xbb\xbf\r\n" + samples.hls("http://127.0.0.1:9/x.ts"), "playlist"),
        (samples.dash("http://127.0.0.1:9/x.mp4"), "playlist"),
        (b"ffconcat version 1.0\nfile other.mov\n", "playlist"),
        (b"# comment\nffconcat version 1.0\nfile other.mov\n", "text"),
        (b"file 'other.mov'\n", "playlist"),
        (samples.jpeg(), "picture"),
        (b"MZ\x90\x00" + bytes(4000), "program"),
        (b"\x7fELF\x02\x01\x01" + bytes(4000), "program"),
        (b"#!/bin/sh\nrm -rf /\n", "program"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "document"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "document"),
        (bytes(100_000), "unknown_format"),
        (b"SVRX\x03\x00\x01\x00" + bytes(range(256)) * 400, "unknown_format"),
    ],
)
def test_what_is_no_video_is_refused_with_the_reason(data: bytes, code: str, named_mp4: Write, scratch: Path) -> None:
    problem = refused(named_mp4(data), scratch)
    assert problem.code == code
    if code not in ("empty", "unknown_format"):
        assert "name says one format" in str(problem)


@pytest.mark.parametrize("write", [samples.hls, samples.dash])
def test_a_playlist_named_mp4_causes_no_call(
    write: Callable[[str], bytes], named_mp4: Write, scratch: Path, listener: object
) -> None:
    refused(named_mp4(write(f"http://127.0.0.1:{listener.port}/x.ts")), scratch)  # type: ignore[attr-defined]
    assert listener.calls == 0  # type: ignore[attr-defined]


def test_a_playlist_hidden_in_an_avis_subtitles_is_not_followed(
    tmp_path: Path, scratch: Path, listener: object
) -> None:
    path = tmp_path / "clip.avi"
    path.write_bytes(samples.avi_with_playlist_as_subtitle(samples.hls(f"http://127.0.0.1:{listener.port}/x.ts")))  # type: ignore[attr-defined]
    facts, made, _copy = play(path, scratch)
    assert facts.video[0].codec == "mjpeg"
    assert made.recipe == "transcode"
    assert listener.calls == 0  # type: ignore[attr-defined]


def test_a_zip_bomb_is_not_unpacked(named_mp4: Write, scratch: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("video.mp4", bytes(50_000_000))
    before = time.monotonic()
    assert refused(named_mp4(packed.getvalue()), scratch).code == "archive"
    assert time.monotonic() - before < 3


def test_a_file_cut_before_its_index_says_so(clips: Path, tmp_path: Path, scratch: Path) -> None:
    assert refused(samples.cut(clips / "plain.mp4", tmp_path / "clip.mp4", 0.6), scratch).code == "cut"


def test_a_file_cut_after_its_index_plays_and_is_called_incomplete(clips: Path, tmp_path: Path, scratch: Path) -> None:
    facts, made, copy = play(samples.cut(clips / "fast.mp4", tmp_path / "clip.mp4", 0.7), scratch)
    assert facts.duration_s == pytest.approx(20, abs=0.2)
    assert made.incomplete
    assert 8 < (copy.duration_s or 0) < 18


def test_a_cut_video_that_has_to_be_transcoded_is_called_incomplete_too(tmp_path: Path, scratch: Path) -> None:
    whole = samples.video(tmp_path / "whole.mkv", "-c:v", "mpeg4", "-g", "10", seconds=10)
    _facts, made, copy = play(samples.cut(whole, tmp_path / "clip.mkv", 0.6), scratch)
    assert made.recipe == "transcode"
    assert made.incomplete
    assert (copy.duration_s or 0) < 9


def test_a_whole_video_is_not_called_incomplete(clips: Path, scratch: Path, tmp_path: Path) -> None:
    facts = probe(clips / "plain.mp4", scratch=scratch)
    made = produce.make_working_copy(clips / "plain.mp4", tmp_path / "out.mp4", facts, scratch=scratch)
    assert (made.recipe, made.incomplete, made.sound) == ("copy", False, False)


def _alias(path: str) -> bytes:
    """A QuickTime data reference that points to another file."""
    name = path.rsplit("/", 1)[-1].encode()
    record = bytes(10) + bytes([4]) + b"disk".ljust(27, b"\0") + bytes(12)
    record += bytes([len(name)]) + name.ljust(63, b"\0") + bytes(16) + struct.pack(">HH", 1, 1) + bytes(16)
    path_bytes = path.encode() + b"\0" * (len(path) % 2)
    record += struct.pack(">HH", 2, len(path)) + path_bytes + struct.pack(">hH", -1, 0)
    return samples.box(b"alis", bytes(4), record)


def test_a_movie_whose_pictures_lie_in_another_file_shows_nothing_of_it(
    clips: Path, tmp_path: Path, scratch: Path
) -> None:
    foreign = tmp_path / "foreign.mov"
    foreign.write_bytes((clips / "plain.mp4").read_bytes())
    dref = [b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"]

    def point_outside(_old: bytes) -> bytes:
        return samples.box(b"dref", bytes(4), struct.pack(">I", 1), _alias(str(foreign)))

    whole = samples.edit_boxes((clips / "plain.mp4").read_bytes(), dref, point_outside)
    # What is left has the index, but none of the pictures.
    path = tmp_path / "clip.mov"
    path.write_bytes(samples.edit_boxes(whole, [b"mdat"], lambda old: samples.box(b"mdat", bytes(len(old) - 8))))
    assert refused(path, scratch).code in ("external", "damaged")


@pytest.mark.parametrize("ending", ["avi", "mkv", "mov"])
def test_a_codec_that_no_recorder_writes_is_refused(ending: str, tmp_path: Path, scratch: Path) -> None:
    path = samples.video(tmp_path / f"clip.{ending}", "-c:v", "magicyuv", "-pix_fmt", "yuv420p", seconds=0.3)
    assert refused(path, scratch).code == "codec"


def test_pictures_beyond_the_largest_size_are_refused(tmp_path: Path, scratch: Path) -> None:
    path = samples.video(tmp_path / "clip.mkv", "-c:v", "mjpeg", "-q:v", "31", size="8192x8192", seconds=0.1)
    assert refused(path, scratch).code in ("picture_too_large", "damaged")


def test_a_day_at_one_picture_a_second_ends_at_the_time_limit(tmp_path: Path, scratch: Path, settings: object) -> None:
    path = tmp_path / "clip.mkv"
    hour = samples.video(tmp_path / "hour.mkv", "-c:v", "mpeg4", "-bf", "0", size="64x64", fps="1", seconds=3600)
    samples.ffmpeg("-stream_loop", "23", "-i", hour, "-c", "copy", path)
    facts = probe(path, scratch=scratch)
    assert facts.duration_s == pytest.approx(86_400, rel=0.01)
    settings.MEDIA_TIME_LIMIT = 1  # type: ignore[attr-defined]
    before = time.monotonic()
    with pytest.raises(MediaTimeout):
        produce.make_working_copy(path, tmp_path / "out.mp4", facts, scratch=scratch)
    assert time.monotonic() - before < 4
    assert not (tmp_path / "out.mp4").exists()


def test_two_thousand_tracks_are_refused(clips: Path, tmp_path: Path, scratch: Path) -> None:
    data = (clips / "plain.mp4").read_bytes()
    many = samples.edit_boxes(data, [b"moov", b"trak"], lambda old: old * 2000)
    path = tmp_path / "clip.mp4"
    path.write_bytes(many)
    assert refused(path, scratch).code == "too_many_tracks"


@pytest.mark.parametrize(
    "size", [struct.pack(">I", 0), struct.pack(">I", 1), struct.pack(">I", 7), struct.pack(">I", 0xFFFFFFFF)]
)
@pytest.mark.parametrize("name", [b"moov", b"mdat", b"udta"])
def test_boxes_that_lie_about_their_size_are_refused(size: bytes, name: bytes, named_mp4: Write, scratch: Path) -> None:
    start = samples.box(b"ftyp", b"isom", bytes(4), b"isom")
    large = struct.pack(">Q", 2**63) if size == struct.pack(">I", 1) else b""
    assert refused(named_mp4(start + size + name + large + bytes(200)), scratch).code in ("cut", "damaged", "no_video")


@pytest.mark.parametrize("name", [b"moov", b"udta", b"trak", b"meta"])
def test_boxes_nested_ten_thousand_deep_are_refused(name: bytes, named_mp4: Write, scratch: Path) -> None:
    depth = 10_000
    nested = b"".join(struct.pack(">I4s", 8 * (depth - level), name) for level in range(depth))
    if name != b"moov":
        nested = samples.box(b"moov", nested)
    refused(named_mp4(samples.box(b"ftyp", b"isom", bytes(4), b"isom") + nested), scratch)


def test_matroska_elements_without_a_size_do_not_hang(tmp_path: Path, scratch: Path) -> None:
    unknown = b"\x01\xff\xff\xff\xff\xff\xff\xff"
    head = b"\x1a\x45\xdf\xa3\x8b\x42\x82\x88matroska"
    path = tmp_path / "clip.mkv"
    path.write_bytes(head + b"\x18\x53\x80\x67" + unknown + (b"\x1f\x43\xb6\x75" + unknown) * 5000)
    before = time.monotonic()
    refused(path, scratch, name="clip.mkv")
    assert time.monotonic() - before < 5


def test_files_attached_to_a_video_are_not_taken_out(tmp_path: Path, scratch: Path) -> None:
    program = tmp_path / "player.exe"
    program.write_bytes(b"MZ-attached-program" + bytes(500))
    plain = samples.video(tmp_path / "plain.mkv")
    path = tmp_path / "clip.mkv"
    attach = ["-attach", program, "-metadata:s:t", "mimetype=application/x-msdownload"]
    samples.ffmpeg("-i", plain, *attach, "-c", "copy", path)
    facts, _made, _copy = play(path, scratch)
    assert "attachments" in facts.notes
    assert b"MZ-attached-program" not in (tmp_path / "out.mp4").read_bytes()
    assert {entry.name for entry in tmp_path.iterdir()} == {
        "player.exe", "plain.mkv", "clip.mkv", "out.mp4", "out.jpg", "scratch",
    }  # fmt: skip


def test_pictures_that_change_their_size_are_transcoded_to_one(tmp_path: Path, scratch: Path) -> None:
    path = tmp_path / "clip.mjpeg"
    path.write_bytes(b"".join(samples.jpeg(64 + 16 * (n % 7), 64 + 16 * (n % 5), (n, 90, 90)) for n in range(60)))
    facts, made, copy = play(path, scratch)
    assert "changing_size" in facts.notes
    assert made.recipe == "transcode"
    assert (copy.video[0].codec, copy.video[0].width, copy.video[0].height) == ("h264", 64, 64)
    assert copy.duration_s == pytest.approx(60 / 25, abs=0.2)


def test_h264_that_changes_its_size_is_transcoded(tmp_path: Path, scratch: Path) -> None:
    parts = [samples.video(tmp_path / f"{size}.h264", size=size, seconds=0.3) for size in ("320x180", "640x360")]
    path = tmp_path / "clip.h264"
    path.write_bytes(b"".join(part.read_bytes() for part in parts) * 5)
    _facts, made, copy = play(path, scratch)
    assert made.recipe == "transcode"
    assert copy.video[0].codec == "h264"


@pytest.mark.parametrize("encoding", [("-c:v", "libx264", "-preset", "ultrafast"), ("-c:v", "mpeg4")])
def test_a_million_pictures_a_second_do_not_multiply(encoding: tuple[str, ...], tmp_path: Path, scratch: Path) -> None:
    path = tmp_path / "clip.mov"
    samples.video(
        path, *encoding, "-pix_fmt", "yuv420p", "-video_track_timescale", "1000000", fps="1000000", seconds=0.0003
    )
    facts, made, copy = play(path, scratch)
    assert made.duration_s < 2
    assert copy.size < 1_000_000


def test_timestamps_before_zero_and_a_leap_of_days_do_not_fill_the_disk(tmp_path: Path, scratch: Path) -> None:
    path = tmp_path / "clip.mkv"
    leap = "setpts='if(lt(N,10),PTS-1.5/TB,PTS+400000/TB)'"
    samples.video(path, "-vf", leap, "-fps_mode", "vfr", "-avoid_negative_ts", "disabled", "-c:v", "mpeg4", seconds=2)
    before = time.monotonic()
    _facts, _made, copy = play(path, scratch)
    assert time.monotonic() - before < 8
    assert copy.size < 2_000_000


def test_an_encrypted_video_says_so(tmp_path: Path, scratch: Path) -> None:
    path = samples.video(
        tmp_path / "clip.mp4",
        *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-encryption_scheme", "cenc-aes-ctr"),
        *("-encryption_key", "76a6c65c5ea762046bd749a2e632ccbb", "-encryption_kid", "a7e61c373e219033c21091fa607bf3b8"),
    )
    assert refused(path, scratch).code == "encrypted"


def test_metadata_stay_in_the_original(tmp_path: Path, scratch: Path) -> None:
    title = "<script>alert(1)</script>\x1b[31m" + "x" * 1_000_000
    tags = tmp_path / "tags.txt"
    tags.write_text(f";FFMETADATA1\ntitle={title}\ncomment=call 850-555-0100\n")
    plain = samples.video(tmp_path / "plain.mp4")
    path = tmp_path / "clip.mp4"
    place = ["-metadata", "location=+30.4383-084.2807/", "-metadata", "creation_time=2026-11-20T21:14:05Z"]
    samples.ffmpeg("-i", plain, "-i", tags, "-map_metadata", "1", *place, "-c", "copy", path)
    assert b"loci" in path.read_bytes()
    facts, _made, copy = play(path, scratch)
    told = str(facts.to_json()) + str(copy.to_json())
    assert facts.recorded_at_claimed == "2026-11-20T21:14:05+00:00"
    assert len(told) < 4000
    for secret in ("script", "30.4383", "850-555", "\x1b"):
        assert secret not in told
    for result in ("out.mp4", "out.jpg"):
        data = (tmp_path / result).read_bytes()
        assert not any(secret in data for secret in (b"<script", b"30.4383", b"850-555"))
    assert copy.recorded_at_claimed is None


def test_the_virus_scanners_test_string_is_flagged(tmp_path: Path, scratch: Path) -> None:
    eicar = r"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
    path = samples.video(tmp_path / "clip.mp4", "-c:v", "mpeg4", "-metadata", f"comment={eicar}")
    facts, _made, _copy = play(path, scratch)
    assert "test_signature" in facts.notes
    assert b"EICAR" not in (tmp_path / "out.mp4").read_bytes()


def test_a_video_that_is_a_web_page_too_plays_as_a_video(clips: Path, tmp_path: Path, scratch: Path) -> None:
    page = samples.box(b"free", b"<html><script>alert(document.domain)</script></html>")
    path = tmp_path / "clip.mp4"
    path.write_bytes((clips / "plain.mp4").read_bytes() + page)
    _facts, made, _copy = play(path, scratch)
    assert made.recipe == "copy"
    assert b"<script" not in (tmp_path / "out.mp4").read_bytes()


@pytest.mark.parametrize(
    "name", ["-i", "-y clip.mp4", "concat:a.mp4|b.mp4", "clip%d.mp4", "http:", "a|b;$(id)`.mp4", "'\"\\:=,.mp4", "…‮4pm"]
)
def test_names_are_never_read_as_options_or_protocols(name: str, clips: Path, tmp_path: Path, scratch: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    path = folder / name
    path.write_bytes((clips / "plain.mp4").read_bytes())
    _facts, made, _copy = play(path, scratch)
    assert made.recipe == "copy"


def test_a_name_that_promises_another_container_is_noted(clips: Path, scratch: Path) -> None:
    assert "name_differs" in probe(clips / "plain.mp4", scratch=scratch, declared_name="clip.AVI").notes
    assert "name_differs" not in probe(clips / "plain.mp4", scratch=scratch, declared_name="CLIP.MOV").notes


def test_sound_alone_is_no_video(tmp_path: Path, scratch: Path) -> None:
    path = tmp_path / "clip.mp4"
    samples.ffmpeg("-f", "lavfi", "-i", "sine=d=1", path)
    assert refused(path, scratch).code == "sound_only"


@pytest.mark.parametrize("data", [b"<svg/>", b"\x89PNG\r\n\x1a\n" + bytes(200), samples.jpeg()[:200], b""])
def test_a_still_that_is_no_whole_jpeg_becomes_no_poster(data: bytes, tmp_path: Path, scratch: Path) -> None:
    raw = tmp_path / "raw.jpg"
    raw.write_bytes(data)
    with job_folder(scratch) as folder, pytest.raises(Undecodable):
        launcher.run_reader(
            "still",
            source=raw,
            folder=folder,
            budget=produce.STILL_BUDGET,
            target=str(folder / "poster.jpg"),
            longest_side=1280,
        )


def test_answers_of_a_child_that_was_taken_over_are_not_believed() -> None:
    video = {"index": 0, "codec": "h264\x1b[0m<b>", "width": 640, "height": -1, "fps": float("inf"), "rotation": "x"}
    with pytest.raises(Undecodable):
        ProbeFacts.from_json({"video": [video]})
    facts = ProbeFacts.from_json(
        {
            "video": [{**video, "height": 360}, "nonsense"],
            "audio": "x",
            "notes": ["<script>", "attachments"],
            "container": ["mp4"],
            "recorded_at_claimed": "2026-01-01T00:00:00<script>",
        }
    )
    assert facts.video[0].codec == "h2640mb"
    assert facts.video[0].fps is None
    assert (facts.notes, facts.audio, facts.container) == (("attachments",), (), "")
    assert facts.recorded_at_claimed is None
    assert ProbeFacts.from_json(facts.to_json()) == facts
