"""Keys to `/media/shared/`: ten minutes, for one grant, item, thing, holder and session. They carry no right."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from django.core import signing
from django.utils.translation import gettext as _

from apps.core.errors import NotFound
from apps.evidence.media_tokens import LIFETIME_S, AccessEnded

SALT = "sharing.media"
STAFF, VISITOR = "staff", "visitor"


@dataclass(frozen=True, slots=True)
class SharedAccess:
    """What one opened page may fetch. `holder` is a staff member or the visit of somebody outside, by `kind`."""

    grant: UUID
    item: UUID
    thing: str
    kind: str
    holder: UUID
    session: str
    saves: bool = False

    def for_thing(self, thing: str) -> SharedAccess:
        """The same access, at another thing of the item."""
        return replace(self, thing=thing)

    def token(self) -> str:
        """Signed, from now."""
        ids = [self.grant.hex, self.item.hex, self.thing, self.kind, self.holder.hex, self.session, self.saves]
        return signing.dumps(ids, salt=SALT)


def read_token(token: str) -> SharedAccess:
    """The access that a token carries. Raises AccessEnded when it is over, NotFound when we never signed it."""
    try:
        grant, item, thing, kind, holder, session, saves = signing.loads(token, salt=SALT, max_age=LIFETIME_S)
        return SharedAccess(UUID(grant), UUID(item), thing, kind, UUID(holder), session, saves)
    except signing.SignatureExpired as error:
        raise AccessEnded(_("This view has ended. Please open the video again.")) from error
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise NotFound(_("There is nothing here.")) from error
