"""How many places one purpose and one person may open: a purpose is about a spot, not about the register.

Each place counts once, however often it is looked at. A refusal says what to do and nothing about what it kept back:
who has nothing left is refused before anything is looked up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.models import AccessEvent, Purpose
from apps.accounts.models import User
from apps.core.errors import TooMany
from apps.core.locks import locked

# The things whose opening gives a place away.
PLACE = "camera"
DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a purpose, and its person on this day, have opened so far."""

    under_purpose: frozenset[UUID]
    today: frozenset[UUID]

    @property
    def left(self) -> int:
        """How many further places may be opened."""
        by_purpose = settings.PLACES_PER_PURPOSE - len(self.under_purpose)
        return max(0, min(by_purpose, settings.PLACES_PER_DAY - len(self.today)))

    def admits(self, places: Iterable[UUID]) -> list[UUID]:
        """Those of `places`, in their order, that may be opened; what was opened before stays open."""
        under, today, admitted = set(self.under_purpose), set(self.today), []
        for place in places:
            fits_purpose = place in under or len(under) < settings.PLACES_PER_PURPOSE
            if fits_purpose and (place in today or len(today) < settings.PLACES_PER_DAY):
                under.add(place)
                today.add(place)
                admitted.append(place)
        return admitted

    def passes_half(self, places: Iterable[UUID]) -> bool:
        """Whether opening these takes the person or the purpose over half of what is allowed."""
        opened = set(places)
        return any(
            len(before) * 2 <= most < len(before | opened) * 2
            for before, most in (
                (self.under_purpose, settings.PLACES_PER_PURPOSE),
                (self.today, settings.PLACES_PER_DAY),
            )
        )

    def refusal(self) -> TooMany:
        """What a person reads who may open no more."""
        left_today = settings.PLACES_PER_DAY - len(self.today)
        if left_today <= settings.PLACES_PER_PURPOSE - len(self.under_purpose):
            sentence = _(
                "You have opened %(most)d places of cameras in 24 hours, as many as one person may. Work with those, "
                "or ask a colleague to go on."
            )
            return TooMany(sentence % {"most": settings.PLACES_PER_DAY}, code="places_per_day")
        sentence = _(
            "You have opened %(most)d places of cameras for this purpose, as many as one purpose opens. Work with "
            "those. For another spot, say again why you need access."
        )
        return TooMany(sentence % {"most": settings.PLACES_PER_PURPOSE}, code="places_per_purpose")


def allowance_of(purpose: Purpose) -> Allowance:
    """What is left, in the caller's transaction: one access of a person at a time, or two would both take the rest."""
    locked(User.objects).get(pk=purpose.user_id)
    opened = AccessEvent.objects.filter(subject_kind=PLACE)
    since = timezone.now() - DAY
    today = opened.filter(purpose__user_id=purpose.user_id, entry__recorded_at__gt=since)
    return Allowance(
        under_purpose=frozenset(opened.filter(purpose=purpose).values_list("subject_id", flat=True).distinct()),
        today=frozenset(today.values_list("subject_id", flat=True).distinct()),
    )
