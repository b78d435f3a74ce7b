"""Whether a message may still go out, asked at the moment of sending of the app whose message it is.

A message may have waited for hours: for its time, for a mail server, for a worker. What it was written for may be over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from apps.notifications.models import Message


@dataclass(frozen=True, slots=True)
class Defer:
    """Not now, but from this moment (UTC) on."""

    moment: datetime


@dataclass(frozen=True, slots=True)
class Drop:
    """Not at all any more. The reason names no person."""

    reason: str


@dataclass(frozen=True, slots=True)
class Hold:
    """Not by itself: in its reader's next digest, which is due at this moment (UTC)."""

    moment: datetime


@dataclass(frozen=True, slots=True)
class Say:
    """Send it with this text: what it has to say is known only now."""

    text: str


Verdict = Defer | Drop | Hold | Say | None
Check = Callable[[Message], Verdict]
_checks: dict[str, Check] = {}


def guard(kind: str, check: Check) -> None:
    """Ask `check` about each message whose kind begins with `kind`. Called once, from an AppConfig.ready."""
    _checks[kind] = check


def ask(message: Message) -> Verdict:
    """What the message's own app says; None: send it. Of several checks the one for the most exact kind is asked."""
    kind = max((kind for kind in _checks if message.kind.startswith(kind)), key=len, default=None)
    return None if kind is None else _checks[kind](message)
