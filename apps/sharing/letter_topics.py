"""What staff are told about sharing."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.agencies.policies import serves_as
from apps.notifications.topics import Topic, declare
from apps.sharing.models import Grant
from apps.sharing.policies import GIVERS, can_change


def _still_asks(user: User, about: UUID) -> bool:
    grant = Grant.objects.filter(public_id=about).select_related("agency", "agreement").first()
    return grant is not None and can_change(user, grant) and grant.revoked_at is None and grant.is_over


declare(
    Topic(
        name="grant_asked_again",
        title=_("A recipient asks to see again what was shared"),
        kinds=("grant.asked_again",),
        gets=lambda user: serves_as(user, *GIVERS),
        waits=_still_asks,
    )
)
