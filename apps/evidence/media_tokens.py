"""Keys to `/media/`: ten minutes, for one session, person, item, thing and purpose.

A token carries no right of its own. It says what was opened and why; every range asks again whether that still holds.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from uuid import UUID

from django.core import signing
from django.utils.translation import gettext as _

from apps.core.errors import NotFound, PortalError

LIFETIME_S = 600
SALT = "evidence.media"
ORIGINAL = "original"


EXCERPT = "excerpt:"
"""Begins the name of a still or a clip in a token; its public id follows."""


def excerpt_thing(public_id: UUID) -> str:
    """The name of a still or a clip in a token."""
    return f"{EXCERPT}{public_id.hex}"


class AccessEnded(PortalError):
    """The ten minutes are over."""

    status = 410


PLAYED, TAKEN = "played:", "taken:"
"""Begin the name of a redacted copy in a token, for being looked at here or for leaving; its public id follows."""


def played_thing(public_id: UUID) -> str:
    """The name of a redacted copy that is played in the portal."""
    return f"{PLAYED}{public_id.hex}"


def taken_thing(public_id: UUID) -> str:
    """The name of a redacted copy that is saved."""
    return f"{TAKEN}{public_id.hex}"


@dataclass(frozen=True, slots=True)
class MediaAccess:
    """What one opened page may fetch. `thing` is a derivative's kind, or ORIGINAL.

    `purpose` is None for a giver at the own file.
    """

    item: UUID
    thing: str
    purpose: UUID | None
    user: UUID
    session: str

    def for_thing(self, thing: str) -> MediaAccess:
        """The same access, at another thing of the item."""
        return MediaAccess(self.item, thing, self.purpose, self.user, self.session)


def fingerprint(session_key: str | None) -> str:
    """A session as a token names it: a token that leaks must not hand over the session."""
    return hashlib.sha256(f"media-session:{session_key or ''}".encode()).hexdigest()[:32]


def make_token(access: MediaAccess) -> str:
    """Sign an access, from now."""
    purpose = access.purpose.hex if access.purpose else ""
    parts = [access.item.hex, access.thing, purpose, access.user.hex, access.session]
    return signing.dumps(parts, salt=SALT)


def read_token(token: str) -> MediaAccess:
    """The access that a token carries. Raises AccessEnded when it is over, NotFound when we never signed it."""
    try:
        item, thing, purpose, user, session = signing.loads(token, salt=SALT, max_age=LIFETIME_S)
    except signing.SignatureExpired as error:
        raise AccessEnded(_("This view has ended. Please open the item again.")) from error
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise NotFound(_("There is nothing here.")) from error
    return MediaAccess(UUID(hex=item), thing, UUID(hex=purpose) if purpose else None, UUID(hex=user), session)
