"""What staff are told about footage: that it came, and that it may soon be lost."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.agencies.policies import serves_as
from apps.evidence.deadlines import nearly_lost
from apps.evidence.models import EvidenceItem
from apps.evidence.policies import TRIAGERS
from apps.evidence.states import Triage
from apps.footage_requests.models import FootageRequest
from apps.footage_requests.policies import AUTHOR_ROLES, can_change
from apps.notifications.models import Way
from apps.notifications.topics import Topic, declare


def _to_triage(user: User, about: UUID) -> bool:
    items = EvidenceItem.objects.filter(submission__invitation__request__public_id=about, triage=Triage.SUBMITTED)
    return _is_authors(user, about) and items.exists()


def _may_be_lost(user: User, about: UUID) -> bool:
    return _is_authors(user, about) and nearly_lost().filter(request__public_id=about).exists()


def _is_authors(user: User, about: UUID) -> bool:
    request = FootageRequest.objects.filter(public_id=about).select_related("agency").first()
    return request is not None and can_change(user, request)


declare(
    Topic(
        name="footage",
        title=_("Footage came for your request"),
        kinds=("request.footage",),
        gets=lambda user: serves_as(user, *TRIAGERS),
        waits=_to_triage,
        default=Way.PAGE,
    ),
    Topic(
        name="deadline",
        title=_("Recordings that you ask for will be overwritten soon"),
        kinds=("request.deadline",),
        gets=lambda user: serves_as(user, *AUTHOR_ROLES),
        waits=_may_be_lost,
        default=Way.PAGE,
    ),
)
