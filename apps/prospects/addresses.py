"""Which addresses may not be invited: staff, people who said no, people who were asked within the year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from apps.accounts.models import User
from apps.prospects.digests import email_key
from apps.prospects.models import OwnerInvitation, PreRegisteredCamera
from apps.prospects.states import OPEN_OWNERS, OwnerState

ASK_AGAIN_AFTER = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Addresses:
    """What is known of owners' addresses, for one batch of rows."""

    staff: frozenset[str]
    said_no: frozenset[str]
    asked: frozenset[str]
    places: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, emails: Iterable[str]) -> Addresses:
        """Look the addresses up, four queries for all of them."""
        wanted = {email for email in emails if email}
        keys = {email_key(email): email for email in wanted}
        staff = User.objects.filter(email__in=wanted, is_staff=True).values_list("email", flat=True)
        known = OwnerInvitation.objects.filter(email_key__in=keys)
        no = known.filter(state=OwnerState.REMOVED).values_list("email_key", flat=True)
        recent = Q(state=OwnerState.LAPSED, answered_at__gt=timezone.now() - ASK_AGAIN_AFTER)
        entered = PreRegisteredCamera.objects.filter(
            invitation__email_key__in=keys, invitation__state__in=[*OPEN_OWNERS, OwnerState.CLAIMED]
        )
        return cls(
            staff=frozenset(staff),
            said_no=frozenset(keys[key] for key in no),
            asked=frozenset(keys[key] for key in known.filter(recent).values_list("email_key", flat=True)),
            places=frozenset(entered.values_list("invitation__email_key", "place_key")),
        )
