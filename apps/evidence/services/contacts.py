"""Who gave evidence, kept for a court after the giver's account was erased.

Until the retention schedule decides by case, the clock is simple: EVIDENCE_CONTACT_DAYS after the last file that was
not returned. The default, four years, is the longest time in which most felonies can be charged (s. 775.15(2), F.S.);
the records custodian signs another one (s. 257.36(6), F.S.; counsel confirms).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.models import AccessKind, Purpose
from apps.access.selectors import may_access
from apps.access.services import record_access
from apps.accounts.models import User
from apps.agencies.models import Agency, Role
from apps.agencies.policies import has_role
from apps.core.errors import NotAllowed, NotFound
from apps.core.locks import locked, locked_exclusively
from apps.evidence.models import EvidenceItem, SenderNote, Submission, WitnessContact
from apps.evidence.services.holds import is_held, lock_giver, not_held, of_contact
from apps.evidence.services.intake import scope_of
from apps.evidence.states import ItemState, Triage
from apps.footage_requests.models import Invitation
from apps.ledger import services as ledger
from apps.ledger.models import Entry
from apps.ledger.values import Actor, Subject
from apps.partners.models import MemberRole, Membership, Partner
from apps.uploads.models import Upload
from apps.uploads.states import UploadState


@dataclass(frozen=True, slots=True)
class Contact:
    """Who can be asked about a submission: the partner's name, and each owner's name and e-mail address."""

    partner: str
    people: list[dict[str, str]]


def contact_needed_until(partner: Partner) -> datetime | None:
    """Until when (UTC) somebody may have to ask who gave the partner's evidence; None if it gave none that counts."""
    items = EvidenceItem.objects.filter(submission__partner=partner).exclude(triage=Triage.RETURNED)
    last: datetime | None = items.aggregate(last=Max("received_at"))["last"]
    return last + timedelta(days=settings.EVIDENCE_CONTACT_DAYS) if last else None


def keep_witness_contact(*, partner: Partner, actor: Actor) -> WitnessContact | None:
    """Before a partner is erased: put name and contact aside if its evidence may need them. Repeats change nothing."""
    with transaction.atomic():
        locked(Partner.objects).get(pk=partner.pk)
        until = contact_needed_until(partner)
        if is_held(partner):
            until = max(until or timezone.now(), timezone.now())
        elif until is None or until <= timezone.now():
            return None
        earlier = WitnessContact.objects.filter(partner=partner).first()
        if earlier is not None:
            return earlier
        kept = WitnessContact.objects.create(
            partner=partner, contact=json.dumps(_contact_of(partner)), keep_until=until
        )
        facts = {"partner": str(partner.public_id), "keep_until": until.isoformat()}
        ledger.record("witness_contact.kept", Subject.of("witness_contact", kept.public_id), actor, **facts)
        return kept


def erase_kept_contacts(*, actor: Actor) -> int:
    """Erase the contacts whose time has come, but for a held item; returns how many. Repeats change nothing."""
    erased = 0
    due = not_held(WitnessContact.objects.filter(_no_longer_needed()))
    for pk, partner, handover in list(due.values_list("pk", "partner_id", "handover_id")):
        with transaction.atomic():
            # Placing a hold takes this lock too: it comes before or after.
            taken = lock_giver(partner=partner, handover=handover)
            kept = not_held(locked_exclusively(WitnessContact.objects)).filter(_no_longer_needed(), pk=pk).first()
            if kept is not None:
                ledger.record("witness_contact.erased", Subject.of("witness_contact", kept.public_id), actor)
                kept.delete()
                if taken is not None:
                    # Whoever takes no part left no other name here than the one under the signature.
                    taken.signature = taken.what = ""
                    taken.save(update_fields=["signature", "what"])
                    entries = Entry.objects.filter(subject_kind="handover", subject_id=str(taken.public_id))
                    ledger.erase_private_parts(entries=entries, reason="contact_erased", actor=actor)
                erased += 1
    return erased


def _no_longer_needed() -> Q:
    """The clock ran out, or everything that counts of what the giver gave was disposed of: nobody asks then."""
    given = EvidenceItem.objects.filter(of_contact()).exclude(triage=Triage.RETURNED)
    gone = Exists(given.filter(state=ItemState.DISPOSED)) & ~Exists(given.exclude(state=ItemState.DISPOSED))
    return Q(keep_until__lte=timezone.now()) | Q(gone)


def erase_loose_uploads(*, partner: Partner, actor: Actor) -> int:
    """Erase names of files that the partner began to send and that never became evidence, and what was said of them.

    Returns how many files.
    """
    scopes = [scope_of(invitation) for invitation in Invitation.objects.filter(partner=partner)]
    with transaction.atomic():
        # Only those that are over: bytes that still come belong to an open request.
        loose = Upload.objects.filter(scope__in=scopes, state=UploadState.ABANDONED).exclude(filename="")
        ids = [str(public_id) for public_id in loose.values_list("public_id", flat=True)]
        entries = Entry.objects.filter(subject_kind="upload", subject_id__in=ids)
        ledger.erase_private_parts(entries=entries, reason="account_erased", actor=actor)
        SenderNote.objects.filter(upload__in=loose).delete()
        return loose.update(filename="", metadata={})


def was_kept(submission: Submission) -> bool:
    """Whether a contact is kept: the giver's account was erased, or there never was one."""
    return _kept_for(submission).exists()


def _kept_for(submission: Submission) -> QuerySet[WitnessContact]:
    if submission.partner_id is None:
        return WitnessContact.objects.filter(handover__submission=submission)
    return WitnessContact.objects.filter(partner_id=submission.partner_id)


def records_duty_of(user: User, agency: Agency) -> Purpose | None:
    """The person's newest records duty in the agency that opens this and has not ended."""
    return may_access(user, AccessKind.WITNESS_CONTACT, agency=agency).purpose


def contact_for(*, submission: Submission, purpose: Purpose | None, user: User) -> Contact:
    """Who gave this, for the agency's records custodian with a records duty; recorded, or nothing is given.

    Raises NotAllowed without role or purpose, NotFound if nothing was kept.
    """
    if not has_role(user, submission.agency, Role.RECORDS_CUSTODIAN):
        raise NotAllowed(_("Only the agency's records custodian sees who gave evidence after an account was erased."))
    if purpose is None or not may_access(user, AccessKind.WITNESS_CONTACT, agency=submission.agency, purpose=purpose):
        raise NotAllowed(_("Record first which records duty this is for."), code="purpose")
    with transaction.atomic():
        kept = _kept_for(submission).first()
        if kept is None:
            raise NotFound(_("Nothing was kept about who gave this."))
        subject = Subject.of("witness_contact", kept.public_id)
        record_access(purpose, "witness_contact.viewed", subject, submission=str(submission.public_id))
        return Contact(**json.loads(kept.contact))


def _contact_of(partner: Partner) -> dict[str, Any]:
    owners = Membership.objects.filter(partner=partner, role=MemberRole.OWNER, ended_at__isnull=True)
    people = [{"name": row.user.name, "email": row.user.email} for row in owners.select_related("user").order_by("pk")]
    return {"partner": partner.name, "people": people}
