"""Which requests wait for a partner's answer, and for how long the video that they ask for is still there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, IntegerField, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from apps.cameras.policies import sites_of_members
from apps.footage_requests.models import Invitation, Match
from apps.footage_requests.states import InvitationState, MatchState, RequestState
from apps.partners.models import Membership

SETTLED = (MatchState.ANSWERED, MatchState.TAKEN_OUT)  # nobody waits for an answer


def waiting_invitations(now: Any) -> QuerySet[Invitation]:
    """Letters that went out, whose request takes answers at `now` (UTC), with a camera that nobody answered for yet."""
    unanswered = Match.objects.exclude(state__in=SETTLED).filter(invitation=OuterRef("pk"))
    return Invitation.objects.filter(
        Q(request__closes_at=None) | Q(request__closes_at__gt=now),
        Exists(unanswered),
        state=InvitationState.SENT,
        request__state=RequestState.OPEN,
    )


def count_waiting(partner: str, now: Any) -> Coalesce:
    """How many of them wait for the partner in this column of the outer query."""
    of_partner = waiting_invitations(now).filter(partner_id=OuterRef(partner)).order_by().values("partner_id")
    return Coalesce(Subquery(of_partner.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)


def waiting_of(memberships: QuerySet[Membership], now: datetime) -> QuerySet[Match]:
    """The cameras that wait for one of these members, who may answer for some sites only."""
    every = memberships.filter(partner_id=OuterRef("invitation__partner_id"), only_sites=False)
    return Match.objects.filter(
        ~Q(state__in=SETTLED),
        Exists(every) | Q(camera__site__in=sites_of_members(memberships)),
        invitation__in=waiting_invitations(now),
    )


def first_overwritten(memberships: QuerySet[Membership], now: datetime) -> datetime | None:
    """When the first recording that these members are asked for may be overwritten (UTC).

    None where nothing waits, or all that waits is past that time.
    """
    running = waiting_of(memberships, now).filter(overwrite_deadline__gt=now, kept_at__isnull=True)
    first: datetime | None = running.aggregate(first=Min("overwrite_deadline"))["first"]
    return first
