"""A hold on an item: placed with a reason and an authority, lifted with a reason, in force until then.

The portal removes no evidence because time passed. What does end is the contact of a giver whose account was erased;
a hold keeps that too. Whatever removes evidence one day asks `is_held` under the item's lock.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.core import text
from apps.core.background import enqueue_after_commit
from apps.core.errors import InvalidInput, NotAllowed, NotFound
from apps.core.locks import locked
from apps.evidence import policies
from apps.evidence.models import EvidenceHold, EvidenceItem, WitnessContact
from apps.evidence.services.working import subject_of
from apps.ledger import services as ledger
from apps.partners.models import Partner

AUTHORITY_MAX, REASON_MIN, REASON_MAX = 200, 5, 500


def place_hold(*, item: EvidenceItem, user: User, authority: str, reason: str) -> EvidenceHold:
    """Keep the item until the hold is lifted. While one of this authority is in force, it is returned unchanged.

    Raises NotAllowed for somebody who is no records custodian of the agency, InvalidInput.
    """
    authority = text.line(authority, field="authority", most=AUTHORITY_MAX)
    reason = _checked(reason)
    with transaction.atomic():
        mine = _locked(item, user)
        hold, created = EvidenceHold.objects.get_or_create(
            item=mine, authority=authority, lifted_at=None, defaults={"reason": reason, "placed_by": user}
        )
        if created:
            ledger.record(
                "evidence_item.hold_placed",
                subject_of(mine),
                acting_as(user, mine.agency, *policies.RECORDS_KEEPERS).actor,
                hold=str(hold.public_id),
                private={"authority": authority, "reason": reason},
            )
            enqueue_after_commit("apps.evidence.tasks.keep_locked", mine.pk)
    return hold


def lift_hold(*, hold: EvidenceHold, user: User, reason: str) -> EvidenceHold:
    """End the hold. Lifting it again changes nothing. Raises NotAllowed as `place_hold`, InvalidInput."""
    reason = _checked(reason)
    with transaction.atomic():
        mine = _locked(hold.item, user)
        found = EvidenceHold.objects.get(pk=hold.pk)
        if found.lifted_at is None:
            found.lifted_at, found.lifted_by, found.lifted_reason = timezone.now(), user, reason
            found.save(update_fields=["lifted_at", "lifted_by", "lifted_reason"])
            ledger.record(
                "evidence_item.hold_lifted",
                subject_of(mine),
                acting_as(user, mine.agency, *policies.RECORDS_KEEPERS).actor,
                hold=str(found.public_id),
                private={"reason": reason},
            )
            enqueue_after_commit("apps.evidence.tasks.keep_locked", mine.pk)
    return found


def holds_on(item: EvidenceItem) -> list[EvidenceHold]:
    """All holds of the item, those in force first."""
    rows = EvidenceHold.objects.filter(item=item).select_related("placed_by", "lifted_by")
    return sorted(rows.order_by("-pk"), key=lambda one: one.lifted_at is not None)


def get_hold_for(user: User, public_id: UUID) -> EvidenceHold:
    """The hold on an item that the person sees. Raises NotFound."""
    seen = policies.viewable_holds(user).select_related("item__agency", "item__submission__case")
    found = seen.filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such hold."))
    return found


def only_held(items: QuerySet[EvidenceItem]) -> QuerySet[EvidenceItem]:
    """Those of the items on which a hold is in force."""
    return items.filter(Exists(EvidenceHold.objects.filter(item_id=OuterRef("pk"), lifted_at__isnull=True)))


def is_held(partner: Partner) -> bool:
    """Whether an item that the partner gave is held."""
    return EvidenceHold.objects.filter(item__submission__partner=partner, lifted_at__isnull=True).exists()


def not_held(contacts: QuerySet[WitnessContact]) -> QuerySet[WitnessContact]:
    """Those contacts of givers of whom no item is held."""
    held = EvidenceHold.objects.filter(item__submission__partner=OuterRef("partner"), lifted_at__isnull=True)
    return contacts.filter(~Exists(held))


def _locked(item: EvidenceItem, user: User) -> EvidenceItem:
    """The item under the lock of its giver, which erasing takes as well, and under its own."""
    locked(Partner.objects).get(pk=item.submission.partner_id)
    mine = locked(EvidenceItem.objects).get(pk=item.pk)
    if not policies.is_records_keeper(user, mine):
        raise NotAllowed(_("Only a records custodian of this agency places and lifts a hold."))
    return mine


def _checked(reason: str) -> str:
    reason = text.line(reason, field="reason", most=REASON_MAX)
    if len(reason) < REASON_MIN:
        sentence = _("Please say why, in a few words.")
        raise InvalidInput(sentence, fields={"reason": sentence})
    return reason
