"""Secrets that open a door of a partner, and codes that people can type. Only digests are compared."""

from __future__ import annotations

import hashlib
import secrets

# Crockford's letters: no I, L, O, U, so that nothing is mistaken for a digit.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 12
_READ_AS = str.maketrans("ILO", "110", " -–\t\r\n")


def digest(secret: str) -> str:
    """SHA-256, hexadecimal. Enough for secrets of 60 bits and more that nobody chose."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def new_join_code() -> str:
    """60 bits in three groups of four, for a flyer."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    return "-".join(letters[start : start + 4] for start in range(0, CODE_LENGTH, 4))


def normalise_code(typed: str) -> str:
    """What was typed, as the digest was made of: capitals, without spaces and dashes, look-alikes read as digits."""
    return typed.upper().translate(_READ_AS)[:64]
