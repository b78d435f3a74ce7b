"""Opening a purpose, and recording each access that it allows."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.allowance import PLACE, allowance_of
from apps.access.grounds import GROUNDS, roles_for
from apps.access.models import AccessEvent, AccessKind, Purpose, PurposeKind
from apps.access.reach import approved_for
from apps.access.selectors import acting_for, things_opened
from apps.accounts.models import User
from apps.accounts.tallies import Counter, Limit, take
from apps.agencies.acting import acting_as
from apps.agencies.features import Feature, check_on
from apps.agencies.models import Agency
from apps.agencies.services import get_or_create_case
from apps.calls.models import Call
from apps.calls.selectors import is_active
from apps.core import text
from apps.core.errors import InvalidInput, NotAllowed
from apps.findings.services import notice
from apps.ledger import services as ledger
from apps.ledger.models import Entry
from apps.ledger.values import Subject

REASON_MIN, REASON_MAX = 5, 500
#: So many refused cases of one person in a day are a finding: one or two are a slip, or come before a supervisor's yes.
REFUSED_CASES = Limit("cases_refused", 5, 86_400)


def open_purpose(
    *,
    user: User,
    agency: Agency,
    kind: str,
    access: str,
    reason: str,
    case_number: str = "",
    call: Call | None = None,
    camera: UUID | None = None,
    grant: UUID | None = None,
) -> Purpose:
    """Record why a staff member needs access, and to what; it ends by itself after PURPOSE_HOURS.

    On the partner map an active call is one of the board (`call`), and a review says which registration it is about
    (`camera`). What another agency shares opens under a grant (`grant`, its public id). They act in the role that the
    ground asks for. Raises NotAllowed where they hold none of its roles in the agency, and (`code="not_approved"`) for
    the map of a case that nobody approved anything for; InvalidInput without a reason, or without what the ground
    needs. The reason may name people, so the ledger keeps it in the private part.
    """
    problems: dict[str, Any] = {}
    try:
        reason = checked_reason(reason)
    except InvalidInput as error:
        problems |= error.fields
    if kind not in GROUNDS:
        problems["kind"] = _("Choose what you need access for.")
    if kind == PurposeKind.CASE and not case_number.strip():
        problems["case_number"] = _("Give the case number.")
    of_map = access == AccessKind.PARTNER_MAP
    of_call = of_map and kind == PurposeKind.CALL
    if of_call and (call is None or call.agency_id != agency.pk or not is_active(call)):
        problems["call"] = _("Choose a call that is on the board and has a place.")
    if of_map and kind == PurposeKind.REGISTRATION_REVIEW and camera is None:
        problems["kind"] = _("Open the registration first. Its page leads to what stands near it.")
    if kind == PurposeKind.GRANT and grant is None:
        problems["kind"] = _("Open what was shared first. Its page asks for the reason.")
    with _refusals_noticed(user, agency), transaction.atomic():
        acting = acting_as(user, agency, *(roles_for(access, kind if kind in GROUNDS else "") or ("",)))
        if of_map:
            check_on(agency, Feature.PARTNER_MAP)
        if problems:
            raise InvalidInput(next(iter(problems.values())), fields=problems)
        case = get_or_create_case(agency=agency, number=case_number) if case_number.strip() else None
        if of_map and kind == PurposeKind.CASE and case is not None and not approved_for(user, case):
            raise NotAllowed(
                _("Nobody has approved anything for this case yet. Ask a supervisor, or write a request for footage."),
                code="not_approved",
            )
        purpose = Purpose.objects.create(
            user=user,
            agency=agency,
            kind=kind,
            access=AccessKind(access),
            case=case,
            call=call if of_call else None,
            camera=camera,
            grant=grant if kind == PurposeKind.GRANT else None,
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
            camera=str(camera or ""),
            grant=str(purpose.grant or ""),
            ends_at=purpose.ends_at.isoformat(),
            call=str(call.public_id) if of_call and call else "",
            private={"reason": reason},
        )
        if of_call and call and call.entered_by_id == user.pk:
            about = Subject.of("user", user.public_id)
            notice("access.own_call", about=about, agency=agency.public_id, facts={"call": str(call.public_id)})
        return purpose


@contextlib.contextmanager
def _refusals_noticed(user: User, agency: Agency) -> Iterator[None]:
    """Tell the auditor of a person who is refused again and again: outside of the transaction, which keeps nothing.

    One finding per person counts up, so that no number of tries fills anything.
    """
    try:
        yield
    except NotAllowed as refused:
        if refused.code == "not_approved":
            taken = take(Counter(REFUSED_CASES, str(user.pk)))
            if taken.full or not taken.passes:
                about = Subject.of("user", user.public_id)
                facts = {"refused_in_24_hours_at_least": REFUSED_CASES.most}
                notice("access.cases_refused", about=about, agency=agency.public_id, facts=facts)
        raise


def checked_reason(reason: str) -> str:
    """The reason on one line. Raises InvalidInput about `reason` for one that is too short or too long."""
    reason = text.line(reason, field="reason", most=REASON_MAX, required=False)
    if len(reason) < REASON_MIN:
        sentence = _("Say in a few words why you need access.")
        raise InvalidInput.about("reason", sentence)
    return reason


def record_access(purpose: Purpose, action: str, subject: Subject, /, **facts: Any) -> Entry:
    """Write one access into the ledger, in the caller's transaction: who, in which role, on which ground, to what.

    Called by the selector or service that returns the confidential data: without the entry there is no access. The
    fact `cameras` (public ids) says which cameras it opened; without it, the access opened the subject. Raises
    NotAllowed if the person no longer holds a role that the ground requires, TooMany for more places than the person
    or the purpose may open. Opening half of what is allowed is told to the auditor.
    """
    places = [UUID(str(one)) for one in facts.get("cameras", [subject.public_id] if subject.kind == PLACE else [])]
    allowance = allowance_of(purpose) if places else None
    if allowance is not None and len(allowance.admits(places)) < len(places):
        raise allowance.refusal()
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
    AccessEvent.objects.bulk_create(event_of(entry, purpose.pk, thing) for thing in things_opened(entry))
    if allowance is not None and allowance.passes_half(places):
        notice(
            "access.many_places",
            about=Subject.of("user", purpose.user.public_id),
            agency=purpose.agency.public_id,
            facts={
                "places_in_24_hours": len(allowance.today.union(places)),
                "places_for_purpose": len(allowance.under_purpose.union(places)),
                "purpose": str(purpose.public_id),
            },
        )
    return entry


def event_of(entry: Entry, purpose: int, thing: Subject) -> AccessEvent:
    """The row that leads from a thing to the entry of an access that opened it."""
    return AccessEvent(entry=entry, purpose_id=purpose, subject_kind=thing.kind, subject_id=UUID(thing.public_id))
