"""Tokens and codes: one alphabet, one digest, one way to read what people type."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

# Crockford's letters: no I, L, O, U, so that nothing is mistaken for a digit.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("ILO", "110", " -–\t\r\n")
CODE_LENGTH = 12
# Longer input is cut before it is digested: no secret of ours is longer.
_MOST = 128


def token_of(kind: str, subject: UUID, generation: int) -> str:
    """The secret in the link of this generation: 256 bits, URL-safe."""
    return _token(kind, subject, generation, settings.SECRET_KEY)


def code_of(kind: str, subject: UUID, generation: int) -> str:
    """The code that does what the link does without script: 60 bits, in three groups of four."""
    return _code(kind, subject, generation, settings.SECRET_KEY)


def new_code() -> str:
    """A random code of the same form, for a flyer."""
    return _grouped([secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)])


def normalize_code(typed: str) -> str:
    """What was typed, as the digest was made of: capitals, without spaces and dashes, look-alikes read as digits."""
    return typed[:_MOST].upper().translate(_READ_AS)


def digest_of_token(token: str) -> str:
    """SHA-256, hexadecimal: enough for secrets of 60 bits and more that nobody chose."""
    return hashlib.sha256(token[:_MOST].encode(errors="replace")).hexdigest()


def digest_of_code(typed: str) -> str:
    """Digest of a code in the form in which it is compared."""
    return digest_of_token(normalize_code(typed))


def matches(digest: str, stored: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(digest, stored)


# A link's digests are made of its secrets, and its letter is written right after: both ask for the same ones.
@lru_cache(maxsize=512)
def _token(kind: str, subject: UUID, generation: int, key: str) -> str:
    return base64.urlsafe_b64encode(_mac("token", kind, subject, generation, key)).decode().rstrip("=")


@lru_cache(maxsize=512)
def _code(kind: str, subject: UUID, generation: int, key: str) -> str:
    return _grouped([ALPHABET[byte % 32] for byte in _mac("code", kind, subject, generation, key)[:CODE_LENGTH]])


def _mac(purpose: str, kind: str, subject: UUID, generation: int, key: str) -> bytes:
    value = f"{kind}:{subject}:{generation}"
    return salted_hmac(f"links.{purpose}", value, secret=key, algorithm="sha256").digest()


def _grouped(letters: list[str]) -> str:
    return "-".join("".join(letters[start : start + 4]) for start in range(0, len(letters), 4))
