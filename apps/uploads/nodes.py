"""Which computer holds the bytes of an upload.

Each computer that takes files in has a staging folder of its own and a number, NODE. An upload's public id begins with
that number as two hexadecimal digits, so a proxy can send every request of an upload to the computer where its bytes
lie, and a worker knows whether they lie here. Locks between writers are the kernel's; a shared network folder would
lose them.
"""

from __future__ import annotations

from uuid import UUID, uuid4

from django.conf import settings
from django.db.models import Q

_BITS = 120
_REST = (1 << _BITS) - 1


def new_public_id() -> UUID:
    """A random id for an upload whose bytes will lie on this computer."""
    return UUID(int=settings.NODE << _BITS | uuid4().int & _REST)


def is_here(public_id: UUID) -> bool:
    """Whether the bytes of this upload belong on this computer."""
    return public_id.int >> _BITS == settings.NODE


def here(field: str = "public_id") -> Q:
    """Uploads whose bytes belong on this computer; `field` leads to their public id."""
    first = settings.NODE << _BITS
    return Q(**{f"{field}__gte": UUID(int=first), f"{field}__lte": UUID(int=first | _REST)})
