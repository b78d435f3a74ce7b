"""The links: queued with the approval, recorded as sent by the outbox, revoked, renewed, reminded of once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Min, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.errors import NotAllowed, NotFound, WrongState
from apps.footage_requests import link_kinds, policies
from apps.footage_requests.access import accepts_answers
from apps.footage_requests.clock import running
from apps.footage_requests.letters import undelivered_invitations
from apps.footage_requests.mails import INVITATION, REMINDER, TEXTED, Reader, Writer, readers_by_site
from apps.footage_requests.models import FootageRequest, Invitation, Match
from apps.footage_requests.services.guard import locked_invitation, subject_of
from apps.footage_requests.states import INVITATION_TRANSITIONS, InvitationState, MatchState, RequestState
from apps.ledger import services as ledger
from apps.ledger.values import Actor
from apps.links.models import Link
from apps.links.services import link_for_letter, links_of, renew_link, revoke_link
from apps.notifications import services as notifications
from apps.partners.models import Membership, Partner
from apps.partners.selectors import contact_hours_of
from apps.texting.selectors import numbers_of


class Invited(NamedTuple):
    """An invitation as far as its mails need it: its public id, its partner's key, how many cameras it reaches."""

    public_id: UUID
    partner_id: int
    cameras: int


def queue_mails(
    request: FootageRequest,
    invited: Sequence[Invited],
    *,
    kind: str,
    links: Mapping[UUID, Link] | None = None,
) -> None:
    """Hand the mails of these invitations to the outbox, one for each registrant.

    A partner with hours gets none outside of them, whatever happened: the mail waits, and the outbox asks again
    (`send_checks.py`) when it is about to send it.
    """
    if links is None:
        links = links_of(kind=link_kinds.INVITATION, subjects=[one.public_id for one in invited])
    readers = readers_by_site(one.partner_id for one in invited)
    first_lost = _first_lost((one.public_id for one in invited), now := timezone.now())
    at_sites = _cameras_by_site(one.public_id for one in invited if _has_limited(readers.get(one.partner_id, [])))
    hours = contact_hours_of(one.partner_id for one in invited)
    writer = Writer(request, kind)
    numbers = numbers_of({reader.public_id for some in readers.values() for reader in some}) if kind in TEXTED else {}
    mails = []
    for one in invited:
        not_before = hours[one.partner_id].next(now) if one.partner_id in hours else None
        link = links[one.public_id]
        for reader in readers.get(one.partner_id, []):
            if not (cameras := _cameras_of(reader, one, at_sites)):
                continue
            first = first_lost.get(one.public_id) if reader.sites is None else None
            mails.append(writer.write(link, reader, cameras=cameras, first_lost=first, not_before=not_before))
            # A text is little more than the link, and that opens what was asked of the other sites too.
            if reader.sites is None and (number := numbers.get(reader.public_id)):
                mails.append(writer.text(link, reader, number, not_before=not_before))
    if mails:
        notifications.queue_messages(mails)


def _first_lost(invitations: Iterable[UUID], now: datetime) -> dict[UUID, datetime]:
    """When the first recording of each invitation is overwritten; those are left out that have none in danger."""
    matches = Match.objects.filter(running(now), invitation__public_id__in=list(invitations)).order_by()
    return dict(matches.values_list("invitation__public_id").annotate(Min("overwrite_deadline")))


def _has_limited(readers: Iterable[Reader]) -> bool:
    return any(reader.sites is not None for reader in readers)


def _cameras_by_site(invitations: Iterable[UUID]) -> dict[UUID, Counter[int]]:
    """How many cameras each of these invitations reaches at each site; asked where somebody answers for some only."""
    wanted = list(invitations)
    found: dict[UUID, Counter[int]] = {public_id: Counter() for public_id in wanted}
    rows = Match.objects.filter(invitation__public_id__in=wanted) if wanted else Match.objects.none()
    for public_id, site in rows.exclude(state=MatchState.TAKEN_OUT).values_list(
        "invitation__public_id", "camera__site_id"
    ):
        found[public_id][site] += 1
    return found


def _cameras_of(reader: Reader, one: Invited, at_sites: Mapping[UUID, Counter[int]]) -> int:
    """How many of the invitation's cameras concern the reader; none: no letter."""
    if reader.sites is None:
        return one.cameras
    return sum(at_sites[one.public_id][site] for site in reader.sites)


def _invitation_for(user: User, invitation: Invitation) -> Invitation:
    """Locked, for somebody who may end its request."""
    fresh = locked_invitation(invitation)
    if not policies.can_view_request(user, fresh.request):
        raise NotFound(_("There is no such invitation among yours."))
    if not policies.can_end(user, fresh.request):
        raise NotAllowed(_("Only the author or a supervisor can do this."))
    return fresh


def _may_be_asked(invitation: Invitation) -> bool:
    return policies.still_askable(Invitation.objects.filter(pk=invitation.pk)).exists()


def _with_count(invitation: Invitation) -> list[Invited]:
    cameras = invitation.matches.exclude(state=MatchState.TAKEN_OUT).count()
    return [Invited(invitation.public_id, invitation.partner_id, cameras)]


def revoke_invitation(*, user: User, invitation: Invitation, actor: Actor) -> Invitation:
    """Close one link for good, at once also for who holds a cookie. What was answered or given stays.

    Raises NotFound, NotAllowed, WrongState.
    """
    with transaction.atomic():
        invitation = _invitation_for(user, invitation)
        INVITATION_TRANSITIONS.check(invitation.state, InvitationState.REVOKED)
        invitation.state = InvitationState.REVOKED
        invitation.save(update_fields=["state"])
        revoke_link(kind=link_kinds.INVITATION, subject=invitation.public_id)
        Match.objects.filter(invitation=invitation, state__in=[MatchState.PENDING, MatchState.INVITED]).update(
            state=MatchState.EXPIRED
        )
        ledger.record("invitation.revoked", subject_of(invitation.request), actor, invitation=str(invitation.public_id))
        return invitation


def renew_invitation(*, user: User, invitation: Invitation, actor: Actor) -> Invitation:
    """Send a new link; the old one, its code and all cookies made from them die.

    Raises NotFound, NotAllowed, WrongState (revoked, or the request has ended, or the partner may not be asked).
    """
    with transaction.atomic():
        invitation = _invitation_for(user, invitation)
        if not accepts_answers(invitation):
            raise WrongState(_("This link cannot be renewed: it was revoked or its request has ended."))
        if not _may_be_asked(invitation):
            raise WrongState(_("This partner may no longer be asked. No message was sent."), code="consent")
        link = renew_link(kind=link_kinds.INVITATION, subject=invitation.public_id)
        queue_mails(invitation.request, _with_count(invitation), kind=INVITATION)
        ledger.record(
            "invitation.renewed",
            subject_of(invitation.request),
            actor,
            invitation=str(invitation.public_id),
            generation=link.generation,
        )
        return invitation


def renew_for_remaining(*, partner: Partner, actor: Actor) -> int:
    """Somebody who held the partner's links no longer acts for it: the open ones get new secrets; returns how many.

    Who remains gets the new link by mail. Runs in the transaction that ends the membership, so that nobody answers for
    a partner in between.
    """
    open_ones = Invitation.objects.filter(
        partner=partner, state__in=[InvitationState.QUEUED, InvitationState.SENT], request__state=RequestState.OPEN
    )
    with transaction.atomic():
        return _renew_each(open_ones, actor)


def renew_where_returned(*, user: User, actor: Actor) -> int:
    """The person's address takes letters now: open invitations whose letters came back get new ones; returns how many.

    With a new link: the former mailbox may belong to somebody else by now.
    """
    open_ones = Invitation.objects.filter(
        partner__in=Membership.objects.filter(user=user, ended_at__isnull=True).values("partner"),
        state__in=[InvitationState.QUEUED, InvitationState.SENT],
        request__state=RequestState.OPEN,
    ).select_related("request")
    by_request: dict[FootageRequest, list[Invitation]] = {}
    for invitation in open_ones:
        by_request.setdefault(invitation.request, []).append(invitation)
    returned = {
        one.pk
        for request, invitations in by_request.items()
        if (lost := undelivered_invitations(request))
        for one in invitations
        if one.public_id in lost
    }
    with transaction.atomic():
        return _renew_each(open_ones.filter(pk__in=returned), actor)


def _renew_each(found: QuerySet[Invitation], actor: Actor) -> int:
    renewed = 0
    for one in found.select_related("request").order_by("request_id", "pk"):
        invitation = locked_invitation(one)
        if not accepts_answers(invitation):
            continue
        link = renew_link(kind=link_kinds.INVITATION, subject=invitation.public_id)
        if _may_be_asked(invitation):
            queue_mails(invitation.request, _with_count(invitation), kind=INVITATION)
        ledger.record(
            "invitation.renewed",
            subject_of(invitation.request),
            actor,
            invitation=str(invitation.public_id),
            generation=link.generation,
        )
        renewed += 1
    return renewed


def remind_invitation(*, invitation: Invitation, actor: Actor) -> bool:
    """Write the one reminder if something is unanswered and none was sent; says whether it wrote one.

    The portal's own act: nobody is reminded twice, nor after taking consent back or leaving. Raises WrongState if no
    answer is taken any more.
    """
    with transaction.atomic():
        invitation = locked_invitation(invitation)
        if not accepts_answers(invitation):
            raise WrongState(_("This request takes no more answers."))
        waiting = invitation.matches.filter(state=MatchState.INVITED, kept_at__isnull=True).exists()
        if invitation.reminded_at is not None or not waiting or not _may_be_asked(invitation):
            return False
        link = link_for_letter(kind=link_kinds.INVITATION, subject=invitation.public_id)
        invitation.reminded_at = timezone.now()
        invitation.save(update_fields=["reminded_at"])
        queue_mails(invitation.request, _with_count(invitation), kind=REMINDER, links={link.subject: link})
        ledger.record(
            "invitation.reminded", subject_of(invitation.request), actor, invitation=str(invitation.public_id)
        )
        return True


def record_sent(*, public_id: UUID, sent_at: datetime, actor: Actor) -> bool:
    """The mail server took the first mail of an invitation: it becomes sent, its matches invited. Repeats do nothing.

    Says whether anything changed. Called inside the outbox's recording transaction.
    """
    with transaction.atomic():
        found = Invitation.objects.select_related("request").filter(public_id=public_id).first()
        if found is None or found.state != InvitationState.QUEUED:
            return False
        invitation = locked_invitation(found)
        if invitation.state != InvitationState.QUEUED:
            return False
        invitation.state = InvitationState.SENT
        invitation.sent_at = sent_at
        invitation.save(update_fields=["state", "sent_at"])
        Match.objects.filter(invitation=invitation, state=MatchState.PENDING).update(state=MatchState.INVITED)
        ledger.record("invitation.sent", subject_of(invitation.request), actor, invitation=str(invitation.public_id))
        return True
