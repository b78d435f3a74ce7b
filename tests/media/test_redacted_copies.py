"""Redacted copies: every picture of an original, boxes filled, and a proof that is refused where one shows through."""

from __future__ import annotations

import itertools
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from apps.media import launcher, redacted
from apps.media.boxes import Box, KeyFrame
from apps.media.errors import Undecodable
from apps.media.facts import ProbeFacts
from apps.media.probe import probe
from apps.media.produce import make_working_copy
from apps.media.redacted import Plan, Proof, make_redacted, picture_size, prove_redacted
from tests.factories.numbered import FILMS, numbered
from tests.media import samples

X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "10")
BLUE = (0, 47, 225)


def seconds_of(film: Path, scratch: Path, facts: ProbeFacts, source: Path) -> list[float]:
    """Make the working copy, and say when its pictures are shown."""
    table = make_working_copy(source, film, facts, scratch=scratch).times
    assert table is not None
    steps = [step for step, count in table.runs for _ in range(count)]
    return [ticks / table.scale for ticks in itertools.accumulate(steps, initial=table.first)]


def redact(source: Path, folder: Path, scratch: Path, regions: Sequence[Sequence[KeyFrame]], **more) -> Proof:
    """Write `film.mp4` and `redacted.mp4` to the folder."""
    facts = probe(source, scratch=scratch)
    plan = Plan(seconds_of(folder / "film.mp4", scratch, facts, source), regions, **more)
    make_redacted(source, folder / "redacted.mp4", facts, plan, scratch=scratch)
    return prove_redacted(source, folder / "redacted.mp4", facts, plan, scratch=scratch)


def moving(width: int, height: int, pictures: int) -> list[KeyFrame]:
    """A box that moves from the upper left to the lower right, beginning in the third picture."""
    return [KeyFrame(2, Box(5, 7, 41, 33)), KeyFrame(pictures - 3, Box(width - 50, height - 40, 37, 35), ends=True)]


def shown(path: Path, width: int, height: int) -> list[bytes]:
    """The pictures as a player shows them, in red, green and blue."""
    command = [launcher.ffmpeg_binary(), "-v", "error", "-i", str(path), "-vf", f"scale={width}:{height}"]
    command += ["-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    raw = subprocess.run(command, check=True, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL).stdout
    size = width * height * 3
    return [raw[at : at + size] for at in range(0, len(raw), size)]


def pixel(picture: bytes, width: int, x: int, y: int) -> tuple[int, ...]:
    return tuple(picture[(y * width + x) * 3 :][:3])


def near(one: Sequence[int], other: Sequence[int], within: int) -> bool:
    return all(abs(a - b) <= within for a, b in zip(one, other, strict=True))


TIMINGS = [one for one in FILMS if one.name in ("ntsc with b-frames", "edit list", "converted, variable")]


@pytest.mark.parametrize("film", TIMINGS, ids=lambda film: film.name)
def test_every_picture_of_the_original_is_there_and_every_box_is_proven(film, tmp_path: Path, scratch: Path) -> None:
    proof = redact(numbered(film), tmp_path, scratch, [moving(320, 180, 280), [KeyFrame(0, Box(317, 177, 3, 3))]])
    assert proof.pictures == (317 if film.cut_s else 400)
    assert proof.boxes >= 278
    assert proof.least >= 40


KINDS = {
    "turned": (("-display_rotation", "90"), (180, 320)),
    "mirrored": (("-display_hflip",), (320, 180)),
    "turned and mirrored": (("-display_rotation", "90", "-display_hflip"), (180, 320)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_box_lies_where_it_was_drawn_however_the_film_is_turned(kind: str, tmp_path: Path, scratch: Path) -> None:
    """One film of variable rate, turned, with an edit list: drawn in its working copy, covered in its original."""
    words, size = KINDS[kind]
    plain, cut, source = tmp_path / "plain.mp4", tmp_path / "cut.mp4", tmp_path / "source.mp4"
    uneven = ("-vf", "settb=1/90000,setpts='N*3003+mod(N*N*37,2400)'", "-fps_mode", "vfr", "-enc_time_base", "1:90000")
    samples.video(plain, *uneven, *X264, "-bf", "0", seconds=3, fps="20")
    samples.ffmpeg("-ss", "0.5", "-i", plain, "-c", "copy", cut)
    samples.ffmpeg(*words, "-i", cut, "-c", "copy", source)
    assert picture_size(probe(source, scratch=scratch)) == size
    proof = redact(source, tmp_path, scratch, [[KeyFrame(0, Box(21, 31, 50, 40)), KeyFrame(9, Box(21, 31, 50, 40))]])
    film, made = shown(tmp_path / "film.mp4", *size), shown(tmp_path / "redacted.mp4", *size)
    assert len(film) == len(made) == proof.pictures < 60
    inside = [(22, 32), (69, 69), (45, 50)]
    outside = [(12, 22), (80, 80), (10, 150), (size[0] - 20, size[1] - 20), (size[0] - 20, 20)]
    for at in (0, 9, 10):
        assert all(near(pixel(made[at], size[0], *one), BLUE, 12) for one in inside)
        assert all(near(pixel(made[at], size[0], *one), pixel(film[at], size[0], *one), 40) for one in outside)
    assert not near(pixel(made[11], size[0], 45, 50), BLUE, 60)


CONTAINERS = {
    "full range in avi": ("a.avi", "-c:v", "mjpeg", "-q:v", "3", "-pix_fmt", "yuvj420p"),
    "matroska with odd pixels": ("a.mkv", "-vf", "setsar=4/3", *X264),
    "hevc with ten bits": ("a.mp4", "-c:v", "libx265", "-x265-params", "log-level=none", "-pix_fmt", "yuv420p10le"),
    "bare stream": ("a.h264", *X264, "-bf", "0"),
    "as noisy as can be": ("a.mp4", "-vf", "geq=lum='random(1)*255':cb='128+random(2)*9':cr=128", *X264),
}


@pytest.mark.parametrize("kind", CONTAINERS)
def test_films_of_other_kinds(kind: str, tmp_path: Path, scratch: Path) -> None:
    name, *encoding = CONTAINERS[kind]
    source = samples.video(tmp_path / name, *encoding)
    width, height = picture_size(probe(source, scratch=scratch))
    proof = redact(source, tmp_path, scratch, [moving(width, height, 20)])
    assert (proof.pictures, proof.boxes) == (20, 18)
    assert len(shown(tmp_path / "redacted.mp4", width, height)) == 20


def test_a_place_that_has_every_color_is_refused_in_words(tmp_path: Path, scratch: Path) -> None:
    colors = "geq=lum='random(1)*255':cb='random(2)*255':cr='mod(random(3)*1785,256)'"
    source = samples.video(tmp_path / "a.mp4", "-vf", colors, *X264, "-qp", "0", seconds=1)
    with pytest.raises(Undecodable) as refused:
        redact(source, tmp_path, scratch, [moving(320, 180, 10)])
    assert refused.value.code == "no_fill"
    assert not (tmp_path / "redacted.mp4").exists()


def proof_of_another(source: Path, plan: Plan, made: Path, scratch: Path) -> str:
    """The code with which a proof of the copy is refused."""
    with pytest.raises(Undecodable) as refused:
        prove_redacted(source, made, probe(source, scratch=scratch), plan, scratch=scratch)
    return refused.value.code


def test_what_is_not_covered_everywhere_is_not_proven(tmp_path: Path, scratch: Path) -> None:
    source = samples.video(tmp_path / "a.mp4")
    facts = probe(source, scratch=scratch)
    film = seconds_of(tmp_path / "film.mp4", scratch, facts, source)
    drawn = Plan(film, [[KeyFrame(3, Box(40, 40, 60, 60), ends=True)]])
    made = tmp_path / "made.mp4"
    make_redacted(source, made, facts, drawn, scratch=scratch)
    assert prove_redacted(source, made, facts, drawn, scratch=scratch).boxes == 3
    wider = Plan(film, [[KeyFrame(3, Box(40, 40, 70, 60), ends=True)]])
    longer = Plan(film, [[KeyFrame(3, Box(40, 40, 60, 60)), KeyFrame(4, Box(40, 40, 60, 60), ends=True)]])
    assert proof_of_another(source, wider, made, scratch) == "not_proven"
    assert proof_of_another(source, longer, made, scratch) == "not_proven"
    assert proof_of_another(source, drawn, source, scratch) == "not_proven"
    shorter, sounding = tmp_path / "shorter.mp4", tmp_path / "sounding.mp4"
    samples.ffmpeg("-i", made, "-c", "copy", "-t", "1.5", shorter)
    assert proof_of_another(source, drawn, shorter, scratch) == "not_proven"
    samples.ffmpeg("-i", made, "-f", "lavfi", "-i", "sine=d=2", "-c:v", "copy", sounding)
    assert proof_of_another(source, drawn, sounding, scratch) == "not_proven"
    later = tmp_path / "later.mp4"
    samples.ffmpeg(
        "-i",
        made,
        "-vf",
        "settb=1/90000,setpts='PTS+gte(N,9)*1800'",
        "-fps_mode",
        "vfr",
        "-enc_time_base",
        "1:90000",
        *X264,
        later,
    )
    assert proof_of_another(source, drawn, later, scratch) == "not_proven"


def test_boxes_of_another_film_are_refused(tmp_path: Path, scratch: Path) -> None:
    source = samples.video(tmp_path / "a.mp4")
    facts = probe(source, scratch=scratch)
    plan = Plan([at * 0.083 for at in range(24)], [[KeyFrame(3, Box(40, 40, 60, 60))]])
    with pytest.raises(Undecodable) as refused:
        make_redacted(source, tmp_path / "made.mp4", facts, plan, scratch=scratch)
    assert refused.value.code == "other_film"


def test_sound_is_left_out_or_silent_in_the_spans(tmp_path: Path, scratch: Path) -> None:
    source = samples.video(tmp_path / "a.mp4", *X264, "-c:a", "aac", seconds=3, sound=True)
    regions = [moving(320, 180, 30)]
    assert not redact(source, tmp_path, scratch, regions).sound
    proof = redact(source, tmp_path, scratch, regions, sound=True, muted=[(0.8, 1.3), (2.0, 2.4)])
    assert proof.sound
    assert proof.loudest <= redacted.QUIET
    facts = probe(source, scratch=scratch)
    film = seconds_of(tmp_path / "film.mp4", scratch, facts, source)
    louder = Plan(film, regions, sound=True, muted=[(0.8, 1.3), (1.5, 1.9)])
    assert proof_of_another(source, louder, tmp_path / "redacted.mp4", scratch) == "not_proven"
