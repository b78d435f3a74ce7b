"""ask_again: who cannot open a letter asks for another one, which goes to the addresses on file and nowhere else."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from apps.accounts.tallies import Counter, Limit, take
from apps.footage_requests import link_kinds
from apps.footage_requests.access import accepts_answers
from apps.footage_requests.mails import AGAIN
from apps.footage_requests.models import Invitation
from apps.footage_requests.policies import still_askable
from apps.footage_requests.services.guard import locked_invitation, subject_of
from apps.footage_requests.services.inviting import Invited, queue_mails
from apps.ledger import services as ledger
from apps.ledger.values import Actor
from apps.links.services import link_for_letter

# Whoever knows the address of a page, which is no secret, makes at most this many letters.
_LIMIT = Limit("invitation_again", 3, 24 * 3600)


def ask_again(*, public_id: UUID, actor: Actor) -> bool:
    """Queue the letter of this invitation once more, with the same link, to everybody who acts for its partner now.

    Nobody proved anything, so the caller says the same whatever this answers. Nothing goes out for an invitation that
    is not there, takes no answers or whose partner may not be asked, nor more than three times in a day.
    """
    found = Invitation.objects.select_related("request").filter(public_id=public_id).first()
    if found is None:
        return False
    with transaction.atomic():
        invitation = locked_invitation(found)
        if not take(Counter(_LIMIT, str(public_id))).passes:
            return False
        if not accepts_answers(invitation) or not still_askable(Invitation.objects.filter(pk=invitation.pk)).exists():
            return False
        link = link_for_letter(kind=link_kinds.INVITATION, subject=public_id)
        invited = Invited(public_id, invitation.partner_id, invitation.matches.count())
        queue_mails(invitation.request, [invited], kind=AGAIN, links={public_id: link})
        ledger.record("invitation.asked_again", subject_of(invitation.request), actor, invitation=str(public_id))
        return True
