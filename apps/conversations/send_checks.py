"""What the outbox asks before a letter to an owner goes out."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from apps.footage_requests.link_kinds import INVITATION
from apps.footage_requests.models import Invitation
from apps.footage_requests.states import InvitationState
from apps.links.services import links_of
from apps.notifications.models import Message
from apps.notifications.send_checks import Defer, Drop, Verdict
from apps.partners.models import Membership
from apps.partners.selectors import contact_hours_of


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
    acts = Membership.objects.filter(
        partner_id=invitation.partner_id, user__public_id=reader, user__is_active=True, ended_at__isnull=True
    )
    if not acts.exists():
        return Drop("Its reader no longer acts for this partner.")
    hours = contact_hours_of([invitation.partner_id]).get(invitation.partner_id)
    now = timezone.now()
    return Defer(hours.next(now)) if hours is not None and not hours.are_now(now) else None
