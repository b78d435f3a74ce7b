"""The digest that ties an acceptance to the very text that was on the screen."""

from __future__ import annotations

import hashlib


def digest_of(text: str) -> str:
    """SHA-256 of the text's UTF-8 bytes, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
