"""Encrypted columns for street addresses, phone numbers, notes and pictures."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest())) for key in keys])


@lru_cache(maxsize=16)
def _key_id(key: str) -> str:
    return hashlib.sha256(b"field-key-id:" + key.encode()).hexdigest()[:8]


def newest_key_id() -> str:
    """What values begin with that the first of FIELD_KEYS wrote."""
    return _key_id(settings.FIELD_KEYS[0])


def rewritten(stored: str) -> str:
    """The same value as the first of FIELD_KEYS writes it. Raises ValueError when no configured key opens it."""
    try:
        token = _box(tuple(settings.FIELD_KEYS)).rotate(stored.partition(":")[2].encode())
    except InvalidToken as error:
        raise ValueError("No configured field key opens this value.") from error
    return f"{newest_key_id()}:{token.decode()}"


def key_is_known(stored: str) -> bool:
    """Say whether one of FIELD_KEYS wrote this stored value, without opening it."""
    return stored.partition(":")[0] in {_key_id(key) for key in settings.FIELD_KEYS}


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text that is stored encrypted as `<key id>:<token>`. The first of FIELD_KEYS writes; all of them read.

    It cannot be searched or ordered by. Raises ValueError when no configured key opens a stored value.
    """

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        if value in (None, ""):
            return value
        keys = tuple(settings.FIELD_KEYS)
        return f"{_key_id(keys[0])}:{_box(keys).encrypt(str(value).encode()).decode()}"

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        if value in (None, ""):
            return value
        token = value.partition(":")[2]
        try:
            return _box(tuple(settings.FIELD_KEYS)).decrypt(token.encode()).decode()
        except InvalidToken as error:
            raise ValueError("No configured field key opens this value.") from error


class EncryptedBinaryField(models.BinaryField):  # type: ignore[type-arg]
    """Bytes that are stored encrypted, as in `EncryptedTextField`; a third larger than the original.

    Raises ValueError when no configured key opens a stored value.
    """

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is not None:
            keys = tuple(settings.FIELD_KEYS)
            value = f"{_key_id(keys[0])}:".encode() + _box(keys).encrypt(bytes(value))
        return super().get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value: bytes | memoryview | None, *_: Any) -> bytes | None:
        if value is None:
            return None
        try:
            return _box(tuple(settings.FIELD_KEYS)).decrypt(bytes(value).partition(b":")[2])
        except InvalidToken as error:
            raise ValueError("No configured field key opens this value.") from error
