"""What agreements can share. Each app that shares something declares it here when it starts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

ALL = ""  # of a scope without choices, or all of its choices


@dataclass(frozen=True, slots=True)
class Scope:
    """Something that agencies share: its name in the rows, words for people, and its parts if it has any.

    `parts` are values and words, as of a form's choices: an agreement names the ones that it shares.
    """

    name: str
    title: Any
    parts: Sequence[tuple[str, Any]] = ()

    def items(self) -> list[tuple[str, str]]:
        """What an agreement can name of this scope, as `(scope, part)`."""
        return [(self.name, part) for part, _words in self.parts] or [(self.name, ALL)]


_SCOPES: dict[str, Scope] = {}


def declare(scope: Scope) -> None:
    """Make it something that agreements can share."""
    _SCOPES[scope.name] = scope


def scopes() -> list[Scope]:
    """Everything that agreements can share."""
    return list(_SCOPES.values())


def words_of(name: str, part: str) -> str:
    """An item of an agreement in words; its bare name if the app that declared it is gone."""
    scope = _SCOPES.get(name)
    if scope is None:
        return f"{name} {part}".strip()
    return f"{scope.title}: {dict(scope.parts).get(part, part)}" if part else str(scope.title)


def is_declared(name: str, part: str) -> bool:
    """Whether an agreement can name this."""
    scope = _SCOPES.get(name)
    return scope is not None and (name, part) in scope.items()
