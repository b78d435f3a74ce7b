"""What the demo's owners state of their cameras: most of it, some of it, or nothing; not always what is hoped for."""

from __future__ import annotations

import random
from typing import Any

from apps.cameras.states import Funding, Recording
from apps.specifications.answers import Clock, Premises


def equipment(key: str) -> dict[str, Any]:
    """The facts of the camera with this key; the same at each call. One owner in four states none."""
    dice = random.Random(key)  # noqa: S311
    if dice.random() < 0.25:
        return {}
    stated: dict[str, Any] = {
        "recording": dice.choice([Recording.CONTINUOUS, Recording.EVENT]),
        "picture_height": dice.choice([1080, 1080, 1440, 2160, 720, 480]),
        "frame_rate": dice.choice([15.0, 20.0, 30.0, 30.0, 8.0]),
        "clock": dice.choice([Clock.AUTOMATIC] * 7 + [Clock.BY_HAND]),
        "night_view": dice.random() < 0.92,
        "sign_posted": dice.random() < 0.6,
        "keeps_off_private": dice.random() < 0.97,
        "premises": dice.choice([Premises.OWNED] * 8 + [Premises.PERMITTED] * 3 + [Premises.NOT_PERMITTED]),
        "funding": dice.choice([Funding.PRIVATE] * 9 + [Funding.REBATE]),
    }
    for fact in ("picture_height", "frame_rate", "sign_posted"):
        if dice.random() < 0.2:
            del stated[fact]
    return stated
