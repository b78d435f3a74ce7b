"""Opening a purpose, and recording each access that it allows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.grounds import GROUNDS, roles_for
from apps.access.models import AccessEvent, AccessKind, Purpose, PurposeKind
from apps.access.selectors import acting_for
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


def record_access(
    purpose: Purpose, action: str, subject: Subject, /, *, opened: Iterable[Subject] | None = None, **facts: Any
) -> Entry:
    """Write one access into the ledger, in the caller's transaction: who, in which role, on which ground, to what.

    `opened` are the things whose history tells of it, where these are others than the subject of the entry. Part of
    the selector or service that gives what is confidential: no entry, no access. Raises NotAllowed if the person no
    longer holds a role that the ground asks for.
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
    things = [subject] if opened is None else opened
    AccessEvent.objects.bulk_create(
        AccessEvent(entry=entry, purpose=purpose, subject_kind=one.kind, subject_id=UUID(one.public_id))
        for one in things
    )
    return entry
