"""Reading the environment: what is missing or malformed is noted, and told all at once by `refuse_unsafe`.

An administrator who is told one mistake at each start needs as many starts as mistakes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import environ

from config.settings.mail_url import mail_settings
from config.settings.shapes import SHAPES

Text = str  # `str` and the like are names of methods below
_YES = ("true", "on", "ok", "y", "yes", "1")
_NO = ("false", "off", "n", "no", "0")
_NONE: Any = object()


@dataclass(frozen=True, slots=True)
class Wanted:
    """One setting, as the code asks for it. `default` is None where it is needed."""

    name: Text
    kind: Text
    needed: bool
    default: Any


class Environment:
    """Raises nothing: `problems` are sentences by name, without the value, which may be a secret.

    `wanted` is everything that was asked for. An empty value counts as none, but for texts and lists it can be meant.
    A `$` in a value is a `$`.
    """

    def __init__(self) -> None:
        self.problems: dict[Text, Text] = {}
        self.wanted: dict[Text, Wanted] = {}

    def str(self, name: Text, default: Any = _NONE) -> Any:
        """A text. One that is needed is not empty."""
        return self._read(name, "text", Text, default, "")

    def bool(self, name: Text, default: Any = _NONE) -> Any:
        """`true` or `false`; any other word is a mistake and no silent “no”."""
        return self._read(name, "true or false", _yes_or_no, default, False)

    def int(self, name: Text, default: Any = _NONE) -> Any:
        """A whole number, 0 or more: the portal has no setting below."""
        return self._read(name, "whole number", _whole, default, 0)

    def float(self, name: Text, default: Any = _NONE) -> Any:
        """A number, 0 or more."""
        return self._read(name, "number", _number, default, 0.0)

    def list(self, name: Text, cast: Callable[[Text], Any] = Text.strip, default: Any = _NONE) -> Any:
        """Values separated by commas."""
        return self._read(name, "list", lambda text: [cast(one) for one in text.split(",") if one.strip()], default, [])

    def json(self, name: Text, default: Any = _NONE) -> Any:
        """A value in JSON."""
        return self._read(name, "JSON", json.loads, default, None)

    def path(self, name: Text, default: Any = _NONE) -> Path:
        """A folder or a file."""
        return Path(self._read(name, "path", Text, default, "/")).absolute()

    def db(self, name: Text, default: Any = _NONE) -> dict[Text, Any]:
        """A database's address, as Django's entry."""
        return self._read_address(name, environ.Env.db_url_config, default, "sqlite://:memory:")

    def email(self, name: Text, default: Any = _NONE) -> dict[Text, Any]:
        """The address of a mail server or of a provider, as Django's settings."""
        return self._read_address(name, mail_settings, default, "dummymail://")

    def problem(self, name: Text, sentence: Text) -> None:
        """Note what speaks against a setting; the first problem of each is the one that counts."""
        self.problems.setdefault(name, sentence)

    def _read_address(
        self, name: Text, cast: Callable[[Text], dict[Text, Any]], default: Any, nothing: Text
    ) -> dict[Text, Any]:
        read = self._read(name, "address", cast, default, nothing)
        return cast(read) if isinstance(read, Text) else dict(read)

    def _read(self, name: Text, kind: Text, cast: Callable[[Text], Any], default: Any, nothing: Any) -> Any:
        needed = default is _NONE
        self.wanted[name] = Wanted(name, kind, needed, None if needed else default)
        fallback = nothing if needed else default
        given = os.environ.get(name)
        can_be_empty = not needed and kind in ("text", "list")
        if given is None or not (given.strip() or can_be_empty):
            if needed:
                self.problem(name, "is missing.")
            return fallback
        try:
            # First its shape: the library's own warnings repeat the address, and the password in it.
            sentence = SHAPES[name](given) if name in SHAPES and given.strip() else ""
            value = fallback if sentence else cast(given)
        except Exception:
            sentence, value = "has to be true or false" if kind == "true or false" else f"is no {kind}", fallback
        if sentence:
            self.problem(name, f"{sentence}.")
        return value


def _yes_or_no(text: str) -> bool:
    word = text.strip().lower()
    if word not in (*_YES, *_NO):
        raise ValueError(text)
    return word in _YES


def _whole(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


def _number(text: str) -> float:
    number = float(text)
    if not 0 <= number < float("inf"):
        raise ValueError(text)
    return number
