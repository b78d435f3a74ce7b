"""What staff are told about requests."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.agencies.models import Role
from apps.agencies.policies import serves_as
from apps.footage_requests.models import FootageRequest
from apps.footage_requests.policies import AUTHOR_ROLES, can_author, can_decide
from apps.footage_requests.states import IncidentType, RequestState
from apps.notifications.topics import Topic, declare

# Somebody may be in danger now, so whoever is on duty learns of it whatever they chose.
URGENT = (IncidentType.VIOLENCE, IncidentType.MISSING_PERSON)


def _to_decide(user: User, about: UUID) -> bool:
    request = _one(about, RequestState.SUBMITTED)
    return request is not None and can_decide(user, request)


def _to_finish(user: User, about: UUID) -> bool:
    request = _one(about, RequestState.DRAFT)
    return request is not None and request.author_id == user.pk and can_author(user, request.agency)


def _one(about: UUID, state: RequestState) -> FootageRequest | None:
    return FootageRequest.objects.filter(public_id=about, state=state).select_related("agency").first()


declare(
    Topic(
        name="urgent",
        title=_("An urgent request waits for approval"),
        kinds=("footage_request.urgent",),
        gets=lambda user: serves_as(user, Role.SUPERVISOR),
        waits=_to_decide,
        fixed=_("Violence and missing persons: while you are on duty, or stand in, you learn of it at any hour."),
    ),
    Topic(
        name="submitted",
        title=_("A request for footage waits for approval"),
        kinds=("footage_request.submitted",),
        gets=lambda user: serves_as(user, Role.SUPERVISOR),
        waits=_to_decide,
    ),
    Topic(
        name="prepared",
        title=_("A colleague prepared a request for footage for you"),
        kinds=("request.prepared",),
        gets=lambda user: serves_as(user, *AUTHOR_ROLES),
        waits=_to_finish,
    ),
)
