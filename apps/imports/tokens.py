"""The secrets of an owner's door. Derived, so that the reminder carries the same link; only digests are stored."""

from __future__ import annotations

import base64
import hashlib
import hmac
from uuid import UUID

from django.utils.crypto import salted_hmac

# Crockford's letters: no I, L, O, U, so that nothing is mistaken for a digit.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("ILO", "110", " -–\t\r\n")
_CODE_LENGTH = 12


def _mac(purpose: str, public_id: UUID) -> bytes:
    return salted_hmac(f"owner_invitation.{purpose}", str(public_id), algorithm="sha256").digest()


def token_of(public_id: UUID) -> str:
    """The secret in the link: 256 bits, URL-safe."""
    return base64.urlsafe_b64encode(_mac("token", public_id)).decode().rstrip("=")


def short_code_of(public_id: UUID) -> str:
    """The code that does what the link does without script: 60 bits, in three groups of four."""
    letters = "".join(_ALPHABET[byte % 32] for byte in _mac("code", public_id)[:_CODE_LENGTH])
    return "-".join(letters[start : start + 4] for start in range(0, _CODE_LENGTH, 4))


def digest(secret: str) -> str:
    """SHA-256, hexadecimal. Enough for secrets of 60 bits and more that nobody chose."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def code_digest(code: str) -> str:
    """Digest of a short code as typed: capitals, without spaces and dashes, look-alikes read as digits."""
    return digest(code[:64].upper().translate(_READ_AS))


def opens(secret: str, stored: str) -> bool:
    """Compare in constant time."""
    return bool(stored) and hmac.compare_digest(digest(secret), stored)


def code_opens(typed: str, stored: str) -> bool:
    """The same for a typed code."""
    return bool(stored) and hmac.compare_digest(code_digest(typed), stored)
