"""What stands beside the player: the contact strip, and the guide to a file that does not play."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from apps.evidence.format_guides import guide_of, steps_of
from apps.evidence.models import EvidenceItem, FormatGuide
from apps.evidence.presentation import duration_in_words
from apps.evidence.states import ItemKind, ItemState
from apps.media.recipes import STRIP_COLUMNS, STRIP_ROWS


@dataclass(frozen=True, slots=True)
class Cell:
    """One still of the strip: the second of the film from which on its share begins."""

    at: float
    words: str


@dataclass(frozen=True, slots=True)
class Guide:
    """Which player opens the file, and how to export it again."""

    guide: FormatGuide
    steps: str
    by_name: bool


def cells_of(item: EvidenceItem) -> list[Cell]:
    """The stills of the contact strip, row by row."""
    length = float(item.probe.get("duration_s") or 0) if item.probe else 0.0
    count = STRIP_COLUMNS * STRIP_ROWS
    shares = [length * number / count for number in range(count)]
    return [Cell(at, duration_in_words(at)) for at in shares]


def guide_for(item: EvidenceItem) -> Guide | None:
    """The guide for a file that does not play, where staff wrote one."""
    if item.state != ItemState.UNPLAYABLE or item.kind not in ("", ItemKind.VIDEO, ItemKind.OTHER):
        return None
    guide = guide_of(item)
    if guide is None:
        return None
    signed = bool(guide.signature) and item.beginning.startswith(guide.signature)
    return Guide(guide, steps_of(guide), by_name=not signed)


def beside_player(item: EvidenceItem, tokens: dict[str, Any]) -> dict[str, Any]:
    """For the template."""
    return {"cells": cells_of(item) if "strip" in tokens else [], "guide": guide_for(item)}
