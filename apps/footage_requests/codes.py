"""Codes that people can say."""

from __future__ import annotations

import secrets
from uuid import UUID

from apps.links.secrets import ALPHABET


def new_request_code() -> str:
    """A short code for a request, for instance `R-7K3M9QX`: 35 bits, unique by the database."""
    return "R-" + "".join(secrets.choice(ALPHABET) for _ in range(7))


def camera_code(public_id: UUID) -> str:
    """What staff call a camera before they have a purpose to see where it stands."""
    return "C-" + public_id.hex[:6].upper()
