"""What agreements can share. Each app that shares something declares it here when it starts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

ALL = ""  # of a scope without choices, or all of its choices


@dataclass(frozen=True, slots=True)
class Scope:
    """Something that agencies share: its name in the rows, words for people, and its parts if it has any.

    `parts` are values and words, as of a form's choices: an agreement names the ones that it shares. They may be a
    function where agencies keep them as data. `needs` names another scope without which this one shares nothing.
    `offices` says that offices which are no agency of the portal can be given it.
    """

    name: str
    title: Any
    parts: Sequence[tuple[str, Any]] | Callable[[], Sequence[tuple[str, Any]]] = ()
    needs: str = ""
    offices: bool = False

    def choices(self) -> Sequence[tuple[str, Any]]:
        """Its parts now."""
        return self.parts() if callable(self.parts) else self.parts

    def items(self) -> list[tuple[str, str]]:
        """What an agreement can name of this scope, as `(scope, part)`."""
        return [(self.name, part) for part, _words in self.choices()] or [(self.name, ALL)]


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
    return f"{scope.title}: {dict(scope.choices()).get(part, part)}" if part else str(scope.title)


def is_declared(name: str, part: str) -> bool:
    """Whether an agreement can name this."""
    scope = _SCOPES.get(name)
    return scope is not None and (name, part) in scope.items()


def is_for_offices(name: str) -> bool:
    """Whether an office outside of the portal can be given this."""
    scope = _SCOPES.get(name)
    return scope is not None and scope.offices


def missing_beside(names: set[str]) -> Scope | None:
    """A scope that one of these needs and that is not among them."""
    needed = {_SCOPES[name].needs for name in names if name in _SCOPES and _SCOPES[name].needs}
    return next((_SCOPES[name] for name in sorted(needed - names)), None)
