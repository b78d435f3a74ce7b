"""take_out_match: a camera that was asked is asked no more, for a reason that its owner never learns."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import text
from apps.core.errors import InvalidInput, NotAllowed, NotFound, WrongState
from apps.footage_requests import policies
from apps.footage_requests.models import Match
from apps.footage_requests.services.guard import locked_invitation, subject_of
from apps.footage_requests.states import (
    INVITATION_TRANSITIONS,
    MATCH_TRANSITIONS,
    InvitationState,
    LeftOutReason,
    MatchState,
    RequestState,
)
from apps.ledger import services as ledger
from apps.ledger.values import Actor

WORDS_MAX = 500


def take_out_match(*, user: User, match: Match, reason: str, words: str = "", actor: Actor) -> Match:
    """Ask one camera no more, before or after its letter went. The owner reads that it is no longer needed.

    If no camera of the invitation is asked any more, the invitation is closed, and a letter that waits does not go. A
    file that is on its way may finish. Raises NotFound, NotAllowed (neither author nor supervisor), WrongState (the
    request is not open, or the owner has answered), InvalidInput without a reason.
    """
    with transaction.atomic():
        invitation = locked_invitation(match.invitation)
        if not policies.can_view_request(user, invitation.request):
            raise NotFound(_("There is no such camera among those that your requests reach."))
        if not policies.can_end(user, invitation.request):
            raise NotAllowed(_("Only the author or a supervisor can do this."))
        match = Match.objects.get(pk=match.pk)  # the lock of its invitation guards it
        if match.state == MatchState.TAKEN_OUT:
            return match
        if invitation.request.state != RequestState.OPEN:
            raise WrongState(_("This request is not open, so it asks no camera."))
        if match.answer:
            raise WrongState(_("The owner has answered. Close the link if nothing more should come."), code="answered")
        MATCH_TRANSITIONS.check(match.state, MatchState.TAKEN_OUT)
        if reason not in LeftOutReason.values:
            raise InvalidInput.about("reason", _("Say why this camera is asked no more. Its owner never reads it."))
        words = text.line(words, field="words", most=WORDS_MAX, required=False)
        match.state, match.taken_out_reason = MatchState.TAKEN_OUT, reason
        match.save(update_fields=["state", "taken_out_reason"])
        left = Match.objects.filter(invitation=invitation).exclude(state=MatchState.TAKEN_OUT).exists()
        if not left and invitation.state in (InvitationState.QUEUED, InvitationState.SENT):
            INVITATION_TRANSITIONS.check(invitation.state, InvitationState.CLOSED)
            invitation.state = InvitationState.CLOSED
            invitation.save(update_fields=["state"])
        ledger.record(
            "request.match_taken_out",
            subject_of(invitation.request),
            actor,
            invitation=str(invitation.public_id),
            match=str(match.public_id),
            invitation_closed=not left,
            private={"reason": reason, "words": words},
        )
        return match
