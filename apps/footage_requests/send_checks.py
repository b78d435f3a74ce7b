"""What the outbox asks before a letter about a request goes out: is it still to be sent, and is this an hour for it?"""

from __future__ import annotations

from datetime import time
from uuid import UUID

from django.utils import timezone

from apps.footage_requests.access import accepts_answers
from apps.footage_requests.link_kinds import INVITATION
from apps.footage_requests.mails import REMINDER
from apps.footage_requests.models import Invitation
from apps.footage_requests.policies import invitations_concerning, still_askable
from apps.links.services import links_of
from apps.notifications.hours import ContactHours
from apps.notifications.models import Channel, Message
from apps.notifications.send_checks import Defer, Drop, Verdict
from apps.partners.models import Membership, SharedInbox
from apps.partners.selectors import contact_hours_of, inboxes_of
from apps.partners.services import is_stopped
from apps.texting.selectors import may_text

# s. 501.059, F.S.: no calls or texts that solicit before 8 a.m. and after 8 p.m. Ours solicit nothing, and keep to it.
TEXT_HOURS = (time(8), time(20))


def may_go(message: Message) -> Verdict:
    """Nothing to who left, took consent back or did not accept; no dead link; nothing outside of the hours.

    No reminder to who has answered since it was written.
    """
    try:
        kind, invitation_id, generation, reader = message.dedupe_key.split(":")
        wanted = UUID(invitation_id)
    except ValueError:
        return None
    invitation = Invitation.objects.filter(public_id=wanted).select_related("request").first()
    if invitation is None:
        return Drop("There is no such invitation.")
    link = links_of(kind=INVITATION, subjects=[wanted]).get(wanted)
    if not accepts_answers(invitation) or link is None or str(link.generation) != generation:
        return Drop("The link that it carries is dead.")
    if not still_askable(Invitation.objects.filter(pk=invitation.pk)).exists():
        return Drop("This partner may no longer be asked.")
    members = Membership.objects.filter(user__public_id=reader, partner_id=invitation.partner_id, ended_at__isnull=True)
    concerned = invitations_concerning(members).filter(pk=invitation.pk).exists()
    if not concerned and not _inbox(invitation.partner_id, reader):
        return Drop("It no longer concerns its reader.")
    if kind.startswith(REMINDER) and not invitation.matches.filter(answer="", kept_at__isnull=True).exists():
        return Drop("It was answered meanwhile.")
    verdict = may_reach(invitation.partner_id, reader)
    if verdict is None and message.channel == Channel.TEXT:
        return may_be_texted(message, reader, invitation.request.time_zone)
    return verdict


def may_be_texted(message: Message, reader: str, time_zone: str) -> Verdict:
    """Whether the person still takes texts at this number, and whether it is an hour for texts where they live."""
    if not may_text(user=reader, number=message.recipient):
        return Drop("Its reader takes no text messages.")
    hours = ContactHours(*TEXT_HOURS, time_zone)
    now = timezone.now()
    return None if hours.are_now(now) else Defer(hours.next(now))


def may_reach(partner_id: int, reader: str) -> Verdict:
    """Whether the person with this public id still acts for the partner, and whether it is an hour for the partner."""
    acts = Membership.objects.filter(
        partner_id=partner_id, user__public_id=reader, user__is_active=True, ended_at__isnull=True
    )
    inbox = _inbox(partner_id, reader)
    if inbox is not None and is_stopped(inbox.email):
        return Drop("Its reader wants no more mail.")
    if inbox is None and not acts.exists():
        return Drop("Its reader no longer acts for this partner.")
    hours = contact_hours_of([partner_id]).get(partner_id)
    now = timezone.now()
    return Defer(hours.next(now)) if hours is not None and not hours.are_now(now) else None


def _inbox(partner_id: int, reader: str) -> SharedInbox | None:
    return inboxes_of([partner_id]).filter(public_id=reader).first()
