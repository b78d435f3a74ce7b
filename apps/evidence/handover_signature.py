"""A signature on a screen: strokes of a finger, a typed name, or that it stands on paper."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import text
from apps.core.errors import InvalidInput

NAME_MAX = 120
WIDTH, HEIGHT = 1000, 300
_MOST_POINTS = 20_000


class Way(models.TextChoices):
    """How somebody signed."""

    DRAWN = "drawn", gettext_lazy("I sign here with my finger")
    TYPED = "typed", gettext_lazy("My typed name is my signature")
    PAPER = "paper", gettext_lazy("I signed on paper")


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed and how. `strokes` are lines of points in a field of WIDTH by HEIGHT, only where it was drawn."""

    name: str
    way: str
    strokes: list[list[tuple[int, int]]]

    def to_json(self) -> str:
        """As a hand-over keeps it."""
        return json.dumps({"name": self.name, "way": self.way, "strokes": self.strokes})

    @classmethod
    def from_json(cls, kept: str) -> Signature:
        """The signature again."""
        found = json.loads(kept)
        strokes = [[(x, y) for x, y in stroke] for stroke in found["strokes"]]
        return cls(found["name"], found["way"], strokes)

    @property
    def path(self) -> str:
        """The strokes as an SVG path."""
        return " ".join(f"M{' L'.join(f'{x} {y}' for x, y in stroke)}" for stroke in self.strokes)


def signature_from(*, name: str, way: str, strokes: str) -> Signature:
    """Read what a page sent. Raises InvalidInput that names the field."""
    name = text.line(name, field="name", most=NAME_MAX)
    if way not in Way.values:
        raise _wrong("way", _("Choose how you sign."))
    if way != Way.DRAWN:
        return Signature(name, str(way), [])
    lines = _strokes(strokes)
    if sum(len(line) for line in lines) < 2:
        raise _wrong("strokes", _("Please sign in the field."))
    return Signature(name, str(way), lines)


def _strokes(sent: str) -> list[list[tuple[int, int]]]:
    try:
        found = json.loads(sent or "[]")
        lines = [[(int(x), int(y)) for x, y in stroke] for stroke in found if stroke]
    except (ValueError, TypeError, RecursionError):
        raise _wrong("strokes", _("The signature could not be read. Please sign again.")) from None
    points = [point for line in lines for point in line]
    if len(points) > _MOST_POINTS or any(not (0 <= x <= WIDTH and 0 <= y <= HEIGHT) for x, y in points):
        raise _wrong("strokes", _("The signature could not be read. Please sign again."))
    return lines


def _wrong(name: str, sentence: str) -> InvalidInput:
    return InvalidInput.about(name, sentence)
