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
from apps.footage_requests.letter_topics import still_authors
from apps.footage_requests.policies import AUTHOR_ROLES
from apps.notifications.models import Way
from apps.notifications.topics import Topic, declare


def _to_triage(user: User, about: UUID) -> bool:
    items = EvidenceItem.objects.filter(submission__invitation__request__public_id=about, triage=Triage.SUBMITTED)
    return still_authors(user, about) and items.exists()


def _may_be_lost(user: User, about: UUID) -> bool:
    return still_authors(user, about) and nearly_lost().filter(request__public_id=about).exists()


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
