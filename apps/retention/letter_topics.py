"""What records custodians are told about holds."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.agencies.models import Role
from apps.agencies.policies import agencies_of, serves_as
from apps.notifications.topics import Topic, declare
from apps.retention.staff_mails import holds_to_review


def _to_review(user: User, about: UUID) -> bool:
    return any(
        rows.filter(public_id=about).exists()
        for agency in agencies_of(user, Role.RECORDS_CUSTODIAN)
        for rows in holds_to_review(agency)
    )


declare(
    Topic(
        name="hold_review",
        title=_("A hold has to be looked at again"),
        kinds=("retention.hold_review",),
        gets=lambda user: serves_as(user, Role.RECORDS_CUSTODIAN),
        waits=_to_review,
    )
)
