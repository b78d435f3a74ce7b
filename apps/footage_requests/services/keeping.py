"""keep_footage: an owner says that the recording is safe from being overwritten."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.errors import NotFound, WrongState
from apps.footage_requests.access import accepts_answers
from apps.footage_requests.models import Invitation, Match
from apps.footage_requests.services.guard import locked_invitation, subject_of
from apps.footage_requests.states import POSSIBLE, InvitationState, MatchState
from apps.ledger import services as ledger
from apps.ledger.values import Actor


def keep_footage(*, invitation: Invitation, matches: Collection[UUID] | None = None, actor: Actor) -> list[Match]:
    """Stop the overwrite clock of these matches (all of the invitation by default); returns those that are kept now.

    It is no answer, and takes none away: a recording that is kept can still be declined. Cameras that were answered
    with anything but “has footage” stay as they are. Saying it again changes nothing. Raises NotFound for a match of
    another invitation, WrongState (`revoked`, `ended`) once no answer is taken, or (`nothing`) if none of the cameras
    has footage by the partner's own answer.
    """
    with transaction.atomic():
        invitation = locked_invitation(invitation)
        if invitation.state == InvitationState.REVOKED:
            raise WrongState(_("This link was revoked and takes no answers."), code="revoked")
        if not accepts_answers(invitation):
            raise WrongState(_("This request has ended and takes no more answers."), code="ended")
        found = list(invitation.matches.exclude(state=MatchState.TAKEN_OUT).order_by("pk"))
        if matches is not None:
            wanted = set(matches)
            found = [match for match in found if match.public_id in wanted]
            if len(found) != len(wanted):
                raise NotFound(_("One of these cameras is not part of this request."))
        possible = [match for match in found if match.answer in POSSIBLE]
        if not possible:
            raise WrongState(
                _("You answered that there is no video to keep. Change your answer first."), code="nothing"
            )
        fresh = [match for match in possible if match.kept_at is None]
        now = timezone.now()
        for match in fresh:
            match.kept_at = now
        if fresh:
            Match.objects.bulk_update(fresh, ["kept_at"])
            ledger.record(
                "request.kept",
                subject_of(invitation.request),
                actor,
                invitation=str(invitation.public_id),
                matches=[str(match.public_id) for match in fresh],
            )
        return possible
