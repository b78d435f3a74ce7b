"""Short real videos, made by the same ffmpeg that the portal runs, once for all runs: they are kept below .cache/."""

from __future__ import annotations

import functools
import hashlib
import subprocess
import tempfile
from pathlib import Path

from django.conf import settings

ENCODERS = {
    "h264": ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "25"],
    "hevc": ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-tag:v", "hvc1"],
    "mjpeg": ["-c:v", "mjpeg", "-q:v", "5", "-pix_fmt", "yuvj420p"],
}


@functools.cache
def clip(
    codec: str = "h264",
    *,
    seconds: int = 2,
    size: str = "320x240",
    sound: bool = False,
    suffix: str = ".mp4",
    megabits: int = 0,
) -> Path:
    """A moving test picture with a counter, `seconds` long at 25 pictures a second.

    `megabits` a second, if given, are filled with noise, as a camera fills them at night.
    """
    noise = ",noise=alls=20:allf=t" if megabits else ""
    command = [settings.FFMPEG_BINARY, "-v", "error", "-f", "lavfi", "-i", f"testsrc=size={size}:rate=25{noise}"]
    if sound:
        command += ["-f", "lavfi", "-i", "sine=frequency=440", "-c:a", "aac"]
    command += ["-t", str(seconds), *ENCODERS[codec]]
    if megabits:
        command += ["-b:v", f"{megabits}M", "-maxrate", f"{megabits}M", "-bufsize", f"{2 * megabits}M"]
    if suffix == ".mp4":
        command += ["-movflags", "+faststart"]
    return _kept(command, f"{codec}{suffix}")


def _kept(command: list[str], name: str) -> Path:
    """What the command makes: as it was kept, or made now. Several processes may make it, and one file stays."""
    words = [_version(), *command, name]
    folder = Path(settings.BASE_DIR) / ".cache" / "test-clips" / hashlib.sha256(repr(words).encode()).hexdigest()[:16]
    path = folder / name
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as fresh:
            subprocess.run([*command, str(Path(fresh) / name)], check=True, timeout=600)
            (Path(fresh) / name).replace(path)
    return path


@functools.cache
def _version() -> str:
    asked = [settings.FFMPEG_BINARY, "-version"]
    return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.partition("\n")[0]
