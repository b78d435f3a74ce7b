"""What records custodians are told about records requests."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.agencies.policies import serves_as
from apps.disclosure.clock import to_look_at_again, today_in, waiting_until
from apps.disclosure.models import RecordsRequest
from apps.disclosure.policies import KEEPERS, can_work_on
from apps.notifications.topics import Topic, declare


def _theirs(user: User, about: UUID) -> RecordsRequest | None:
    request = RecordsRequest.objects.filter(public_id=about).select_related("agency").first()
    return request if request is not None and can_work_on(user, request) else None


def _is_due(user: User, about: UUID) -> bool:
    request = _theirs(user, about)
    if request is None:
        return False
    day = today_in(request.agency) + timedelta(days=settings.RECORDS_WARN_DAYS)
    return waiting_until(request.agency, day).filter(pk=request.pk).exists()


def _to_review(user: User, about: UUID) -> bool:
    request = _theirs(user, about)
    if request is None:
        return False
    return to_look_at_again(request.agency, today_in(request.agency)).filter(request=request).exists()


declare(
    Topic(
        name="records_clock",
        title=_("A records request is due soon"),
        kinds=("records.clock",),
        gets=lambda user: serves_as(user, *KEEPERS),
        waits=_is_due,
    ),
    Topic(
        name="records_review",
        title=_("A statute that keeps a record back has to be looked at again"),
        kinds=("records.review",),
        gets=lambda user: serves_as(user, *KEEPERS),
        waits=_to_review,
    ),
)
