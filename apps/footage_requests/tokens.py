"""The secrets of an invitation's door, and codes that people can say.

Token and short code are derived from the invitation, its generation and the server's key, so that a reminder can carry
the same link though only digests are stored. Comparing goes by the stored digest: links survive a change of the key.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from uuid import UUID

from django.utils.crypto import salted_hmac

# Crockford's letters: no I, L, O, U, so that nothing is mistaken for a digit.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("ILO", "110", " -–\t\r\n")
CODE_LENGTH = 12


def _mac(purpose: str, public_id: UUID, generation: int) -> bytes:
    return salted_hmac(f"invitation.{purpose}", f"{public_id}:{generation}", algorithm="sha256").digest()


def token_of(public_id: UUID, generation: int) -> str:
    """The secret in the link of this generation: 256 bits, URL-safe."""
    return base64.urlsafe_b64encode(_mac("token", public_id, generation)).decode().rstrip("=")


def short_code_of(public_id: UUID, generation: int) -> str:
    """The code in the mail that does what the link does without script: 60 bits, in three groups of four."""
    letters = "".join(ALPHABET[byte % 32] for byte in _mac("code", public_id, generation)[:CODE_LENGTH])
    return "-".join(letters[start : start + 4] for start in range(0, CODE_LENGTH, 4))


def normalise_code(typed: str) -> str:
    """What was typed, as the digest was made of: capitals, without spaces and dashes, look-alikes read as digits."""
    return typed.upper().translate(_READ_AS)[:64]


def digest(secret: str) -> str:
    """SHA-256, hexadecimal. Enough for secrets of 60 bits and more that nobody chose."""
    return hashlib.sha256(secret.encode()).hexdigest()


def code_digest(code: str) -> str:
    """Digest of a short code in the form in which it is compared."""
    return digest(normalise_code(code))


def opens(secret: str, stored_digest: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(digest(secret), stored_digest)


def new_request_code() -> str:
    """A short code for a request, for instance `R-7K3M9QX`: 35 bits, unique by the database."""
    return "R-" + "".join(secrets.choice(ALPHABET) for _ in range(7))


def camera_code(public_id: UUID) -> str:
    """What staff call a camera before they have a purpose to see where it stands."""
    return "C-" + public_id.hex[:6].upper()
