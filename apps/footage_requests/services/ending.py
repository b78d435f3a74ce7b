"""withdraw_request, close_request, expire_request: how a request ends, and with it what it reached."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import text
from apps.core.errors import InvalidInput, NotAllowed, WrongState
from apps.footage_requests import policies
from apps.footage_requests.models import FootageRequest, Invitation, Match
from apps.footage_requests.services.guard import locked_for, locked_request, subject_of
from apps.footage_requests.states import (
    REQUEST_TRANSITIONS,
    InvitationState,
    MatchState,
    Outcome,
    RequestState,
)
from apps.ledger import services as ledger
from apps.ledger.values import Actor


def end_request(request: FootageRequest, state: RequestState) -> dict[str, int]:
    """Put the locked request and what hangs from it to rest; returns how many were still without an answer."""
    request.state = state
    request.ended_at = timezone.now()
    request.version += 1
    request.save()
    Invitation.objects.filter(request=request, state__in=[InvitationState.QUEUED, InvitationState.SENT]).update(
        state=InvitationState.CLOSED
    )
    unanswered = Match.objects.filter(request=request, state__in=[MatchState.PENDING, MatchState.INVITED]).update(
        state=MatchState.EXPIRED
    )
    return {"unanswered": unanswered}


def withdraw_request(*, user: User, request: FootageRequest, reason: str = "", actor: Actor) -> FootageRequest:
    """Take a request back: the author at any time before it ended, a supervisor once it is open.

    Raises NotFound, NotAllowed, WrongState, InvalidInput (an open request needs a reason).
    """
    with transaction.atomic():
        request = locked_for(user, request)
        was_open = request.state == RequestState.OPEN
        if not (policies.can_end(user, request) if was_open else policies.can_change(user, request)):
            raise NotAllowed(_("Only the author can withdraw this request."))
        REQUEST_TRANSITIONS.check(request.state, RequestState.WITHDRAWN)
        reason = text.line(reason, field="reason", most=500, required=False)
        if was_open and not reason:
            sentence = _("Say why the request is withdrawn; people were already asked.")
            raise InvalidInput.about("reason", sentence)
        facts = end_request(request, RequestState.WITHDRAWN)
        ledger.record("request.withdrawn", subject_of(request), actor, private={"reason": reason}, **facts)
        return request


def close_request(*, user: User, request: FootageRequest, outcome: str, actor: Actor) -> FootageRequest:
    """End an open request with an outcome. Uploads under way may finish; none begins any more.

    Raises NotFound, NotAllowed, WrongState, InvalidInput.
    """
    with transaction.atomic():
        request = locked_for(user, request)
        if not policies.can_end(user, request):
            raise NotAllowed(_("Only the author or a supervisor can close this request."))
        REQUEST_TRANSITIONS.check(request.state, RequestState.CLOSED)
        if outcome not in Outcome.values:
            sentence = _("Choose how the request ended.")
            raise InvalidInput.about("outcome", sentence)
        request.outcome = outcome
        ledger.record(
            "request.closed", subject_of(request), actor, outcome=outcome, **end_request(request, RequestState.CLOSED)
        )
        return request


def expire_request(*, request: FootageRequest, actor: Actor) -> FootageRequest:
    """End an open request whose last day has passed. Raises WrongState if it is not open or its time has not come."""
    with transaction.atomic():
        request = locked_request(request)
        REQUEST_TRANSITIONS.check(request.state, RequestState.EXPIRED)
        if request.closes_at is None or request.closes_at > timezone.now():
            raise WrongState(_("This request is still open."))
        ledger.record("request.expired", subject_of(request), actor, **end_request(request, RequestState.EXPIRED))
        return request
