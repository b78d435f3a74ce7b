"""open_redacted: a redacted copy leaves the portal, and who took it is recorded."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from apps.access.services import record_access
from apps.accounts.models import User
from apps.core.errors import NotAllowed, WrongState
from apps.evidence.media_tokens import MediaAccess, fingerprint, taken_thing
from apps.evidence.policies import can_download_original
from apps.evidence.selectors import purpose_for
from apps.evidence.services.working import subject_of
from apps.redaction.models import Redaction


def open_redacted(*, user: User, redaction: Redaction, session_key: str | None) -> MediaAccess:
    """Record that the person takes the redacted copy, and return the access for its download.

    Raises NotAllowed without a role that takes footage out, or a purpose that opens the item; WrongState before the
    copy is proven.
    """
    item = redaction.item
    if not can_download_original(user, item):
        raise NotAllowed(_("Your role does not include taking footage out of the portal."))
    purpose = purpose_for(user, item)
    if purpose is None:
        raise NotAllowed(_("Please say first why you need access to this footage."), code="purpose")
    if redaction.made is None:
        raise WrongState(_("It is not made yet. Wait a moment."))
    with transaction.atomic():
        record_access(
            purpose,
            "evidence_item.redacted_downloaded",
            subject_of(item),
            redaction=str(redaction.public_id),
            digest=redaction.made.digest,
        )
    thing = taken_thing(redaction.made.public_id)
    return MediaAccess(item.public_id, thing, purpose.public_id, user.public_id, fingerprint(session_key))
