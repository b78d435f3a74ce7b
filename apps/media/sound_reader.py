"""Runs in the confined child: opens a sound recording with PyAV and decodes its beginning.

Only what `formats` lists is opened. The answer is plain JSON; nothing of the file's own words goes into it but the time
of recording, as a claim.
"""

from __future__ import annotations

import contextlib
import os
from typing import Any

import av
import av.container

from apps.media import formats, reader

PACKETS_TRIED = 200
FRAMES_WANTED = 10


def read(source: str) -> dict[str, Any]:
    """Facts about `source`, or `{"error": code}`."""
    options = formats.sound_options()
    try:
        with av.open(f"file:{source}", options=options, metadata_errors="replace") as container:
            return _look(container, size=os.stat(source).st_size)  # noqa: PTH116 - pathlib is not needed in this child
    except reader.Unreadable as problem:
        return {"error": problem.code, "detail": problem.detail}
    except (MemoryError, av.error.MemoryError):
        return {"error": "memory"}
    except (av.FFmpegError, OSError, ValueError) as problem:
        return {"error": "damaged_sound", "detail": type(problem).__name__}


def _look(container: av.container.InputContainer, *, size: int) -> dict[str, Any]:
    if len(container.streams) > formats.MOST_STREAMS:
        raise reader.Unreadable("too_many_tracks")
    if not container.streams.audio:
        raise reader.Unreadable("no_sound")
    first = container.streams.audio[0]
    context = first.codec_context
    if context is None or context.codec.name not in formats.AUDIO_DECODERS:
        raise reader.Unreadable("sound_codec", detail=reader.word(context and context.codec.name))
    if not _decodes(container, first):
        raise reader.Unreadable("damaged_sound")
    names = container.format.name.split(",")
    demuxer = next((name for name in names if name in formats.SOUND_DEMUXERS), "unknown")
    return {
        "container": "mp4" if demuxer == "mov" else demuxer,
        "demuxer": demuxer,
        "duration_s": reader.seconds(container.duration, 1e-6),
        "size": size,
        "bit_rate": reader.whole(container.bit_rate),
        "streams": len(container.streams),
        "audio": [reader.audio_facts(stream) for stream in container.streams.audio],
        "recorded_at_claimed": reader.claimed_time(container),
        "notes": ["test_signature"] if reader.holds_test_signature(container) else [],
    }


def _decodes(container: av.container.InputContainer, stream: Any) -> bool:
    frames = 0
    with contextlib.suppress(av.FFmpegError, OSError):
        for tried, packet in enumerate(container.demux(stream)):
            with contextlib.suppress(av.FFmpegError, ValueError):
                frames += sum(1 for _frame in packet.decode())
            if frames >= FRAMES_WANTED or tried >= PACKETS_TRIED:
                break
    return frames > 0
