"""What the portal can notice: each app declares its kinds when Django starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing that the portal notices. `title` says what happened, `advice` what a person should do about it."""

    name: str
    title: Any
    advice: Any


KINDS: dict[str, Kind] = {}


def declare(*kinds: Kind) -> None:
    """Add kinds. Raises ValueError for a second one of the same name."""
    for kind in kinds:
        if KINDS.get(kind.name, kind) != kind:
            raise ValueError(f"There is a kind of finding {kind.name} already.")
        KINDS[kind.name] = kind
