"""Runs in the confined child: opens a video with PyAV, looks at its streams and decodes the first pictures.

The answer is plain JSON. Nothing from the file's own metadata goes into it but the time of recording, as a claim;
places, titles and comments stay in the original.
"""

from __future__ import annotations

import math
import os
import re
import struct
from datetime import datetime
from typing import Any

import av
import av.container
import av.logging

from apps.media import formats

PACKETS_TRIED = 400
PICTURES_WANTED = 12
SEARCHED = 2 * 1024 * 1024
_EICAR = "EICAR-STANDARD-ANTIVIRUS-TEST-FILE"
# A sample entry of an encrypted picture track: its name and the six reserved bytes after it.
_ENCRYPTED_ENTRY = rb"encv\x00\x00\x00\x00\x00\x00"
_NO_PICTURES = {"text", "playlist", "program", "archive", "document", "heic"}

av.logging.set_level(av.logging.PANIC)


class Unreadable(Exception):
    """Carries a code of `errors.REASONS` out of the reading functions."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


def read(source: str, *, declared: str) -> dict[str, Any]:
    """Facts about `source`, or `{"error": code}`. `declared` is the ending of the name that the sender gave."""
    size = os.stat(source).st_size  # noqa: PTH116 - pathlib is not needed elsewhere in this child
    with open(source, "rb") as file:  # noqa: PTH123
        head = file.read(formats.HEAD)
    kind = formats.looks_like(head)
    try:
        if kind in _NO_PICTURES or kind == "empty":
            raise Unreadable(kind)
        facts = _open_and_look(source, size=size, kind=kind)
    except Unreadable as problem:
        return {
            "error": problem.code,
            "detail": problem.detail,
            "name_differs": declared in formats.VIDEO_ENDINGS and kind not in ("", "empty"),
        }
    facts["size"] = size
    promised = formats.NAMES_OF_CONTAINERS.get(facts["demuxer"])
    if promised is not None and declared in formats.VIDEO_ENDINGS and declared not in promised:
        facts["notes"].append("name_differs")
    return facts


def _open_and_look(source: str, *, size: int, kind: str) -> dict[str, Any]:
    try:
        with av.open(f"file:{source}", options=formats.input_options(), metadata_errors="replace") as container:
            return _look(container, source, kind=kind)
    except (MemoryError, av.error.MemoryError) as problem:
        raise Unreadable(_explain_memory(source, size)) from problem
    except (av.FFmpegError, OSError, ValueError) as problem:
        raise Unreadable(_explain_refusal(source, size, kind), detail=type(problem).__name__) from problem


def _look(container: av.container.InputContainer, source: str, *, kind: str) -> dict[str, Any]:
    demuxer = _demuxer(container.format.name)
    if len(container.streams) > formats.MOST_STREAMS:
        raise Unreadable("too_many_tracks")
    videos = [stream for stream in container.streams.video if not _is_cover(stream)]
    if not videos:
        raise Unreadable("sound_only" if container.streams.audio else "no_video")
    first = videos[0]
    context = first.codec_context
    if demuxer == "mov" and _holds(source, _ENCRYPTED_ENTRY):
        raise Unreadable("encrypted")
    if context is None or context.codec.canonical_name not in formats.VIDEO_CODECS:
        raise Unreadable("codec", detail=word(context and context.codec.canonical_name))
    if context.width * context.height > formats.MOST_PIXELS:
        raise Unreadable("picture_too_large")
    seen = _decode_first_pictures(container, first, source)
    if demuxer == "mjpeg" and seen["pictures"] == 1 and kind == "picture":
        raise Unreadable("picture")
    duration = seconds(container.duration, 1e-6)
    notes = list(seen["notes"])
    if duration is None:
        notes.append("no_duration")
    if len(videos) > 1:
        notes.append("more_video")
    if any(stream.type == "attachment" for stream in container.streams):
        notes.append("attachments")
    if holds_test_signature(container):
        notes.append("test_signature")
    return {
        "container": "mp4" if demuxer == "mov" else demuxer,
        "demuxer": demuxer,
        "duration_s": duration,
        "bit_rate": whole(container.bit_rate),
        "streams": len(container.streams),
        "video": [_video_facts(stream, seen if stream is first else {}) for stream in videos],
        "audio": [audio_facts(stream) for stream in container.streams.audio],
        "recorded_at_claimed": claimed_time(container),
        "decoded_pictures": seen["pictures"],
        "notes": notes,
    }


def _decode_first_pictures(container: av.container.InputContainer, stream: Any, source: str) -> dict[str, Any]:
    """Decode a few pictures: proof that the stream is what it says. Raises `Unreadable` if none comes out."""
    context = stream.codec_context
    context.thread_count = 1
    context.options = formats.decoder_options()
    pictures, failures, rotation, pixel_format = 0, 0, 0, ""
    sizes: list[tuple[int, int]] = []
    try:
        for tried, packet in enumerate(container.demux(stream)):
            try:
                for frame in packet.decode():
                    pictures += 1
                    sizes.append((frame.width, frame.height))
                    rotation = rotation or int(frame.rotation)
                    pixel_format = pixel_format or frame.format.name
            except (av.FFmpegError, ValueError):
                failures += 1
            if pictures >= PICTURES_WANTED or tried >= PACKETS_TRIED:
                break
    except (av.FFmpegError, OSError):
        failures += 1
    if not pictures:
        raise Unreadable("external" if _has_external_data(source) else "damaged")
    notes = []
    if failures:
        notes.append("damaged_start")
    if len(set(sizes)) > 1:
        notes.append("changing_size")
    return {
        "pictures": pictures,
        "notes": notes,
        "rotation": rotation % 360,
        "pixel_format": pixel_format,
        "size": sizes[0],
    }


def _video_facts(stream: Any, seen: dict[str, Any]) -> dict[str, Any]:
    context = stream.codec_context
    pixel_format = seen.get("pixel_format") or (context and context.pix_fmt) or ""
    width, height = seen.get("size") or ((context.width, context.height) if context else (0, 0))
    return {
        "index": stream.index,
        "codec": word(context and context.codec.canonical_name),
        "profile": word(stream.profile),
        "level": whole(context and context.level) or 0,
        "width": whole(width) or 0,
        "height": whole(height) or 0,
        "fps": _rate(stream.average_rate) or _rate(stream.guessed_rate),
        "pixel_format": word(pixel_format),
        "bit_rate": whole(context and context.bit_rate),
        "duration_s": seconds(stream.duration, float(stream.time_base or 0)),
        "pictures": whole(stream.frames) or None,
        "rotation": seen.get("rotation", 0),
        "pixel_aspect": _rate(context and context.sample_aspect_ratio),
    }


def audio_facts(stream: Any) -> dict[str, Any]:
    """Facts about one sound track."""
    context = stream.codec_context
    return {
        "index": stream.index,
        "codec": word(context and context.codec.canonical_name),
        "profile": word(stream.profile),
        "sample_rate": whole(context and context.sample_rate) or 0,
        "channels": whole(context and context.channels) or 0,
        "bit_rate": whole(context and context.bit_rate),
        "duration_s": seconds(stream.duration, float(stream.time_base or 0)),
    }


def _demuxer(names: str) -> str:
    return next((name for name in names.split(",") if name in formats.DEMUXERS), "unknown")


def _is_cover(stream: Any) -> bool:
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def claimed_time(container: av.container.InputContainer) -> str | None:
    """The time of recording that the file states, ISO 8601."""
    claim = (container.metadata.get("creation_time") or "")[:40]
    try:
        moment = datetime.fromisoformat(claim.replace("Z", "+00:00"))
    except ValueError:
        return None
    # Recorders without a clock write 1904 or 1970.
    return moment.isoformat() if 1980 < moment.year < 2200 else None


def holds_test_signature(container: av.container.InputContainer) -> bool:
    """Whether its texts hold the signature by which virus scanners are tested."""
    texts = [*container.metadata.values()]
    for stream in container.streams:
        texts += stream.metadata.values()
    return any(_EICAR in text for text in texts)


def _explain_refusal(source: str, size: int, kind: str) -> str:
    """Why libavformat would not open it, as far as the bytes tell."""
    if kind:
        return kind
    boxes = _top_level_boxes(source, size)
    if ("ftyp" in boxes or "mdat" in boxes) and "moov" not in boxes:
        return "cut"
    if _holds(source, _ENCRYPTED_ENTRY):
        return "encrypted"
    return "damaged" if "moov" in boxes else "unknown_format"


def _explain_memory(source: str, size: int) -> str:
    return "too_many_tracks" if len(_both_ends(source).split(b"trak")) > formats.MOST_STREAMS else "memory"


def _top_level_boxes(source: str, size: int, *, most: int = 500) -> list[str]:
    """Names of the boxes at the top of an MP4 or MOV file; stops at the first that makes no sense."""
    names: list[str] = []
    with open(source, "rb") as file:  # noqa: PTH123
        at = 0
        while at + 8 <= size and len(names) < most:
            file.seek(at)
            header = file.read(16)
            if len(header) < 8:
                break
            length, name = struct.unpack(">I4s", header[:8])
            if not re.fullmatch(rb"[A-Za-z0-9 \xa9_-]{4}", name):
                break
            names.append(name.decode("latin-1"))
            if length == 1 and len(header) == 16:
                length = struct.unpack(">Q", header[8:])[0]
            if length < 8:
                break
            at += length
    return names


def _both_ends(source: str) -> bytes:
    with open(source, "rb") as file:  # noqa: PTH123
        start = file.read(SEARCHED)
        file.seek(0, os.SEEK_END)
        file.seek(max(len(start), file.tell() - SEARCHED))
        return start + file.read(SEARCHED)


def _holds(source: str, pattern: bytes) -> bool:
    return re.search(pattern, _both_ends(source)) is not None


def _has_external_data(source: str) -> bool:
    """Whether a data reference of an MP4 or MOV file points outside (its "self-contained" flag is not set)."""
    return re.search(rb"dref.{12}(?:url |urn |alis|rsrc)\x00\x00\x00\x00", _both_ends(source), re.DOTALL) is not None


def whole(value: Any) -> int | None:
    """A whole number, or None for what is none."""
    return int(value) if isinstance(value, (int, float)) and math.isfinite(value) and 0 <= value < 2**53 else None


def seconds(value: Any, unit: float) -> float | None:
    """A length in seconds, or None for what is none."""
    if value is None:
        return None
    length = value * unit
    return round(length, 3) if math.isfinite(length) and 0 < length < 1e9 else None


def _rate(value: Any) -> float | None:
    try:
        rate = float(value)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return round(rate, 3) if math.isfinite(rate) and 0 < rate < 1e7 else None


def word(value: Any) -> str:
    """A short word of plain letters."""
    return re.sub(r"[^A-Za-z0-9 .:_()+-]", "", str(value or ""))[:40]
