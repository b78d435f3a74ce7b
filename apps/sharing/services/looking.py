"""Somebody looks at a shared video, or saves it: staff under a purpose, others in a visit. Each is in the ledger."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from apps.access.models import Purpose
from apps.access.services import record_access
from apps.accounts.models import User
from apps.agencies.policies import has_role
from apps.core.errors import NotAllowed, NotFound
from apps.evidence.media_tokens import ORIGINAL, TAKEN, fingerprint, played_thing, taken_thing
from apps.evidence.models import EvidenceItem
from apps.evidence.services.working import subject_of as item_subject
from apps.evidence.states import DerivativeKind
from apps.ledger import services as ledger
from apps.sharing.models import Grant, Visit
from apps.sharing.policies import SAVERS
from apps.sharing.selectors import get_open_item, purpose_opens, redaction_given
from apps.sharing.services.entering import recipient_of
from apps.sharing.shared_tokens import STAFF, VISITOR, SharedAccess


def open_shared(
    *, user: User, grant: Grant, item: EvidenceItem, purpose: Purpose, session_key: str | None
) -> SharedAccess:
    """Record that the person watches the item, and return the access that its tokens are made from.

    Raises NotFound for an item that the grant does not give now, NotAllowed without a purpose for this grant.
    """
    with transaction.atomic():
        item = _checked(user, grant, item, purpose)
        facts = {"digest": item.digest, "grant": str(grant.public_id), "redacted": _copy_digest(grant, item)}
        record_access(purpose, "evidence_item.shared_viewed", item_subject(item), **facts)
    return SharedAccess(grant.public_id, item.public_id, "", STAFF, user.public_id, fingerprint(session_key))


def save_shared(
    *, user: User, grant: Grant, item: EvidenceItem, thing: str, purpose: Purpose, session_key: str | None
) -> SharedAccess:
    """Record that the person saves one of `savable` (`thing`), and return the access for it.

    Raises as `open_shared`; NotAllowed (`code="grant"`) where the grant lets nobody save it, and without the role.
    """
    check_saving(grant, item, thing)
    agency = grant.agreement.to_agency
    if agency is None or not has_role(user, agency, *SAVERS):
        raise NotAllowed(_("Your role does not include saving videos."), code="role")
    with transaction.atomic():
        item = _checked(user, grant, item, purpose)
        facts = {"digest": item.digest, "grant": str(grant.public_id), "thing": _told(thing)}
        facts["redacted"] = _copy_digest(grant, item)
        record_access(purpose, "evidence_item.shared_saved", item_subject(item), **facts)
    return SharedAccess(
        grant.public_id, item.public_id, thing, STAFF, user.public_id, fingerprint(session_key), saves=True
    )


def open_shared_outside(*, grant: Grant, item: EvidenceItem, visit: Visit) -> SharedAccess:
    """The same for somebody outside, by role in court. Raises NotFound for an item that the grant does not give now."""
    return _outside("evidence_item.shared_viewed", grant, item, visit)


def save_shared_outside(*, grant: Grant, item: EvidenceItem, thing: str, visit: Visit) -> SharedAccess:
    """Likewise. Raises NotAllowed (`code="grant"`) where the grant lets nobody save it."""
    check_saving(grant, item, thing)
    return _outside("evidence_item.shared_saved", grant, item, visit, thing=thing)


def _outside(action: str, grant: Grant, item: EvidenceItem, visit: Visit, *, thing: str = "") -> SharedAccess:
    with transaction.atomic():
        item = get_open_item(grant, item.public_id)
        facts = {"digest": item.digest, "grant": str(grant.public_id), "visit": str(visit.public_id)}
        facts |= {"thing": _told(thing), "redacted": _copy_digest(grant, item)}
        ledger.record(action, item_subject(item), recipient_of(grant), ground="grant", **facts)
    return SharedAccess(
        grant.public_id, item.public_id, thing, VISITOR, visit.public_id, visit.session, saves=bool(thing)
    )


def things_of(grant: Grant, item: EvidenceItem) -> dict[str, str]:
    """What of the item the grant lets its recipient see: the name in a token, by kind.

    Where a redacted copy is given it is the copy alone: a poster, a strip or a table of times is of the whole film.
    """
    redaction = redaction_given(grant, item)
    if redaction is None:
        return {one.kind: str(one.kind) for one in item.derivatives.in_use()}
    return {DerivativeKind.REDACTED: played_thing(redaction.made.public_id)} if redaction.made else {}


def savable(grant: Grant, item: EvidenceItem) -> list[str]:
    """What of the item the grant lets its recipient save: names for a token."""
    if not grant.downloads:
        return []
    redaction = redaction_given(grant, item)
    if redaction is not None:
        return [taken_thing(redaction.made.public_id)] if redaction.made else []
    copy = [str(DerivativeKind.WORKING_COPY)] if DerivativeKind.WORKING_COPY in things_of(grant, item) else []
    return [*copy, *([ORIGINAL] if grant.originals else [])]


def check_saving(grant: Grant, item: EvidenceItem, thing: str) -> None:
    """Raise NotAllowed where the grant does not let this be saved."""
    if thing not in savable(grant, item):
        raise NotAllowed(_("This was shared to be watched, not saved. Ask the agency that shares it."), code="grant")


def check_seeing(grant: Grant, item: EvidenceItem, thing: str) -> None:
    """Raise NotFound for what the grant does not give of the item."""
    if thing not in things_of(grant, item).values():
        raise NotFound(_("There is nothing here."))


def _told(thing: str) -> str:
    """As the ledger names it; which redacted copy is told by its digest."""
    return str(DerivativeKind.REDACTED) if thing.startswith(TAKEN) else thing


def _copy_digest(grant: Grant, item: EvidenceItem) -> str:
    redaction = redaction_given(grant, item)
    return redaction.made.digest if redaction and redaction.made else ""


def _checked(user: User, grant: Grant, item: EvidenceItem, purpose: Purpose) -> EvidenceItem:
    if not purpose_opens(user, purpose, grant):
        raise NotAllowed(_("Please say first why you need access to this footage."), code="purpose")
    return get_open_item(grant, item.public_id)
