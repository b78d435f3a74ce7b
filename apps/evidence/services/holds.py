"""A hold on an item or a case: placed with a reason and an authority, lifted with a reason, in force until then.

A hold on a case covers its items, also those that come later. Whatever removes evidence locks the case and the item,
and asks `only_held` then. A hold keeps the contact of a giver whose account was erased, too.
"""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.agencies.days import today_in
from apps.agencies.models import Agency, Case
from apps.core import text
from apps.core.background import enqueue_after_commit
from apps.core.errors import InvalidInput, NotAllowed, NotFound
from apps.core.locks import locked
from apps.evidence import policies
from apps.evidence.given_again import of_case
from apps.evidence.models import CaseHold, EvidenceHold, EvidenceItem, GivenAgain, Handover, WitnessContact
from apps.evidence.services.removal import check_kept
from apps.evidence.services.working import subject_of
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.partners.models import Partner

AUTHORITY_MAX, ORDERED_BY_MAX, REASON_MIN, REASON_MAX = 200, 120, 5, 500

AnyHold = EvidenceHold | CaseHold
Some = TypeVar("Some", EvidenceHold, CaseHold)


def place_hold(
    *,
    item: EvidenceItem,
    user: User,
    authority: str,
    reason: str,
    ordered_by: str = "",
    review_on: date | None = None,
) -> EvidenceHold:
    """Keep the item until the hold is lifted. While one of this authority is in force, it is returned unchanged.

    Raises NotAllowed for somebody who is no records custodian of the agency, InvalidInput.
    """
    said = _said(item.agency, authority, ordered_by, reason, review_on)
    with transaction.atomic():
        mine = _locked_item(item, user)
        check_kept(mine)
        hold, created = EvidenceHold.objects.get_or_create(
            item=mine, authority=said.pop("authority"), lifted_at=None, defaults=said | {"placed_by": user}
        )
        if created:
            ledger.record(
                "evidence_item.hold_placed",
                subject_of(mine),
                _actor(hold, user),
                hold=str(hold.public_id),
                review_on=hold.review_on.isoformat() if hold.review_on else "",
                private=_words(hold),
            )
            _tell_store(hold)
    return hold


def place_case_hold(
    *,
    case: Case,
    user: User,
    authority: str,
    reason: str,
    ordered_by: str = "",
    review_on: date | None = None,
) -> CaseHold:
    """Keep everything of the case, also what comes later, until the hold is lifted. Otherwise as `place_hold`."""
    said = _said(case.agency, authority, ordered_by, reason, review_on)
    with transaction.atomic():
        mine = _locked_case(case, user)
        hold, created = CaseHold.objects.get_or_create(
            case=mine, authority=said.pop("authority"), lifted_at=None, defaults=said | {"placed_by": user}
        )
        if created:
            ledger.record(
                "case.hold_placed",
                _case(hold),
                _actor(hold, user),
                hold=str(hold.public_id),
                review_on=hold.review_on.isoformat() if hold.review_on else "",
                private=_words(hold),
            )
            _tell_store(hold)
    return hold


def lift_hold(*, hold: AnyHold, user: User, reason: str) -> AnyHold:
    """End the hold. Lifting it again changes nothing. Raises NotAllowed as `place_hold`, InvalidInput."""
    reason = _checked(reason)
    with transaction.atomic():
        found = _locked_hold(hold, user)
        if found.lifted_at is None:
            found.lifted_at, found.lifted_by, found.lifted_reason = timezone.now(), user, reason
            found.save(update_fields=["lifted_at", "lifted_by", "lifted_reason"])
            if isinstance(found, CaseHold):
                ledger.record(
                    "case.hold_lifted",
                    _case(found),
                    _actor(found, user),
                    hold=str(found.public_id),
                    private={"reason": reason},
                )
            else:
                ledger.record(
                    "evidence_item.hold_lifted",
                    subject_of(found.item),
                    _actor(found, user),
                    hold=str(found.public_id),
                    private={"reason": reason},
                )
            _tell_store(found)
    return found


def review_hold(*, hold: AnyHold, user: User, review_on: date, reason: str) -> AnyHold:
    """Somebody asked the authority: the hold is still needed, and is looked at again on `review_on`.

    Raises NotAllowed as `place_hold`, InvalidInput, NotFound for a hold that was lifted.
    """
    reason = _checked(reason)
    _check_day(agency_of(hold), review_on)
    with transaction.atomic():
        found = _locked_hold(hold, user)
        if found.lifted_at is not None:
            raise NotFound(_("This hold was lifted."))
        found.review_on = review_on
        found.save(update_fields=["review_on"])
        if isinstance(found, CaseHold):
            ledger.record(
                "case.hold_reviewed",
                _case(found),
                _actor(found, user),
                hold=str(found.public_id),
                review_on=review_on.isoformat(),
                private={"reason": reason},
            )
        else:
            ledger.record(
                "evidence_item.hold_reviewed",
                subject_of(found.item),
                _actor(found, user),
                hold=str(found.public_id),
                review_on=review_on.isoformat(),
                private={"reason": reason},
            )
    return found


def holds_on(item: EvidenceItem) -> list[EvidenceHold]:
    """All holds of the item itself, those in force first."""
    return _in_order(EvidenceHold.objects.filter(item=item))


def holds_on_case(case: Case) -> list[CaseHold]:
    """All holds of the case, those in force first."""
    return _in_order(CaseHold.objects.filter(case=case))


def agency_of(hold: AnyHold) -> Agency:
    """Whose custodians look after the hold."""
    return hold.case.agency if isinstance(hold, CaseHold) else hold.item.agency


def get_hold_for(user: User, public_id: UUID) -> EvidenceHold:
    """The hold on an item that the person sees. Raises NotFound."""
    seen = policies.viewable_holds(user).select_related("item__agency", "item__submission__case")
    found = seen.filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such hold."))
    return found


def get_case_hold_for(user: User, public_id: UUID) -> CaseHold:
    """The hold on a case that the person sees. Raises NotFound."""
    found = policies.viewable_case_holds(user).select_related("case__agency").filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such hold."))
    return found


def only_held(items: QuerySet[EvidenceItem]) -> QuerySet[EvidenceItem]:
    """Those of the items on which, or on whose case, a hold is in force."""
    return items.filter(held())


def held() -> Q:
    """The condition of `only_held`, for a query of items."""
    own = EvidenceHold.objects.filter(item_id=OuterRef("pk"), lifted_at__isnull=True)
    first = CaseHold.objects.filter(case_id=OuterRef("submission__case_id"), lifted_at__isnull=True)
    holding = CaseHold.objects.filter(case_id=OuterRef("match__request__case_id"), lifted_at__isnull=True)
    again = GivenAgain.objects.filter(Exists(holding), item_id=OuterRef("pk"))
    return Q(Exists(own)) | Q(Exists(first)) | Q(Exists(again))


def is_held(partner: Partner) -> bool:
    """Whether an item that the partner gave is held."""
    return only_held(EvidenceItem.objects.filter(submission__partner=partner)).exists()


def not_held(contacts: QuerySet[WitnessContact]) -> QuerySet[WitnessContact]:
    """Those contacts of givers of whom no item is held."""
    given = EvidenceItem.objects.filter(of_contact())
    return contacts.filter(~Exists(only_held(given)))


def of_contact() -> Q:
    """The condition of the items whose giver a contact names, for a subquery of contacts."""
    return Q(submission__partner=OuterRef("partner")) | Q(submission=OuterRef("handover__submission"))


def lock_giver(*, partner: int | None, handover: int | None) -> Handover | None:
    """Lock who gave something: the partner, or the hand-over of somebody who takes no part, which is returned."""
    if partner is not None:
        locked(Partner.objects).get(pk=partner)
        return None
    return locked(Handover.objects).filter(pk=handover).first() if handover is not None else None


def _in_order(holds: QuerySet[Some]) -> list[Some]:
    rows = holds.select_related("placed_by", "lifted_by").order_by("-pk")
    return sorted(rows, key=lambda one: one.lifted_at is not None)


def _locked_item(item: EvidenceItem, user: User) -> EvidenceItem:
    """The item under the lock of its giver, which erasing takes as well, and under its own."""
    taken = Handover.objects.filter(submission=item.submission).values_list("pk", flat=True).first()
    lock_giver(partner=item.submission.partner_id, handover=taken)
    mine = locked(EvidenceItem.objects).get(pk=item.pk)
    if not policies.is_records_keeper(user, mine):
        raise NotAllowed(_("Only a records custodian of this agency places and lifts a hold."))
    return mine


def _locked_case(case: Case, user: User) -> Case:
    """The case under its lock, and under those of all who gave something to it."""
    mine = locked(Case.objects).select_related("agency").get(pk=case.pk)
    list(locked(Handover.objects.filter(case=mine)))
    given = EvidenceItem.objects.filter(of_case(mine), submission__partner__isnull=False)
    givers = given.values("submission__partner_id")
    list(locked(Partner.objects.filter(pk__in=givers)))
    if not policies.can_hold_case(user, mine):
        raise NotAllowed(_("Only a records custodian of this agency places and lifts a hold."))
    return mine


def _locked_hold(hold: AnyHold, user: User) -> AnyHold:
    if isinstance(hold, CaseHold):
        _locked_case(hold.case, user)
        return CaseHold.objects.select_related("case__agency").get(pk=hold.pk)
    _locked_item(hold.item, user)
    return EvidenceHold.objects.select_related("item__agency").get(pk=hold.pk)


def _tell_store(hold: AnyHold) -> None:
    """Let the store lock what is held, and no longer what is not; the sweep repeats what it did not hear."""
    if isinstance(hold, CaseHold):
        held_items = EvidenceItem.objects.filter(of_case(hold.case))
    else:
        held_items = EvidenceItem.objects.filter(pk=hold.item.pk)
    for pk in held_items.values_list("pk", flat=True):
        enqueue_after_commit("apps.evidence.tasks.keep_locked", pk)


def _actor(hold: AnyHold, user: User) -> Actor:
    return acting_as(user, agency_of(hold), *policies.RECORDS_KEEPERS).actor


def _case(hold: CaseHold) -> Subject:
    return Subject.of("case", hold.case.public_id)


def _words(hold: AnyHold) -> dict[str, str]:
    """Who demands it and why: for the private part of the entry."""
    return {"authority": hold.authority, "ordered_by": hold.ordered_by, "reason": hold.reason}


def _said(agency: Agency, authority: str, ordered_by: str, reason: str, review_on: date | None) -> dict[str, Any]:
    said = {
        "authority": text.line(authority, field="authority", most=AUTHORITY_MAX),
        "ordered_by": text.line(ordered_by, field="ordered_by", most=ORDERED_BY_MAX, required=False),
        "reason": _checked(reason),
        "review_on": review_on,
    }
    if review_on is not None:
        _check_day(agency, review_on)
    return said


def _check_day(agency: Agency, day: date) -> None:
    if day <= today_in(agency):
        sentence = _("Choose a day after today.")
        raise InvalidInput.about("review_on", sentence)


def _checked(reason: str) -> str:
    reason = text.line(reason, field="reason", most=REASON_MAX)
    if len(reason) < REASON_MIN:
        sentence = _("Please say why, in a few words.")
        raise InvalidInput.about("reason", sentence)
    return reason
