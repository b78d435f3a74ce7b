"""Opening a purpose, and recording each access that it allows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.grounds import GROUNDS, roles_for
from apps.access.models import AccessEvent, AccessKind, Purpose, PurposeKind
from apps.access.selectors import BATCH, acting_for, is_access, things_opened
from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.agencies.models import Agency
from apps.agencies.services import get_or_create_case
from apps.core import text
from apps.core.errors import InvalidInput
from apps.ledger import services as ledger
from apps.ledger.models import Entry
from apps.ledger.values import Subject

REASON_MIN, REASON_MAX = 5, 500


def open_purpose(*, user: User, agency: Agency, kind: str, access: str, reason: str, case_number: str = "") -> Purpose:
    """Record why a staff member needs access, and to what; it ends by itself after PURPOSE_HOURS.

    They act in the role that the ground asks for. Raises NotAllowed where they hold none of its roles in the agency,
    InvalidInput without a reason, or without a case where the ground is a case. The reason may name people, so the
    ledger keeps it in the private part.
    """
    problems: dict[str, Any] = {}
    try:
        reason = text.line(reason, field="reason", most=REASON_MAX, required=False)
    except InvalidInput as error:
        problems |= error.fields
    if kind not in GROUNDS:
        problems["kind"] = _("Choose what you need access for.")
    if "reason" not in problems and len(reason) < REASON_MIN:
        problems["reason"] = _("Say in a few words why you need access.")
    if kind == PurposeKind.CASE and not case_number.strip():
        problems["case_number"] = _("Give the case number.")
    with transaction.atomic():
        acting = acting_as(user, agency, *(roles_for(access, kind if kind in GROUNDS else "") or ("",)))
        if problems:
            raise InvalidInput(next(iter(problems.values())), fields=problems)
        case = get_or_create_case(agency=agency, number=case_number) if case_number.strip() else None
        purpose = Purpose.objects.create(
            user=user,
            agency=agency,
            kind=kind,
            access=AccessKind(access),
            case=case,
            reason=reason,
            ends_at=timezone.now() + timedelta(hours=settings.PURPOSE_HOURS),
        )
        ledger.record(
            "purpose.opened",
            Subject.of("purpose", purpose.public_id),
            acting.actor,
            kind=kind,
            access=access,
            agency=str(agency.public_id),
            case=str(case.public_id) if case else "",
            ends_at=purpose.ends_at.isoformat(),
            private={"reason": reason},
        )
        return purpose


def record_access(purpose: Purpose, action: str, subject: Subject, /, **facts: Any) -> Entry:
    """Write one access into the ledger, in the caller's transaction: who, in which role, on which ground, to what.

    Called by the selector or service that returns the confidential data: without the entry there is no access. The
    fact `cameras` (public ids) says which cameras it opened; without it, the access opened the subject. Raises
    NotAllowed if the person no longer holds a role that the ground requires.
    """
    entry = ledger.record(
        action,
        subject,
        acting_for(purpose).actor,
        access=purpose.access,
        purpose=str(purpose.public_id),
        purpose_kind=purpose.kind,
        agency=str(purpose.agency.public_id),
        **facts,
    )
    AccessEvent.objects.bulk_create(_event(entry, purpose.pk, thing) for thing in things_opened(entry))
    return entry


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How the table of access events compared with the ledger."""

    kept: int = 0
    missing: int = 0
    surplus: int = 0

    def plus(self, kept: int, missing: int, surplus: int) -> Rebuilt:
        """With the figures of another batch."""
        return Rebuilt(self.kept + kept, self.missing + missing, self.surplus + surplus)


def rebuild_access_events(*, repair: bool = True) -> Rebuilt:
    """Make the access events again from the ledger's entries, in batches; without `repair` only compare them."""
    purposes = {str(public_id): pk for public_id, pk in Purpose.objects.values_list("public_id", "pk")}
    found, last = Rebuilt(), 0
    while batch := list(Entry.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
        first, last = last, batch[-1].pk
        with transaction.atomic():
            present = {
                (event.entry_id, event.subject_kind, str(event.subject_id)): event
                for event in AccessEvent.objects.filter(entry__gt=first, entry__lte=last)
            }
            wanted = {
                (entry.pk, thing.kind, thing.public_id): _event(entry, purposes[entry.facts["purpose"]], thing)
                for entry in batch
                if is_access(entry)
                for thing in things_opened(entry)
            }
            missing = [event for key, event in wanted.items() if key not in present]
            surplus = [event.pk for key, event in present.items() if key not in wanted]
            if repair:
                AccessEvent.objects.bulk_create(missing, ignore_conflicts=True)
                AccessEvent.objects.filter(pk__in=surplus).delete()
        found = found.plus(len(present) - len(surplus), len(missing), len(surplus))
    return found


def _event(entry: Entry, purpose: int, thing: Subject) -> AccessEvent:
    return AccessEvent(entry=entry, purpose_id=purpose, subject_kind=thing.kind, subject_id=UUID(thing.public_id))
