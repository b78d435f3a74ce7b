"""ask_for_places, agree_to_places, refuse_places, expire_asks: places for a case that has no open request."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.grounds import roles_for
from apps.access.mails import tell_author, tell_supervisors
from apps.access.models import AccessKind, PlacesRequest, PurposeKind
from apps.access.policies import can_decide_places, can_view_places_request
from apps.access.services.purposes import checked_reason
from apps.access.states import ASK_TRANSITIONS, AskState
from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.agencies.features import Feature, check_on
from apps.agencies.models import Agency, Role
from apps.agencies.services import get_or_create_case
from apps.core.errors import NotAllowed, NotFound, TooMany, WrongState
from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject

ASKS_WAITING = 5


def ask_for_places(*, user: User, agency: Agency, case_number: str, reason: str) -> PlacesRequest:
    """Ask the agency's supervisors to see places for a case. While it waits, asking again finds the same request.

    Raises NotAllowed without a role that may see places for a case, InvalidInput for a bad number or reason, TooMany
    while ASKS_WAITING others of theirs wait: each one mails every supervisor.
    """
    with transaction.atomic():
        acting = acting_as(user, agency, *roles_for(AccessKind.PARTNER_MAP, PurposeKind.CASE))
        check_on(agency, Feature.PARTNER_MAP)
        reason = checked_reason(reason)
        case = get_or_create_case(agency=agency, number=case_number)
        waiting = PlacesRequest.objects.filter(author=user, case=case, state=AskState.ASKED)
        if found := waiting.first():
            return found
        locked(User.objects).get(pk=user.pk)  # or two at once would both be the last
        if PlacesRequest.objects.filter(author=user, state=AskState.ASKED).count() >= ASKS_WAITING:
            raise TooMany(
                _("%(most)d of your requests wait for a supervisor. Ask for more when these are decided.")
                % {"most": ASKS_WAITING},
                code="asks_waiting",
            )
        try:
            with transaction.atomic():
                asked = PlacesRequest.objects.create(
                    agency=agency, case=case, author=user, reason=reason, ends_at=_in_hours(settings.PLACES_ASK_HOURS)
                )
        except IntegrityError:  # sent twice at once
            return waiting.get()
        ledger.record(
            "places.asked",
            subject_of(asked),
            acting.actor,
            agency=str(agency.public_id),
            case=str(case.public_id),
            ends_at=asked.ends_at.isoformat(),
            private={"reason": reason},
        )
        tell_supervisors(asked)
        return asked


def agree_to_places(*, user: User, asked: PlacesRequest) -> PlacesRequest:
    """A supervisor agrees: the person who asked sees places for the case for PLACES_AGREED_HOURS.

    Raises NotFound, NotAllowed (who asked, or no supervisor of the agency), WrongState (decided, or too late).
    """
    with transaction.atomic():
        asked = _decided(user, asked, AskState.AGREED, ends_at=_in_hours(settings.PLACES_AGREED_HOURS))
        _record("places.agreed", asked, user, ends_at=asked.ends_at.isoformat())
        return asked


def refuse_places(*, user: User, asked: PlacesRequest, reason: str) -> PlacesRequest:
    """A supervisor refuses with a reason that the person who asked reads. Raises as `agree_to_places`, InvalidInput."""
    with transaction.atomic():
        reason = checked_reason(reason)
        asked = _decided(user, asked, AskState.REFUSED, decision_reason=reason)
        _record("places.refused", asked, user, private={"reason": reason})
        return asked


def expire_asks(*, actor: Actor) -> int:
    """Close what no supervisor decided in time; returns how many. Running twice changes nothing."""
    closed = 0
    due = PlacesRequest.objects.filter(state=AskState.ASKED, ends_at__lte=timezone.now())
    for key in due.order_by("pk").values_list("pk", flat=True)[:500]:
        with transaction.atomic():
            asked = locked(PlacesRequest.objects).select_related("case", "author", "agency").get(pk=key)
            if asked.state != AskState.ASKED:
                continue
            asked.state = AskState.EXPIRED
            asked.save(update_fields=["state"])
            ledger.record("places.expired", subject_of(asked), actor, case=str(asked.case.public_id))
            tell_author(asked)
            closed += 1
    return closed


def subject_of(asked: PlacesRequest) -> Subject:
    """As the ledger names it."""
    return Subject.of("places_request", asked.public_id)


def _decided(user: User, asked: PlacesRequest, state: AskState, **changes: Any) -> PlacesRequest:
    asked = locked(PlacesRequest.objects).select_related("case", "author", "agency").get(pk=asked.pk)
    if not can_view_places_request(user, asked):
        raise NotFound(_("There is no such request among yours."))
    if asked.author_id == user.pk:
        raise NotAllowed(_("You asked for this; another supervisor has to decide about it."))
    if not can_decide_places(user, asked):
        raise NotAllowed(_("Only a supervisor of the agency decides about this."))
    ASK_TRANSITIONS.check(asked.state, state)
    if asked.ends_at <= timezone.now():
        raise WrongState(_("Nobody decided about this in time. The person has to ask again."), code="expired")
    asked.state, asked.decided_by, asked.decided_at = state, user, timezone.now()
    for name, value in changes.items():
        setattr(asked, name, value)
    asked.save()
    tell_author(asked)
    return asked


def _record(action: str, asked: PlacesRequest, user: User, **facts: Any) -> None:
    actor = acting_as(user, asked.agency, Role.SUPERVISOR).actor
    ledger.record(action, subject_of(asked), actor, case=str(asked.case.public_id), **facts)


def _in_hours(hours: int) -> datetime:
    return timezone.now() + timedelta(hours=hours)
