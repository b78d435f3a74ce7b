"""What staff are told about requests."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.agencies.models import Role
from apps.agencies.policies import serves_as
from apps.footage_requests.models import FootageRequest
from apps.footage_requests.policies import AUTHOR_ROLES, can_change, can_decide, waits_for_review
from apps.footage_requests.states import RequestState
from apps.notifications.models import Way
from apps.notifications.topics import Topic, declare


def still_authors(user: User, about: UUID, *states: RequestState) -> bool:
    """Whether the person is the author of this request, which is in one of `states` (any if none is named)."""
    request = _one(about, *states)
    return request is not None and can_change(user, request)


def _to_decide(user: User, about: UUID) -> bool:
    request = _one(about, RequestState.SUBMITTED)
    return request is not None and can_decide(user, request)


def _to_review(user: User, about: UUID) -> bool:
    request = _one(about)
    return request is not None and waits_for_review(request) and can_decide(user, request)


def _one(about: UUID, *states: RequestState) -> FootageRequest | None:
    rows = FootageRequest.objects.filter(public_id=about).select_related("agency")
    return (rows.filter(state__in=states) if states else rows).first()


declare(
    Topic(
        name="urgent",
        title=_("An urgent request waits for approval"),
        kinds=("footage_request.urgent",),
        gets=lambda user: serves_as(user, Role.SUPERVISOR),
        waits=_to_decide,
        fixed=_(
            "Kinds of incident that your agency marks as urgent, such as violence and missing persons:"
            " while you are on duty, or stand in, you learn of it at any hour."
        ),
    ),
    Topic(
        name="went_first",
        title=_("An urgent request went first and waits for your review"),
        kinds=("footage_request.went_first",),
        gets=lambda user: serves_as(user, Role.SUPERVISOR),
        waits=_to_review,
        fixed=_("Owners were asked before a supervisor saw it: while you are on duty, or stand in, you learn of it."),
    ),
    Topic(
        name="reviewed",
        title=_("A supervisor reviewed your urgent request"),
        kinds=("request.reviewed",),
        gets=lambda user: serves_as(user, *AUTHOR_ROLES),
        waits=lambda user, about: still_authors(user, about),
        default=Way.PAGE,
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
        waits=lambda user, about: still_authors(user, about, RequestState.DRAFT),
    ),
    Topic(
        name="returned",
        title=_("Your request for footage came back"),
        kinds=("request.returned",),
        gets=lambda user: serves_as(user, *AUTHOR_ROLES),
        waits=lambda user, about: still_authors(user, about, RequestState.RETURNED),
        default=Way.PAGE,
    ),
    Topic(
        name="approved",
        title=_("Your request for footage was approved"),
        kinds=("request.approved",),
        gets=lambda user: serves_as(user, *AUTHOR_ROLES),
        waits=lambda user, about: still_authors(user, about, RequestState.OPEN),
        default=Way.PAGE,
    ),
)
