"""Two people at one camera's form: what the later one typed stays, and the page says what changed meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.forms import BoundField, Form
from django.http import QueryDict

_SALT = "portal.camera-form.read"


@dataclass(frozen=True, slots=True)
class Change:
    """A field that somebody else changed, in words; `yours` is None where this person left it alone."""

    label: str
    before: str
    now: str
    yours: str | None


def as_typed(values: Mapping[str, Any]) -> dict[str, str]:
    """Values of a form as a browser sends them back."""
    return {name: "" if value is None else str(value) for name, value in values.items()}


def seal_read(values: Mapping[str, Any]) -> str:
    """What was read, for the form to carry: signed, so that it comes back as it went out."""
    return signing.dumps(as_typed(values), salt=_SALT, compress=True)


def open_read(sealed: str) -> dict[str, str]:
    """What was read; nothing if the form did not carry it whole."""
    try:
        values = signing.loads(sealed, salt=_SALT)
    except signing.BadSignature:
        return {}
    return dict(values)


def merge(post: QueryDict, present: Mapping[str, Any], shape: Form) -> tuple[QueryDict, list[Change]]:
    """The form to show to the later editor, and what the earlier one changed.

    A field that this person left as it was read takes the present value; what was typed stays as it is.
    """
    read, now = open_read(post.get("read", "")), as_typed(present)
    data, changes = post.copy(), []
    for name, value in now.items():
        if name not in shape.fields or name == "version":
            continue
        typed = post.get(name, "")
        before = read.get(name, typed if typed == value else "")
        if typed == before:
            data[name] = value
        if value != before:
            yours = None if typed in (before, value) else _words(shape[name], typed)
            changes.append(
                Change(str(shape[name].label), _words(shape[name], before), _words(shape[name], value), yours)
            )
    data["version"], data["read"] = now["version"], seal_read(present)
    return data, changes


def _words(field: BoundField, value: str) -> str:
    """The value as the form shows it: an answer by its label."""
    for key, label in _flat(getattr(field.field, "choices", ())):
        if str(key) == value:
            return str(label)
    return value or "–"


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    for key, label in choices:
        found += _flat(label) if isinstance(label, list | tuple) else [(key, label)]
    return found
