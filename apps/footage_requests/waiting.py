"""Which requests wait for a partner's answer, and for how long the video that they ask for is still there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, IntegerField, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from apps.footage_requests.models import Invitation, Match
from apps.footage_requests.states import InvitationState, MatchState, RequestState


def waiting_invitations(now: Any) -> QuerySet[Invitation]:
    """Letters that went out, whose request takes answers at `now` (UTC), with a camera that nobody answered for yet."""
    unanswered = Match.objects.filter(~Q(state=MatchState.ANSWERED), invitation=OuterRef("pk"))
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


def first_overwritten(partners: list[int], now: datetime) -> datetime | None:
    """When the first recording that these partners (primary keys) are asked for may be overwritten (UTC).

    None where nothing waits, or all that waits is past that time.
    """
    matches = Match.objects.filter(
        ~Q(state=MatchState.ANSWERED),
        invitation__in=waiting_invitations(now).filter(partner__in=partners),
        overwrite_deadline__gt=now,
        kept_at__isnull=True,
    )
    first: datetime | None = matches.aggregate(first=Min("overwrite_deadline"))["first"]
    return first
