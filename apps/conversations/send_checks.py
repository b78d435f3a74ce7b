"""What the outbox asks before a letter to an owner goes out."""

from __future__ import annotations

from uuid import UUID

from apps.footage_requests.link_kinds import INVITATION
from apps.footage_requests.models import Invitation
from apps.footage_requests.send_checks import may_reach
from apps.footage_requests.states import InvitationState
from apps.links.services import links_of
from apps.notifications.models import Message
from apps.notifications.send_checks import Drop, Verdict


def may_go(message: Message) -> Verdict:
    """No dead link, nothing to who left or no longer acts for the partner, nothing outside of the partner's hours.

    Not `still_askable`: it answers or thanks and asks for nothing. Whether the agency may write first was asked when it
    wrote.
    """
    try:
        _kind, invitation_id, generation, _number, reader = message.dedupe_key.split(":")
        wanted = UUID(invitation_id)
    except ValueError:
        return None
    invitation = Invitation.objects.filter(public_id=wanted).select_related("partner").first()
    link = links_of(kind=INVITATION, subjects=[wanted]).get(wanted)
    if invitation is None or invitation.state == InvitationState.REVOKED or link is None or not link.lives:
        return Drop("The link that it carries is dead.")
    if str(link.generation) != generation:
        return Drop("The link that it carries is dead.")
    if invitation.partner.left_at is not None:
        return Drop("This partner has left.")
    return may_reach(invitation.partner_id, reader)
