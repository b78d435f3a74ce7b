"""Makes the demo's videos: what security cameras record, in the formats they record it in.

`make_clip(kind, target, ...)` is deterministic but for ffmpeg's version. The clock that is burnt in runs in local time
from the moment given, as the recorder's owner would have set it.
"""

from __future__ import annotations

import random
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import ffmpeg
from django.conf import settings
from PIL import Image

from apps.demo import scene
from apps.media.launcher import ffmpeg_binary

FONT = "@uswds/uswds/dist/fonts/roboto-mono/roboto-mono-v5-latin-regular.ttf"


@dataclass(frozen=True)
class Kind:
    """One kind of recorder: how its pictures look, how many a second, and how they are stored."""

    ending: str
    size: tuple[int, int]
    fps: int
    encoder: dict[str, object]
    sound: dict[str, object] | None
    look: Callable[[int], Image.Image]
    night: bool
    lot: bool = False


def _day(seed: int) -> Image.Image:
    return scene.street(seed=seed, palette=scene.PALETTES[seed % len(scene.PALETTES)])


def _night(seed: int) -> Image.Image:
    return scene.at_night(_day(seed), lamp=(464, 242))


def _lot(seed: int) -> Image.Image:
    return scene.parking_lot(seed=seed)


_H264 = {"c:v": "libx264", "preset": "veryfast", "crf": 24, "pix_fmt": "yuv420p", "g": 30, "movflags": "+faststart"}
_HEVC = {
    "c:v": "libx265", "preset": "ultrafast", "crf": 26, "pix_fmt": "yuv420p", "tag:v": "hvc1",
    "x265-params": "log-level=error:keyint=40:info=0", "movflags": "+faststart",
}  # fmt: skip

KINDS: dict[str, Kind] = {
    "street_day": Kind("mp4", (1280, 720), 15, _H264, None, _day, night=False),
    "street_night_sound": Kind("mp4", (1280, 720), 15, {**_H264, "crf": 28}, {"c:a": "aac", "b:a": "64k"}, _night,
                               night=True),
    "lot_hevc": Kind("mp4", (1920, 1080), 15, _HEVC, None, _lot, night=False, lot=True),
    "old_recorder": Kind("avi", (704, 480), 10, {"c:v": "mjpeg", "q:v": 6, "pix_fmt": "yuvj420p"},
                         {"c:a": "pcm_mulaw", "ar": 8000}, _day, night=False),
}  # fmt: skip


def make_clip(kind: str, target: Path, *, camera: str, starts_at: datetime, seconds: int = 20, seed: int = 1) -> None:
    """Write a clip of `kind` (a key of `KINDS`) to `target`. `camera` is the name in the picture's corner.

    `starts_at` is shown as it is, whatever its zone. Raises `subprocess.CalledProcessError` if ffmpeg fails.
    """
    chosen = KINDS[kind]
    with tempfile.TemporaryDirectory(prefix="clip-") as folder:
        sources = _draw(chosen, Path(folder), seed=seed)
        pictures = _animate(chosen, sources, seconds=seconds, seed=seed)
        pictures = _as_recorder(chosen, pictures, camera=camera, starts_at=starts_at, seed=seed)
        tracks = [pictures]
        options: dict[str, object] = {**chosen.encoder, "r": chosen.fps, "t": seconds, "threads": 2}
        if chosen.sound:
            tracks.append(_noises(seconds, seed=seed))
            options |= chosen.sound
        # Times and tool versions would make each load differ.
        options |= {"fflags": "+bitexact", "flags:v": "+bitexact", "flags:a": "+bitexact", "map_metadata": -1}
        if not chosen.sound:
            options.pop("flags:a")
        quiet = ["-nostdin", "-hide_banner", "-loglevel", "error", "-y"]
        command = ffmpeg.output(*tracks, str(target), **options).global_args(*quiet).compile(cmd=ffmpeg_binary())
        subprocess.run([str(word) for word in command], check=True, stdin=subprocess.DEVNULL)


def make_proprietary(target: Path, *, seed: int = 1, size: int = 1_500_000) -> None:
    """Write a file as a recorder's own export program does: a made-up container that no decoder reads."""
    chance = random.Random(seed)  # noqa: S311 - scenery, not secrets
    with target.open("wb") as out:
        out.write(b"SVRX\x03\x00\x01\x00" + b"SECUREVAULT DVR EXPORT\x00\x00" + bytes(32))
        while out.tell() < size:
            block = chance.randbytes(chance.randint(2000, 9000))
            out.write(b"\xabFRM" + len(block).to_bytes(4, "little") + block)


def _draw(kind: Kind, folder: Path, *, seed: int) -> dict[str, str]:
    background = folder / "background.png"
    kind.look(seed).save(background)
    shades: list[scene.Color] = [(150, 151, 156), (120, 34, 30), (44, 60, 92), (214, 214, 210)]
    shade = (96, 96, 98) if kind.night else shades[seed % len(shades)]
    car = folder / "car.png"
    scene.car(shade, lights=kind.night).save(car)
    for phase in range(8):
        picture = scene.walker(phase)
        if kind.night:
            gray = picture.convert("LA").convert("RGBA")
            picture = gray
        picture.save(folder / f"walker{phase}.png")
    return {"background": str(background), "car": str(car), "walker": str(folder / "walker%d.png")}


def _held(path: str, kind: Kind) -> ffmpeg.nodes.FilterableStream:
    """One picture, decoded once and repeated."""
    return ffmpeg.input(path, framerate=kind.fps)


def _repeated(picture: ffmpeg.nodes.FilterableStream, kind: Kind) -> ffmpeg.nodes.FilterableStream:
    return picture.filter("loop", loop=-1, size=1).filter("setpts", f"N/{kind.fps}/TB")


def _animate(kind: Kind, sources: dict[str, str], *, seconds: int, seed: int) -> ffmpeg.nodes.FilterableStream:
    """A car that drives through once and a person who crosses the picture on the near walk."""
    lens = _held(sources["background"], kind).filter("lenscorrection", k1=-0.11, k2=0.0, i="bilinear")
    background = _repeated(lens.filter("crop", w="iw*0.9", h="ih*0.9").filter("scale", w=1280, h=720), kind)
    larger = 1.16 if kind.lot else 1.11
    car = _repeated(_held(sources["car"], kind).filter("scale", w=f"iw*{larger}", h=-1), kind)
    walker = ffmpeg.input(sources["walker"], framerate=8).filter("scale", w=f"iw*{larger - 0.12}", h=-1)
    walker = walker.filter("loop", loop=-1, size=8).filter("setpts", "N/8/TB").filter("fps", kind.fps)
    enters = 3 + seed % 4
    strides = f"1210-52*t-{seed % 3}*30"
    if kind.lot:
        picture = background.overlay(walker, x=_seen(f"1180-44*t-{seed % 3}*40", 64), y=_seen("300+3*t", 36))
        return picture.overlay(car, x=_seen(f"-340+190*(t-{enters})", 64), y=_seen(f"372-4*(t-{enters})", 36))
    picture = background.overlay(car, x=_seen(f"-640+260*(t-{enters}+2)", 64), y=_seen(f"338-6.5*(t-{enters})", 36))
    return picture.overlay(walker, x=_seen(strides, 64), y=_seen(f"369+(1210-({strides}))*0.0375", 36))


def _seen(place: str, edge: int) -> str:
    """Where a place of the drawing lies once the lens has cut a tenth off."""
    return f"({place}-{edge})*1.111"


def _as_recorder(
    kind: Kind, picture: ffmpeg.nodes.FilterableStream, *, camera: str, starts_at: datetime, seed: int
) -> ffmpeg.nodes.FilterableStream:
    """The lens's dark corners, the sensor's noise, and the clock and name that recorders write into the picture."""
    width, height = kind.size
    if kind.size != (1280, 720):
        picture = picture.filter("scale", w=width, h=height)
    picture = picture.filter("setsar", "1").filter("format", "yuv420p")
    if kind.night:
        picture = picture.filter("hue", s=0)
    picture = picture.filter("noise", c0s=9 if kind.night else 5, c0f="t", c0_seed=seed).filter("vignette", "PI/5")
    writing = {
        "fontfile": str(Path(settings.NODE_MODULES) / FONT),
        "fontsize": height // 26,
        "fontcolor": "white",
        "borderw": 2,
        "bordercolor": "black@0.8",
    }
    epoch = int(starts_at.replace(tzinfo=UTC).timestamp())
    clock = rf"%{{pts:gmtime:{epoch}:%m-%d-%Y %a %H\:%M\:%S}}"
    picture = picture.filter("drawtext", text=clock, x=height // 30, y=height // 30, **writing)
    return picture.filter(
        "drawtext", text=camera, x=f"w-tw-{height // 30}", y=f"h-th-{height // 30}", expansion="none", **writing
    )


def _noises(seconds: int, *, seed: int) -> ffmpeg.nodes.FilterableStream:
    """Wind, crickets and the car that passes."""
    wind = ffmpeg.input(f"anoisesrc=color=brown:amplitude=0.25:seed={seed}:duration={seconds}:r=44100", f="lavfi")
    crickets = ffmpeg.input(
        f"aevalsrc='0.02*sin(2*PI*4300*t)*gt(sin(2*PI*13*t),0.2)*gt(sin(2*PI*0.8*t),-0.3)':d={seconds}:s=44100",
        f="lavfi",
    )
    car = ffmpeg.input(
        f"aevalsrc='0.22*exp(-pow((t-{5 + seed % 4})/2.2,2))*(sin(2*PI*82*t)+0.5*sin(2*PI*123*t)+0.6*(random(0)-0.5))'"
        f":d={seconds}:s=44100",
        f="lavfi",
    )
    return ffmpeg.filter([wind, crickets, car], "amix", inputs=3, normalize=0)
