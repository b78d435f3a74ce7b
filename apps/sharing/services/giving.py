"""give_grant: a records custodian gives videos of a case to the recipient of an agreement."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.agencies.models import Agency, Case
from apps.agreements.models import Agreement
from apps.agreements.selectors import with_state
from apps.core import text
from apps.core.errors import InvalidInput, NotAllowed, NotFound
from apps.core.locks import locked
from apps.core.once import create_once
from apps.evidence.models import EvidenceItem
from apps.evidence.services.working import subject_of as item_subject
from apps.ledger import services as ledger
from apps.ledger.values import Actor
from apps.links.secrets import ALPHABET
from apps.redaction.copies import chosen_copies
from apps.redaction.models import Redaction
from apps.sharing.ground import subject_of
from apps.sharing.models import Grant, GrantItem
from apps.sharing.policies import GIVERS, can_give, can_view_grant
from apps.sharing.scope import covered_by
from apps.sharing.selectors import items_to_give
from apps.sharing.services.entering import invite

REASON_MIN, REASON_MAX, RECIPIENT_MAX = 5, 500, 120
ITEMS_MOST = 200
"""Items of one form. A live folder may grow beyond it."""


def give_grant(
    *,
    user: User,
    case: Case,
    agreement: Agreement,
    items: Collection[UUID],
    later_items: bool,
    last_day: date,
    downloads: bool,
    originals: bool,
    reason: str,
    recipient: str = "",
    address: str = "",
    redacted: Collection[UUID] = (),
    request_key: UUID | None = None,
) -> Grant:
    """Give these items (public ids) until the end of `last_day` in the owning agency's time zone.

    An office outside gets a link by mail: `recipient` names the person there, `address` the mailbox. `later_items`:
    what is accepted later in the case and covered by the agreement is given too. Of an item whose redaction is in
    `redacted` (public ids) the redacted copy is given, and nothing else of it. Raises NotAllowed (role; `code="own"`
    for who made the agreement), InvalidInput for items that the agreement does not cover or a day after its end. A
    repeat of `request_key` returns the first.
    """
    if not can_give(user, case):
        raise NotAllowed(_("Only a records custodian of this agency shares its videos."), code="role")
    reason = _checked_reason(reason)
    if originals and not downloads:
        raise InvalidInput.about(
            "originals", _("Originals can only be saved, not watched here. Allow saving, or leave them out.")
        )
    with transaction.atomic():
        mine = _locked_agreement(user, case.agency, agreement)
        ends_at = end_of(case.agency, last_day, mine)
        recipient, address = _checked_person(mine, recipient, address)
        chosen = _chosen(case, mine, items, later_items=later_items)
        copies = chosen_copies(chosen, redacted)
        grant, created = create_once(
            Grant,
            request_key=request_key,
            code="G-" + "".join(secrets.choice(ALPHABET) for _ in range(7)),
            agency=case.agency,
            case=case,
            agreement=mine,
            given_by=user,
            later_items=later_items,
            downloads=downloads,
            originals=originals,
            reason=reason,
            recipient=recipient,
            address=address,
            ends_at=ends_at,
        )
        if not created:
            if not can_view_grant(user, grant):
                raise NotFound(_("There is no such grant, or it is over."))
            return grant
        actor = acting_as(user, case.agency, *GIVERS).actor
        ledger.record(
            "grant.given",
            subject_of(grant),
            actor,
            agency=str(case.agency.public_id),
            agreement=str(mine.public_id),
            case=str(case.public_id),
            items=[str(item.public_id) for item in chosen],
            redacted={str(one.public_id): str(copies[one.pk].public_id) for one in chosen if one.pk in copies},
            later_items=later_items,
            downloads=downloads,
            originals=originals,
            ends_at=ends_at.isoformat(),
            private={"reason": reason, "recipient": recipient, "address": address},
        )
        add_items(grant, chosen, actor, copies)
        if address:
            invite(grant)
        return grant


def add_items(
    grant: Grant, items: Iterable[EvidenceItem], actor: Actor, copies: Mapping[int, Redaction] | None = None
) -> None:
    """Write what is given from now on: a row for the list, an act for the custody of each item.

    `copies`: the redaction whose copy is given in place of an item, by the item's primary key.
    """
    copies = copies or {}
    now = timezone.now()
    to = grant.agreement.to_agency
    for item in items:
        copy = copies.get(item.pk)
        GrantItem.objects.create(grant=grant, item=item, given_at=now, redaction=copy)
        ledger.record(
            "evidence_item.shared",
            item_subject(item),
            actor,
            grant=str(grant.public_id),
            to_agency=to.short_name if to else "",
            court_role=grant.agreement.court_role,
            digest=item.digest,
            redacted=copy.proof["digest"] if copy else "",
        )


def end_of(agency: Agency, last_day: date, agreement: Agreement) -> datetime:
    """The instant at which that day is over. Raises InvalidInput for a day that is past, or after the agreement."""
    zone = ZoneInfo(agency.time_zone)
    if last_day < timezone.localtime(timezone.now(), zone).date():
        raise InvalidInput.about("last_day", _("This day is over."))
    ends_at = datetime.combine(last_day + timedelta(days=1), time.min, zone)
    if ends_at > agreement.over_at:
        last = timezone.localtime(agreement.over_at - timedelta(seconds=1), zone).date()
        sentence = _("The agreement ends earlier. The last possible day is %(day)s.") % {"day": last.isoformat()}
        raise InvalidInput.about("last_day", sentence)
    return ends_at


def _locked_agreement(user: User, agency: Agency, agreement: Agreement) -> Agreement:
    """The agreement under its lock, so that its end comes before or after."""
    list(locked(Agreement.objects).filter(pk=agreement.pk))
    rows = with_state(Agreement.objects.filter(from_agency=agency), "in_force")
    found = rows.select_related("to_agency").prefetch_related("items").filter(pk=agreement.pk).first()
    if found is None or (found.to_agency and not found.to_agency.is_active):
        raise InvalidInput.about("agreement", _("This agreement is not in force. Choose another one."))
    if found.made_by_id == user.pk:
        raise NotAllowed(_("You made this agreement. Another records custodian shares under it."), code="own")
    return found


def _chosen(case: Case, agreement: Agreement, items: Collection[UUID], *, later_items: bool) -> list[EvidenceItem]:
    """The items, locked: whoever disposes of one comes before or after. Raises InvalidInput."""
    wanted = set(items)
    if not wanted and not later_items:
        raise InvalidInput.about("items", _("Choose at least one video."))
    if len(wanted) > ITEMS_MOST:
        raise InvalidInput.about("items", _("Choose at most %(most)d videos at once.") % {"most": ITEMS_MOST})
    offered = items_to_give(case).filter(public_id__in=wanted)
    list(locked(EvidenceItem.objects).filter(pk__in=[one.pk for one in offered]))
    chosen = list(offered.all())
    if len(chosen) != len(wanted):
        raise InvalidInput.about("items", _("One of these videos is not of this case, or is not accepted as evidence."))
    fits = set(offered.filter(covered_by(agreement)).values_list("pk", flat=True))
    if outside := [one.filename for one in chosen if one.pk not in fits]:
        sentence = _("The agreement does not cover %(name)s: its kind of owner or incident is not in it.")
        raise InvalidInput.about("items", sentence % {"name": outside[0]})
    return chosen


def _checked_person(agreement: Agreement, recipient: str, address: str) -> tuple[str, str]:
    """Name and address of a person at an office; both empty for an agency. Raises InvalidInput."""
    if agreement.to_agency is not None:
        if recipient.strip() or address.strip():
            raise InvalidInput.about("recipient", _("Staff of an agency here sign in. Leave name and address empty."))
        return "", ""
    recipient = text.line(recipient, field="recipient", most=RECIPIENT_MAX, required=False)
    if not recipient:
        raise InvalidInput.about("recipient", _("Name the person at this office."))
    try:
        validate_email(address.strip())
    except ValidationError as error:
        raise InvalidInput.about("address", _("Enter the e-mail address of this person.")) from error
    return recipient, address.strip()


def _checked_reason(reason: str) -> str:
    reason = text.line(reason, field="reason", most=REASON_MAX)
    if len(reason) < REASON_MIN:
        raise InvalidInput.about("reason", _("Say in a few words what it is for."))
    return reason
