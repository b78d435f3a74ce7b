"""The command lines of ffmpeg, and which of them a video needs. Pure functions: facts in, words out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ffmpeg

from apps.media import formats
from apps.media.facts import ProbeFacts, SoundFacts

WIDTH, HEIGHT = 1280, 720
POSTER_SIDE = 1280
MOST_FPS = 30
MOST_FPS_COPIED = 120
# Pictures from one key picture to the next in streams that are copied; README, "Picture-true", has the reason.
LONGEST_GROUP_COPIED = 900
THREADS = 2

# The way in which each thing is made, by number. A number above that of a derivative: it is made better today.
VERSIONS = {
    "copy": 1,
    "transcode": 1,
    "still": 1,
    "strip": 1,
    "excerpt": 1,
    "times": 1,
    "sound": 1,
    "waveform": 1,
    "photo": 1,
    "text": 1,
    "page": 1,
    "redacted": 1,
}
# One more for each change after which what was made before should be made anew: `manage.py remake_copies` finds it.
# 1: before the tables of times and the contact strip. 2: with them.
GENERATION = 2
STRIP_COLUMNS, STRIP_ROWS = 5, 4
CELL_WIDTH, CELL_HEIGHT = 320, 180
# Stills and clips keep the size of the original, up to what cameras record.
EXCERPT_SIDE = 4096
WAVE_WIDTH, WAVE_HEIGHT = 1280, 320

_SOUGHT = {"mov", "matroska"}
_COPIED_FROM = {"mov", "matroska", "mpegts", "flv"}
_PLAYING_PROFILES = {"Baseline", "Constrained Baseline", "Main", "High"}
_PLAYING_PIXELS = {"yuv420p", "yuvj420p"}
_PLAYING_SOUND = {"aac", "mp3"}
_HIGHEST_LEVEL = 52


def name_of(recipe: str) -> str:
    """The recipe with its present version, as a derivative states it: `copy 1`."""
    return f"{recipe} {VERSIONS[recipe]}"


def plays_as_it_is(facts: ProbeFacts) -> bool:
    """Whether browsers play these pictures once they lie in an MP4: H.264, 8 bit, 4:2:0, up to level 5.2."""
    video = facts.video[0]
    return (
        facts.demuxer in _COPIED_FROM
        and video.codec == "h264"
        and video.profile in _PLAYING_PROFILES
        and video.pixel_format in _PLAYING_PIXELS
        and 0 < video.level <= _HIGHEST_LEVEL
        and (video.fps or 0) <= MOST_FPS_COPIED
        and not {"changing_size", "damaged_start"} & set(facts.notes)
    )


def copy(program: str, source: Path, made: Path, facts: ProbeFacts, *, sound: bool) -> list[str]:
    """Same pictures, new container. Sound is copied where browsers play it, else AAC."""
    options: dict[str, Any] = {"c:v": "copy", **_clean_mp4()}
    if sound:
        options |= {"c:a": "copy"} if facts.audio[0].codec in _PLAYING_SOUND else _aac()
    return _command(program, source, made, facts, sound=sound, options=options)


def transcode(program: str, source: Path, made: Path, facts: ProbeFacts, *, sound: bool) -> list[str]:
    """H.264 within 1280x720 and 30 pictures a second.

    Pictures are dropped above that rate but never doubled: what was not recorded is not shown, and a jump of the
    recorder's clock does not fill a disk.
    """
    slower = f"select='isnan(prev_selected_t)+gte(t-prev_selected_t,{0.9 / MOST_FPS:.4f})'"
    options: dict[str, Any] = {
        "vf": f"{slower},{_fitted(facts, WIDTH, HEIGHT, levels='tv')},format=yuv420p",
        "fps_mode": "vfr",
        "enc_time_base": "1:90000",
        "c:v": "libx264",
        "preset": "veryfast",
        "crf": 23,
        # A jump decodes from the key picture before: at most a second, or the pictures of one.
        "g": MOST_FPS,
        "force_key_frames": "expr:isnan(prev_forced_t)+gte(t,prev_forced_t+1)",
        # Decoded in the order of showing: then the stated length of each picture is true, and browsers find it.
        "bf": 0,
        # A stated rate of a million would put the copy on a level that no browser plays.
        # A coarser search for motion costs 4 % more bytes and saves 12 % of the time.
        "x264-params": f"fps={min(facts.video[0].fps or 25.0, MOST_FPS):.3f}:me=dia:subme=1:weightp=0",
        # The last picture is shown for a moment, also where it is the only one.
        "bsf:v": "setts=pts=PTS:dts=DTS:duration=max(DURATION\\,1500)",
        "threads": THREADS,
        **_clean_mp4(),
    }
    if sound:
        options |= _aac()
    return _command(program, source, made, facts, sound=sound, options=options)


def poster_start(facts: ProbeFacts) -> float:
    """Second at which the search for a telling picture begins: not the very first, which is often gray."""
    return min(1.0, facts.duration_s / 4) if facts.duration_s else 0.0


def poster(program: str, source: Path, made: Path, facts: ProbeFacts, *, start: float) -> list[str]:
    """One JPEG: the most typical of the next pictures, upright, without metadata."""
    options = {
        "vf": f"{_fitted(facts, POSTER_SIDE, POSTER_SIDE, levels='pc')},format=yuvj420p,thumbnail=n=12",
        "frames:v": 1,
        "c:v": "mjpeg",
        "q:v": 3,
        "f": "image2",
        "update": 1,
        "map_metadata": -1,
        "threads": 1,
    }
    return _command(program, source, made, facts, sound=False, options=options, start=start)


def can_be_sought(facts: ProbeFacts) -> bool:
    """Whether a second of the file is found by its index; else it is read from its beginning."""
    return facts.demuxer in _SOUGHT


def still_at(program: str, source: Path, made: Path, facts: ProbeFacts, *, cut_s: float) -> list[str]:
    """One JPEG: the first picture after this second, upright, in its full size, without metadata."""
    sought, chosen = _from(facts, cut_s)
    options = {
        "vf": f"{chosen}{_fitted(facts, EXCERPT_SIDE, EXCERPT_SIDE, levels='pc')},format=yuvj420p",
        "frames:v": 1,
        "c:v": "mjpeg",
        "q:v": 2,
        "f": "image2",
        "update": 1,
        "map_metadata": -1,
        "threads": 1,
    }
    return _command(program, source, made, facts, sound=False, options=options, start=sought)


def clip_from(program: str, source: Path, made: Path, facts: ProbeFacts, *, cut_s: float, seconds: float) -> list[str]:
    """The pictures after this second for so long, upright, in their full size, H.264, without sound and metadata."""
    sought, chosen = _from(facts, cut_s)
    options: dict[str, Any] = {
        "vf": f"{chosen}setpts=PTS-STARTPTS,{_fitted(facts, EXCERPT_SIDE, EXCERPT_SIDE, levels='tv')},format=yuv420p",
        "t": f"{seconds:.6f}",
        "fps_mode": "vfr",
        "enc_time_base": "1:90000",
        "c:v": "libx264",
        "preset": "fast",
        "crf": 16,
        "g": MOST_FPS,
        "bf": 0,
        "bsf:v": "setts=pts=PTS:dts=DTS:duration=max(DURATION\\,1500)",
        "x264-params": f"fps={min(facts.video[0].fps or 25.0, MOST_FPS_COPIED):.3f}",
        "threads": THREADS,
        **_clean_mp4(),
    }
    return _command(program, source, made, facts, sound=False, options=options, start=sought)


def _from(facts: ProbeFacts, cut_s: float) -> tuple[float, str]:
    """Where to begin to read, and the filter that leaves out what comes before the second."""
    if can_be_sought(facts):
        return cut_s, ""
    return 0.0, f"select='gte(t,{cut_s:.6f})',"


def strip(program: str, film: Path, made: Path, *, duration_s: float) -> list[str]:
    """One JPEG of stills from all over a working copy, row by row, each the first picture of its share of the film."""
    share = duration_s / (STRIP_COLUMNS * STRIP_ROWS)
    reading: dict[str, Any] = {**formats.input_options(), **formats.decoder_options(), "f": "mov", "threads": THREADS}
    cell = f"scale={CELL_WIDTH}:{CELL_HEIGHT}:force_original_aspect_ratio=decrease:flags=bilinear:out_range=pc"
    chosen = f"select='isnan(prev_selected_t)+gt(floor(t/{share:.6f}),floor(prev_selected_t/{share:.6f}))'"
    padded = f"{cell},pad={CELL_WIDTH}:{CELL_HEIGHT}:x=-1:y=-1,setsar=1"
    options = {
        "vf": f"{chosen},{padded},format=yuvj420p,tile={STRIP_COLUMNS}x{STRIP_ROWS}",
        "frames:v": 1,
        "fps_mode": "passthrough",
        "c:v": "mjpeg",
        "q:v": 4,
        "f": "image2",
        "update": 1,
        "map_metadata": -1,
        "threads": 1,
    }
    opened = ffmpeg.input(f"file:{film}", **reading)
    return _compiled(ffmpeg.output(opened["v:0"], f"file:{made}", **options), program)


def sound_copy(program: str, source: Path, made: Path, facts: SoundFacts) -> list[str]:
    """AAC in an MP4, mono or stereo."""
    track = _opened_sound(source, facts)
    options = {**_aac(), "map_metadata": -1, "map_chapters": -1, "movflags": "+faststart", "f": "mp4"}
    return _compiled(ffmpeg.output(track, f"file:{made}", **options), program)


def waveform(program: str, source: Path, made: Path, facts: SoundFacts) -> list[str]:
    """One JPEG: how loud it is, from the beginning at the left to the end at the right."""
    track = _opened_sound(source, facts)
    mono = track.filter("aformat", channel_layouts="mono")
    drawn = mono.filter("showwavespic", s=f"{WAVE_WIDTH}x{WAVE_HEIGHT}", colors="0xf2b33d", scale="sqrt")
    options = {"frames:v": 1, "c:v": "mjpeg", "q:v": 3, "pix_fmt": "yuvj420p", "f": "image2", "update": 1}
    return _compiled(ffmpeg.output(drawn, f"file:{made}", **options, map_metadata=-1, threads=1), program)


def with_muted_sound(
    program: str, source: Path, film: Path, made: Path, facts: ProbeFacts, muted: Sequence[tuple[float, float]]
) -> list[str]:
    """The pictures of `film`, and the first sound of `source`, silent between each pair of seconds."""
    reading = {**formats.input_options(), **formats.decoder_options(), "threads": THREADS}
    pictures = ffmpeg.input(f"file:{film}", **reading, f="mov")["v:0"]
    sound = ffmpeg.input(f"file:{source}", **reading, f=facts.demuxer)[str(facts.audio[0].index)]
    if muted:
        # A filter is switched on for whole blocks of samples: they are made small, and a tenth of a second is added.
        spans = "+".join(f"between(t,{max(0.0, one - 0.1):.3f},{other + 0.1:.3f})" for one, other in muted)
        sound = sound.filter("asetnsamples", n=64, p=0).filter("volume", volume=0, enable=spans)
    options = {"c:v": "copy", **_aac(), **_clean_mp4()}
    return _compiled(ffmpeg.output(pictures, sound, f"file:{made}", **options), program)


def _opened_sound(source: Path, facts: SoundFacts) -> Any:
    opened = ffmpeg.input(f"file:{source}", **formats.sound_options(), f=facts.demuxer, threads=THREADS)
    return opened[str(facts.audio[0].index)]


def _compiled(writing: Any, program: str) -> list[str]:
    quiet = ["-nostdin", "-hide_banner", "-loglevel", "error", "-y"]
    return [str(word) for word in writing.global_args(*quiet).compile(cmd=program)]


def fitted_size(facts: ProbeFacts, width: int, height: int) -> tuple[int, int]:
    """Size of the pictures as they are seen (upright, square pixels), shrunk into `width` by `height`, both even."""
    video = facts.video[0]
    wide, high = video.width * (video.pixel_aspect or 1.0), float(video.height)
    if video.rotation in (90, 270):
        wide, high = high, wide
    share = min(1.0, width / wide, height / high)
    return max(2, round(wide * share / 2) * 2), max(2, round(high * share / 2) * 2)


def _fitted(facts: ProbeFacts, width: int, height: int, *, levels: str) -> str:
    """Filters that bring each picture to one size, whatever size the next one has, with bars where shapes differ."""
    wide, high = fitted_size(facts, width, height)
    return (
        "scale=w='trunc(iw*clip(sar,0.25,4))':h=ih,setsar=1,"
        f"scale=w={wide}:h={high}:flags=bilinear:force_original_aspect_ratio=decrease:out_range={levels},"
        f"pad=w={wide}:h={high}:x=-1:y=-1,setsar=1"
    )


def _clean_mp4() -> dict[str, Any]:
    return {
        "map_metadata": -1,
        "map_chapters": -1,
        "sn": None,
        "dn": None,
        "movflags": "+faststart",
        "max_muxing_queue_size": 4096,
        "f": "mp4",
    }


def _aac() -> dict[str, Any]:
    return {"c:a": "aac", "b:a": "128k", "ac": 2}


def _command(
    program: str,
    source: Path,
    made: Path,
    facts: ProbeFacts,
    *,
    sound: bool,
    options: dict[str, Any],
    start: float = 0.0,
) -> list[str]:
    reading: dict[str, Any] = {
        **formats.input_options(),
        **formats.decoder_options(),
        "f": facts.demuxer,
        "threads": THREADS,
    }
    if start:
        reading["ss"] = f"{start:.6f}"
    opened = ffmpeg.input(f"file:{source}", **reading)
    tracks = [opened[str(facts.video[0].index)]]
    if sound:
        tracks.append(opened[str(facts.audio[0].index)])
    writing = ffmpeg.output(*tracks, f"file:{made}", **options)
    return _compiled(writing, program)
