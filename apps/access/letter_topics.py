"""What staff are told about requests to see places."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.access.models import PlacesRequest
from apps.access.policies import can_ask_for_places, can_decide_places, can_view_places_request
from apps.access.states import AskState
from apps.accounts.models import User
from apps.agencies.models import Role
from apps.agencies.policies import serves_as
from apps.notifications.topics import Topic, declare


def _to_decide(user: User, about: UUID) -> bool:
    waiting = PlacesRequest.objects.filter(public_id=about, state=AskState.ASKED, ends_at__gt=timezone.now())
    asked = waiting.select_related("agency").first()
    return asked is not None and can_decide_places(user, asked)


def _answered(user: User, about: UUID) -> bool:
    asked = PlacesRequest.objects.filter(public_id=about, author=user).select_related("agency").first()
    return asked is not None and can_view_places_request(user, asked)


declare(
    Topic(
        name="places_asked",
        title=_("A colleague asks to see where cameras are"),
        kinds=("places.asked",),
        gets=lambda user: serves_as(user, Role.SUPERVISOR),
        waits=_to_decide,
    ),
    Topic(
        name="places_decided",
        title=_("Your request to see where cameras are: an answer"),
        kinds=("places.decided",),
        gets=can_ask_for_places,
        waits=_answered,
    ),
)
