"""What staff are told about conversations with owners."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.agencies.models import Role
from apps.agencies.policies import serves_as
from apps.conversations.models import Thread
from apps.conversations.policies import WRITERS, can_write_in
from apps.conversations.states import OPEN
from apps.notifications.topics import Topic, declare


def _owner_waits(user: User, about: UUID) -> bool:
    thread = (
        Thread.objects.filter(public_id=about, state__in=OPEN).select_related("invitation__request__agency").first()
    )
    return thread is not None and can_write_in(user, thread.invitation.request)


declare(
    Topic(
        name="owner_wrote",
        title=_("An owner wrote about a request of yours"),
        kinds=("conversation.question",),
        gets=lambda user: serves_as(user, *WRITERS),
        waits=_owner_waits,
    ),
    Topic(
        name="not_right",
        title=_("An owner says that something was not right"),
        kinds=("conversation.not_right",),
        gets=lambda user: serves_as(user, *WRITERS),
        waits=_owner_waits,
    ),
    Topic(
        name="promise_broken",
        title=_("An owner waits longer than was promised"),
        kinds=("conversation.overdue",),
        gets=lambda user: serves_as(user, Role.SUPERVISOR),
        waits=_owner_waits,
        fixed=_("A promise to an owner is broken: a supervisor on duty, or who stands in, always learns of it."),
    ),
)
