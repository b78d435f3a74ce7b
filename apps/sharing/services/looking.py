"""Somebody looks at a shared video, or saves it: staff under a purpose, others in a visit. Each is in the ledger."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from apps.access.models import Purpose
from apps.access.services import record_access
from apps.accounts.models import User
from apps.agencies.policies import has_role
from apps.core.errors import NotAllowed
from apps.evidence.media_tokens import ORIGINAL, fingerprint
from apps.evidence.models import EvidenceItem
from apps.evidence.services.working import subject_of as item_subject
from apps.evidence.states import DerivativeKind
from apps.ledger import services as ledger
from apps.sharing.models import Grant, Visit
from apps.sharing.policies import SAVERS
from apps.sharing.selectors import get_open_item, purpose_opens
from apps.sharing.services.entering import recipient_of
from apps.sharing.shared_tokens import STAFF, VISITOR, SharedAccess

SAVED = (DerivativeKind.WORKING_COPY, ORIGINAL)


def open_shared(
    *, user: User, grant: Grant, item: EvidenceItem, purpose: Purpose, session_key: str | None
) -> SharedAccess:
    """Record that the person watches the item, and return the access that its tokens are made from.

    Raises NotFound for an item that the grant does not give now, NotAllowed without a purpose for this grant.
    """
    with transaction.atomic():
        item = _checked(user, grant, item, purpose)
        record_access(
            purpose, "evidence_item.shared_viewed", item_subject(item), digest=item.digest, grant=str(grant.public_id)
        )
    return SharedAccess(grant.public_id, item.public_id, "", STAFF, user.public_id, fingerprint(session_key))


def save_shared(
    *, user: User, grant: Grant, item: EvidenceItem, thing: str, purpose: Purpose, session_key: str | None
) -> SharedAccess:
    """Record that the person saves the working copy or the original (`thing`), and return the access for it.

    Raises as `open_shared`; NotAllowed (`code="grant"`) where the grant lets nobody save it, and without the role.
    """
    check_saving(grant, thing)
    agency = grant.agreement.to_agency
    if agency is None or not has_role(user, agency, *SAVERS):
        raise NotAllowed(_("Your role does not include saving videos."), code="role")
    with transaction.atomic():
        item = _checked(user, grant, item, purpose)
        facts = {"digest": item.digest, "grant": str(grant.public_id), "thing": thing}
        record_access(purpose, "evidence_item.shared_saved", item_subject(item), **facts)
    return SharedAccess(
        grant.public_id, item.public_id, thing, STAFF, user.public_id, fingerprint(session_key), saves=True
    )


def open_shared_outside(*, grant: Grant, item: EvidenceItem, visit: Visit) -> SharedAccess:
    """The same for somebody outside, by role in court. Raises NotFound for an item that the grant does not give now."""
    return _outside("evidence_item.shared_viewed", grant, item, visit)


def save_shared_outside(*, grant: Grant, item: EvidenceItem, thing: str, visit: Visit) -> SharedAccess:
    """Likewise. Raises NotAllowed (`code="grant"`) where the grant lets nobody save it."""
    check_saving(grant, thing)
    return _outside("evidence_item.shared_saved", grant, item, visit, thing=thing)


def _outside(action: str, grant: Grant, item: EvidenceItem, visit: Visit, *, thing: str = "") -> SharedAccess:
    with transaction.atomic():
        item = get_open_item(grant, item.public_id)
        facts = {"digest": item.digest, "grant": str(grant.public_id), "visit": str(visit.public_id), "thing": thing}
        ledger.record(action, item_subject(item), recipient_of(grant), ground="grant", **facts)
    return SharedAccess(
        grant.public_id, item.public_id, thing, VISITOR, visit.public_id, visit.session, saves=bool(thing)
    )


def check_saving(grant: Grant, thing: str) -> None:
    """Raise NotAllowed where the grant does not let this be saved."""
    if thing not in SAVED or not grant.downloads or (thing == ORIGINAL and not grant.originals):
        raise NotAllowed(_("This was shared to be watched, not saved. Ask the agency that shares it."), code="grant")


def _checked(user: User, grant: Grant, item: EvidenceItem, purpose: Purpose) -> EvidenceItem:
    if not purpose_opens(user, purpose, grant):
        raise NotAllowed(_("Please say first why you need access to this footage."), code="purpose")
    return get_open_item(grant, item.public_id)
