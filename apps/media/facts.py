"""What is known about a video, as values. Built from an answer that is not trusted: each field is checked."""

from __future__ import annotations

import math
import re
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from apps.media.errors import NOTES, Undecodable

_LONGEST_WORD = 40
_MOST_LISTED = 64


def word(value: Any) -> str:
    """A short word of plain letters; empty for what is none."""
    return re.sub(r"[^A-Za-z0-9 .:_()+-]", "", value)[:_LONGEST_WORD] if isinstance(value, str) else ""


def _track(data: dict[str, Any]) -> dict[str, Any]:
    """What pictures and sound have in common."""
    return {
        "index": whole(data.get("index")),
        "codec": word(data.get("codec")),
        "profile": word(data.get("profile")),
        "bit_rate": whole(data.get("bit_rate")),
        "duration_s": number(data.get("duration_s")),
    }


def whole(value: Any) -> int:
    """A whole number of things; 0 for what is none."""
    return value if type(value) is int and 0 <= value < 2**53 else 0


def number(value: Any) -> float | None:
    """A number that is finite and not negative; None for what is none."""
    good = type(value) in (int, float) and math.isfinite(value) and 0 <= value < 1e9
    return float(value) if good else None


def _aspect(value: Any) -> float | None:
    """Width of a pixel over its height; wild values are lies."""
    share = number(value)
    return share if share is not None and 0.25 <= share <= 4 else None


def listed(value: Any) -> list[dict[str, Any]]:
    """A list of values by name, cut at some length; empty for what is none."""
    return [entry for entry in value[:_MOST_LISTED] if isinstance(entry, dict)] if isinstance(value, list) else []


@dataclass(frozen=True)
class VideoStream:
    """One picture track. `fps`: pictures a second on average; `bit_rate`: bits a second, 0 if unknown.

    `rotation`: degrees; `pixel_aspect`: width over height of one pixel, None if it is not stated.
    """

    index: int
    codec: str
    profile: str
    level: int
    width: int
    height: int
    fps: float | None
    pixel_format: str
    bit_rate: int
    duration_s: float | None
    pictures: int
    rotation: int
    pixel_aspect: float | None

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Read what `ProbeFacts.to_json` or the confined reader wrote; what makes no sense becomes 0, "" or None."""
        return cls(
            **_track(data),
            level=whole(data.get("level")),
            width=whole(data.get("width")),
            height=whole(data.get("height")),
            pixel_format=word(data.get("pixel_format")),
            fps=number(data.get("fps")),
            pictures=whole(data.get("pictures")),
            rotation=whole(data.get("rotation")) % 360,
            pixel_aspect=_aspect(data.get("pixel_aspect")),
        )


@dataclass(frozen=True)
class AudioStream:
    """One sound track. `sample_rate` in hertz, `bit_rate` bits a second, 0 if unknown."""

    index: int
    codec: str
    profile: str
    sample_rate: int
    channels: int
    bit_rate: int
    duration_s: float | None

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """As `VideoStream.from_json`."""
        return cls(
            **_track(data),
            sample_rate=whole(data.get("sample_rate")),
            channels=whole(data.get("channels")),
        )


@dataclass(frozen=True)
class ProbeFacts:
    """What the probe found. `recorded_at_claimed` is what the file says of itself, ISO 8601, and proves nothing.

    `notes` are keys of `errors.NOTES`: what is odd about a file that can be read all the same.
    """

    container: str
    demuxer: str
    duration_s: float | None
    size: int
    bit_rate: int
    streams: int
    video: tuple[VideoStream, ...]
    audio: tuple[AudioStream, ...]
    recorded_at_claimed: str | None
    decoded_pictures: int
    notes: tuple[str, ...]

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Read an answer of the confined reader, or what `to_json` gave. Raises `Undecodable` without pictures."""
        video = tuple(VideoStream.from_json(entry) for entry in listed(data.get("video")))
        if not video or not video[0].width or not video[0].height:
            raise Undecodable("no_video")
        return cls(
            container=word(data.get("container")),
            demuxer=word(data.get("demuxer")),
            duration_s=number(data.get("duration_s")) or None,
            size=whole(data.get("size")),
            bit_rate=whole(data.get("bit_rate")),
            streams=whole(data.get("streams")),
            video=video,
            audio=tuple(AudioStream.from_json(entry) for entry in listed(data.get("audio"))),
            recorded_at_claimed=_claimed(data),
            decoded_pictures=whole(data.get("decoded_pictures")),
            notes=_notes(data),
        )

    def to_json(self) -> dict[str, Any]:
        """Plain values for a JSON field; `from_json` reads them back."""
        data = {field.name: getattr(self, field.name) for field in fields(self)}
        data["video"] = [asdict(stream) for stream in self.video]
        data["audio"] = [asdict(stream) for stream in self.audio]
        data["notes"] = list(self.notes)
        return data

    def sentences(self) -> list[Any]:
        """The notes as sentences for people, translated when shown."""
        return [NOTES[note] for note in self.notes]


def _claimed(data: dict[str, Any]) -> str | None:
    claimed = data.get("recorded_at_claimed")
    return claimed if isinstance(claimed, str) and re.fullmatch(r"[0-9T:+.-]{10,40}", claimed) else None


def _notes(data: dict[str, Any]) -> tuple[str, ...]:
    notes = data.get("notes")
    return tuple(note for note in (notes if isinstance(notes, list | tuple) else ()) if note in NOTES)


@dataclass(frozen=True)
class SoundFacts:
    """What the probe found. `recorded_at_claimed` is what the file says of itself, ISO 8601, and proves nothing."""

    container: str
    demuxer: str
    duration_s: float | None
    size: int
    bit_rate: int
    streams: int
    audio: tuple[AudioStream, ...]
    recorded_at_claimed: str | None
    notes: tuple[str, ...]

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Read an answer of the confined reader, or what `to_json` gave. Raises `Undecodable` without sound."""
        audio = tuple(AudioStream.from_json(entry) for entry in listed(data.get("audio")))
        if not audio:
            raise Undecodable("no_sound")
        return cls(
            container=word(data.get("container")),
            demuxer=word(data.get("demuxer")),
            duration_s=number(data.get("duration_s")) or None,
            size=whole(data.get("size")),
            bit_rate=whole(data.get("bit_rate")),
            streams=whole(data.get("streams")),
            audio=audio,
            recorded_at_claimed=_claimed(data),
            notes=_notes(data),
        )

    def to_json(self) -> dict[str, Any]:
        """Plain values for a JSON field; `from_json` reads them back."""
        data = {field.name: getattr(self, field.name) for field in fields(self)}
        data["audio"] = [asdict(stream) for stream in self.audio]
        data["notes"] = list(self.notes)
        return data
