"""Whether a message may still go out, asked at the moment of sending of the app whose message it is.

A message may have waited for hours: for its time, for a mail server, for a worker. What it was written for may be over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from apps.notifications.models import Message


@dataclass(frozen=True, slots=True)
class Later:
    """Not now, but from this moment (UTC) on."""

    moment: datetime


@dataclass(frozen=True, slots=True)
class Never:
    """Not at all any more. The reason names no person."""

    reason: str


Verdict = Later | Never | None
Gate = Callable[[Message], Verdict]
_gates: dict[str, Gate] = {}


def guard(kind: str, gate: Gate) -> None:
    """Ask `gate` about each message whose kind begins with `kind`. Called once, from an AppConfig.ready."""
    _gates[kind] = gate


def ask(message: Message) -> Verdict:
    """What the message's own app says; None: send it."""
    gate = next((gate for kind, gate in _gates.items() if message.kind.startswith(kind)), None)
    return gate(message) if gate else None
