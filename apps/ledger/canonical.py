"""Canonical JSON (RFC 8785): one value has one spelling, so that its bytes can be hashed and signed.

Keys are sorted by UTF-16 code units, nothing stands between tokens, strings escape only what they must, numbers are
written as ECMAScript writes them. Beside JSON's own values it takes UUIDs (as text) and aware datetimes (UTC, with
microseconds and `Z`). Everything else is refused, because what has no one spelling cannot be checked later.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import Enum
from json.encoder import encode_basestring
from math import isfinite
from typing import Any
from uuid import UUID

LARGEST_INTEGER = 2**53 - 1


class NotCanonical(ValueError):
    """The value has no canonical spelling: another type, NaN, an integer beyond 2^53, half of a surrogate pair."""


def canonical(value: Any) -> bytes:
    """Return the one spelling of `value` as UTF-8. Raises NotCanonical."""
    try:
        return _text(value).encode()
    except UnicodeEncodeError as error:
        raise NotCanonical("Text holds half of a surrogate pair.") from error


def utc_text(moment: datetime) -> str:
    """An instant as the ledger writes it: 2026-11-21T14:05:09.000123Z."""
    if moment.tzinfo is None:
        raise NotCanonical("An instant without a time zone is not an instant.")
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _text(value: Any) -> str:
    if isinstance(value, Enum):
        value = value.value
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise NotCanonical("An integer beyond 2^53 is not the same number for every reader.")
        return str(int(value))
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, dict):
        return "{" + ",".join(_member(key, value[key]) for key in sorted(value, key=_utf16)) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(_text, value)) + "]"
    if isinstance(value, UUID):
        return f'"{value}"'
    if isinstance(value, datetime):
        return f'"{utc_text(value)}"'
    if isinstance(value, date):
        return f'"{value.isoformat()}"'
    raise NotCanonical(f"A {type(value).__name__} has no canonical spelling.")


def _member(key: str, value: Any) -> str:
    return f"{encode_basestring(str(key))}:{_text(value)}"


def _utf16(key: Any) -> bytes:
    if not isinstance(key, str):
        raise NotCanonical("Keys are text.")
    return key.encode("utf-16-be")


def _number(value: float) -> str:
    """ECMAScript's Number::toString, from Python's shortest digits (both are the shortest that read back the same)."""
    if not isfinite(value):
        raise NotCanonical("NaN and infinity are not numbers in JSON.")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    if len(digits) <= point <= 21:
        return sign + digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    first, rest = digits[0], digits[1:]
    return f"{sign}{first}{'.' + rest if rest else ''}e{point - 1:+d}"
