"""take_call, enter_call, close_call, forget_calls."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.agencies.features import Feature, check_on
from apps.agencies.models import Agency
from apps.calls import policies
from apps.calls.facts import CallFacts
from apps.calls.models import Call
from apps.calls.states import CallState
from apps.core.errors import InvalidInput, NotAllowed, NotFound
from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject


class Taken(NamedTuple):
    """What a report did: whether it changed what is known, and whether the call was new."""

    call: Call
    changed: bool
    new: bool


def take_call(*, agency: Agency, facts: CallFacts, actor: Actor) -> Taken:
    """Store what dispatch reports.

    A report that came before, or that is older than what is known, changes nothing and writes no entry: dispatch may
    send everything twice and in any order. Raises NotAllowed for a new call while the agency has calls switched off;
    those that are known go on until they close.
    """
    with transaction.atomic():
        call = locked(Call.objects).filter(agency=agency, number=facts.number).first()
        if call is None:
            check_on(agency, Feature.CALLS)
            try:
                with transaction.atomic():
                    return Taken(_add(agency, facts, actor), changed=True, new=True)
            except IntegrityError:  # the same report twice at once
                call = locked(Call.objects).get(agency=agency, number=facts.number)
        if call.entered_by_id is not None:
            sentence = _("Somebody entered a call of this number by hand. Close it first, or use another number.")
            raise InvalidInput.about("number", sentence)
        if facts.changed_at <= call.changed_at:
            return Taken(call, changed=False, new=False)
        for name, value in asdict(facts).items():
            setattr(call, name, value)
        call.forgotten_at = None
        call.save()
        ledger.record("call.changed", subject_of(call), actor, **_facts(call), private=_private(call))
        return Taken(call, changed=True, new=False)


def enter_call(*, user: User, agency: Agency, facts: CallFacts) -> Call:
    """Enter a call by hand, where dispatch is not connected or does not know it.

    Raises NotAllowed without the role of an analyst or supervisor, or while calls are switched off there, InvalidInput
    for a number that is taken.
    """
    if not policies.can_enter(user, agency):
        raise NotAllowed(_("Only an analyst or supervisor enters calls by hand."), code="role")
    actor = acting_as(user, agency, *policies.ENTERING_ROLES).actor
    check_on(agency, Feature.CALLS)
    with transaction.atomic():
        try:
            with transaction.atomic():
                return _add(agency, facts, actor, entered_by=user)
        except IntegrityError as error:
            sentence = _("There is a call of this number already.")
            raise InvalidInput.about("number", sentence) from error


def close_call(*, user: User, call: Call) -> Call:
    """Take a call that was entered by hand off the board. Closing it twice changes nothing.

    Raises NotFound for a call of another agency, NotAllowed for one that dispatch reported.
    """
    with transaction.atomic():
        call = locked(Call.objects).select_related("agency").get(pk=call.pk)
        if not policies.can_view_call(user, call):
            raise NotFound(_("There is no such call among those of your agencies."))
        if call.entered_by_id is None or not policies.can_enter(user, call.agency):
            raise NotAllowed(_("Dispatch closes this call."), code="dispatch")
        if call.state == CallState.CLOSED:
            return call
        call.state, call.changed_at = CallState.CLOSED, timezone.now()
        call.save(update_fields=["state", "changed_at"])
        actor = acting_as(user, call.agency, *policies.ENTERING_ROLES).actor
        ledger.record("call.closed", subject_of(call), actor, **_facts(call))
        return call


def forget_calls(*, actor: Actor, at_most: int = 500) -> int:
    """Remove address and place of calls that closed CALLS_KEPT_DAYS ago; returns of how many.

    The number and what happened stay: a purpose that was opened for a call has to remain explained.
    """
    before = timezone.now() - timedelta(days=settings.CALLS_KEPT_DAYS)
    with transaction.atomic():
        due = Call.objects.filter(state=CallState.CLOSED, changed_at__lt=before, forgotten_at__isnull=True)
        calls = list(locked(due)[:at_most])
        for call in calls:
            call.address, call.latitude, call.longitude, call.forgotten_at = "", None, None, timezone.now()
        Call.objects.bulk_update(calls, ["address", "latitude", "longitude", "forgotten_at"])
        if calls:
            ledger.record("calls.forgotten", Subject.of("calls", "closed"), actor, calls=len(calls))
    return len(calls)


def subject_of(call: Call) -> Subject:
    """As the ledger names it."""
    return Subject.of("call", call.public_id)


def _add(agency: Agency, facts: CallFacts, actor: Actor, *, entered_by: User | None = None) -> Call:
    call = Call.objects.create(agency=agency, entered_by=entered_by, **asdict(facts))
    ledger.record("call.received", subject_of(call), actor, **_facts(call), private=_private(call))
    return call


def _facts(call: Call) -> dict[str, Any]:
    """All that another may check, nothing that names a place."""
    return {
        "agency": str(call.agency.public_id),
        "state": call.state,
        "priority": call.priority,
        "by_hand": call.entered_by_id is not None,
        "changed_at": call.changed_at.isoformat(),
    }


def _private(call: Call) -> dict[str, Any]:
    return {"number": call.number, "nature": call.nature, "address": call.address}
