"""The secret of a confirmation's link: the same in each letter of it, and only its digest is stored.

Derived from the confirmation, its generation and the server's key, so that a reminder can carry it again. It stands
behind the `#` of the link and, for people without script, in the letter as a code to type: 60 bits, behind an address
that is itself unknown.
"""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

from apps.cameras.models import Confirmation

# Crockford's letters: no I, L, O, U, so that nothing is mistaken for a digit.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("ILO", "110", " -–\t\r\n")
_LENGTH = 12


def code_of(confirmation: Confirmation) -> str:
    """The secret of this generation, in three groups of four letters."""
    value = f"{confirmation.public_id}:{confirmation.generation}"
    mac = salted_hmac("cameras.confirmation", value, algorithm="sha256").digest()
    letters = "".join(_ALPHABET[byte % 32] for byte in mac[:_LENGTH])
    return "-".join(letters[start : start + 4] for start in range(0, _LENGTH, 4))


def digest_of(typed: str) -> str:
    """Digest of the secret as somebody typed or followed it: capitals, no spaces, look-alikes read as digits."""
    return hashlib.sha256(typed.upper().translate(_READ_AS).encode()).hexdigest()


def opens(typed: str, stored_digest: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(digest_of(typed), stored_digest)


def link_of(confirmation: Confirmation) -> str:
    """The link as it stands in the letter, with its secret."""
    path = reverse("web:confirmation", args=[confirmation.public_id])
    return f"{settings.SITE_URL.rstrip('/')}{path}#{code_of(confirmation)}"
