"""Access to footage: no entry, no view (invariant 5).

Opening an item's page with a purpose makes one entry and one token for each thing on the page. Fetching the bytes makes
no further entry; each fetch asks again whether session, person, purpose and item still permit it.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from apps.access.models import Purpose
from apps.access.services import record_access
from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.agencies.policies import Person
from apps.core.errors import NotAllowed, NotFound
from apps.evidence import policies, selectors
from apps.evidence.media_tokens import EXCERPT, ORIGINAL, TAKEN, MediaAccess, fingerprint, make_token
from apps.evidence.models import EvidenceItem, WitnessStatement
from apps.evidence.services.witness_statements import last_statement
from apps.evidence.services.working import subject_of
from apps.evidence.states import DerivativeKind
from apps.ledger import services as ledger

NEVER_OF_RESTRICTED = (DerivativeKind.POSTER, DerivativeKind.STRIP)
"""Pictures that show what is in a film before somebody decides to play it."""


def open_footage(*, user: User, item: EvidenceItem, purpose: Purpose, session_key: str | None) -> MediaAccess:
    """Record that the person sees the item's footage, and return the access that its tokens are made from.

    Raises NotAllowed without the role or without a purpose that opens this item.
    """
    if not policies.can_play_item(user, item):
        raise NotAllowed(_("Your role does not include access to this footage."))
    _check_opens(purpose, item, user)
    with transaction.atomic():
        record_access(purpose, "evidence_item.viewed", subject_of(item), digest=item.digest)
    return MediaAccess(item.public_id, "", purpose.public_id, user.public_id, fingerprint(session_key))


def open_posters(*, user: User, items: list[EvidenceItem], purpose: Purpose, session_key: str | None) -> list[str]:
    """Record that the person sees a still picture of each item, and return a token for each, in the same order.

    An item's owner reads of it as of any other access. Raises NotAllowed as `open_footage` does, and for a restricted
    item, whose picture is shown nowhere; then none is opened.
    """
    if any(item.is_restricted for item in items):
        raise NotAllowed(_("A picture of a restricted item is never shown."), code="restricted")
    with transaction.atomic():
        opened = [open_footage(user=user, item=item, purpose=purpose, session_key=session_key) for item in items]
    return [make_token(access.for_thing(DerivativeKind.POSTER)) for access in opened]


def open_together(
    *, user: User, items: list[EvidenceItem], purpose: Purpose, session_key: str | None
) -> list[MediaAccess]:
    """Record that the person sees these items side by side: an access to each, or to none. In the same order.

    Raises NotAllowed as `open_footage` does.
    """
    with transaction.atomic():
        return [open_footage(user=user, item=item, purpose=purpose, session_key=session_key) for item in items]


def open_own_footage(*, user: User, item: EvidenceItem, session_key: str | None) -> MediaAccess:
    """Record that somebody of the giver's plays the own file, and return the access that its tokens are made from.

    Raises NotFound for an item of others, and for one that nobody may open.
    """
    if not policies.can_replay_item(user, item):
        raise NotFound(_("There is nothing here."))
    with transaction.atomic():
        ledger.record("evidence_item.replayed", subject_of(item), actor_for(user), digest=item.digest)
    return own_access(user=user, item=item, session_key=session_key)


def own_access(*, user: User, item: EvidenceItem, session_key: str | None) -> MediaAccess:
    """The giver's access without an entry: for the small picture beside each file, which says which file it is."""
    return MediaAccess(item.public_id, "", None, user.public_id, fingerprint(session_key))


def open_original(*, user: User, item: EvidenceItem, purpose: Purpose, session_key: str | None) -> MediaAccess:
    """Record that the person takes a copy of the original, and return the access for its download.

    Raises NotAllowed as `open_footage` does.
    """
    if not policies.can_download_original(user, item):
        raise NotAllowed(_("Your role does not include taking the original."))
    _check_opens(purpose, item, user)
    with transaction.atomic():
        record_access(purpose, "evidence_item.original_downloaded", subject_of(item), digest=item.digest)
    return MediaAccess(item.public_id, ORIGINAL, purpose.public_id, user.public_id, fingerprint(session_key))


def open_statement(*, user: User, item: EvidenceItem, purpose: Purpose) -> WitnessStatement:
    """Record that the person reads what the giver stated and signed about the video, and return it.

    Raises NotAllowed as `open_footage` does, NotFound if nothing was signed.
    """
    if not policies.can_play_item(user, item):
        raise NotAllowed(_("Your role does not include access to this footage."))
    _check_opens(purpose, item, user)
    statement = last_statement(item.submission)
    if statement is None:
        raise NotFound(_("The giver signed no statement."))
    with transaction.atomic():
        record_access(purpose, "evidence_item.statement_opened", subject_of(item), number=statement.number)
    return statement


def _check_opens(purpose: Purpose, item: EvidenceItem, user: User) -> None:
    if not selectors.purpose_opens(purpose, item, user):
        raise NotAllowed(_("Please say first why you need access to this footage."), code="purpose")


def item_for_access(*, access: MediaAccess, user: Person, session_key: str | None) -> EvidenceItem:
    """The item of an access, if all that permitted it still holds. Raises NotFound otherwise."""
    refused = NotFound(_("There is nothing here."))
    if not isinstance(user, User) or not user.is_active or user.public_id != access.user:
        raise refused
    if not session_key or fingerprint(session_key) != access.session:
        raise refused
    item = EvidenceItem.objects.select_related("agency", "submission").filter(public_id=access.item).first()
    if item is None:
        raise refused
    if access.purpose is None:
        if _leaves(access.thing) or not policies.can_replay_item(user, item):
            raise refused
        return item
    purpose = Purpose.objects.filter(public_id=access.purpose).first()
    if purpose is None or not selectors.purpose_opens(purpose, item, user):
        raise refused
    if item.is_restricted and access.thing in NEVER_OF_RESTRICTED:
        raise refused
    may = policies.can_download_original if _leaves(access.thing) else policies.can_play_item
    if not may(user, item):
        raise refused
    return item


def _leaves(thing: str) -> bool:
    """Whether it is saved outside of the portal: the original, a still, a clip or a redacted copy of it."""
    return thing == ORIGINAL or thing.startswith((EXCERPT, TAKEN))
