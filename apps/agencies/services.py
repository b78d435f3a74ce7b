"""Acts on cases, purposes and roles."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.models import AccessKind, Agency, Case, Purpose, PurposeKind
from apps.agencies.policies import has_role
from apps.core import text
from apps.core.errors import InvalidInput, NotAllowed
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject

REASON_MIN, REASON_MAX = 5, 500


def get_or_create_case(*, agency: Agency, number: str) -> Case:
    """The agency's case of this number; capitals and spaces at the ends do not make another one.

    Part of the caller's act, so it writes no entry of its own. Raises InvalidInput if the number is empty or too long.
    """
    number = " ".join(number.split()).upper()
    if not 1 <= len(number) <= 40 or not number.isprintable():
        sentence = _("Give the case number, at most 40 characters.")
        raise InvalidInput(sentence, fields={"case_number": sentence})
    case, _created = Case.objects.get_or_create(agency=agency, number=number)
    return case


def open_purpose(
    *, user: User, agency: Agency, kind: str, access: str, reason: str, case_number: str = "", actor: Actor
) -> Purpose:
    """Record why a staff member is about to look, and at what; it ends by itself after PURPOSE_HOURS.

    Raises NotAllowed without a role in the agency, InvalidInput without a reason, or without a case where the kind is
    a case. The reason may name people, so the ledger keeps it in the private part.
    """
    problems: dict[str, Any] = {}
    try:
        reason = text.line(reason, field="reason", most=REASON_MAX, required=False)
    except InvalidInput as error:
        problems |= error.fields
    if kind not in PurposeKind.values:
        problems["kind"] = _("Choose what the look is for.")
    if "reason" not in problems and len(reason) < REASON_MIN:
        problems["reason"] = _("Say in a few words why you need to look.")
    if kind == PurposeKind.CASE and not case_number.strip():
        problems["case_number"] = _("Give the case number.")
    with transaction.atomic():
        if not has_role(user, agency):
            raise NotAllowed(_("You have no role in this agency."))
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
            actor,
            kind=kind,
            access=access,
            agency=str(agency.public_id),
            case=str(case.public_id) if case else "",
            ends_at=purpose.ends_at.isoformat(),
            private={"reason": reason},
        )
        return purpose
