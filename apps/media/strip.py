"""Runs in the confined child: a contact strip of a film with key pictures close together.

One key picture for each share of the film is looked up and decoded; nothing between them is.
"""

from __future__ import annotations

from typing import Any

import av
import av.container
from PIL import Image

from apps.media import formats
from apps.media.upright import OddTurn, Upright


def make(
    source: str, target: str, *, duration_s: float, group_s: float, columns: int, rows: int, width: int, height: int
) -> dict[str, Any]:
    """Write the strip of `columns` × `rows` cells of `width` × `height` pixels as a JPEG to `target`.

    `group_s` is how far key pictures lie apart at most: so a key picture that lies before that much of a share has
    passed is the share's own. Answers how many cells were filled.
    """
    canvas = Image.new("RGB", (columns * width, rows * height))
    share, filled = duration_s / (columns * rows), 0
    try:
        with av.open(f"file:{source}", options=formats.input_options(), metadata_errors="replace") as container:
            stream = container.streams.video[0]
            stream.codec_context.options = formats.decoder_options()
            stream.codec_context.skip_frame = "NONKEY"
            upright = Upright(stream, width, height)
            for cell in range(columns * rows):
                frame = _key_picture(container, stream, cell * share + group_s)
                if frame is None:
                    continue
                place = (cell % columns * width, cell // columns * height)
                canvas.paste(upright.turn(frame).to_image(), place)
                filled += 1
    except OddTurn:
        return {"error": "odd_turn"}
    except (av.FFmpegError, ValueError, IndexError) as problem:
        return {"error": "no_result", "detail": type(problem).__name__}
    if not filled:
        return {"error": "no_result"}
    canvas.save(target, format="JPEG", quality=90)
    return {"filled": filled}


def _key_picture(container: av.container.InputContainer, stream: Any, second: float) -> Any:
    """The last key picture before a second of the film; None where it cannot be read."""
    start = (stream.start_time or 0) * stream.time_base
    try:
        container.seek(int((second + float(start)) / stream.time_base), stream=stream)
        return next(container.decode(stream), None)
    except (av.FFmpegError, ValueError):
        return None
