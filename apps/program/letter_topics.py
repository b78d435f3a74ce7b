"""What staff are told about the program's figures."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.notifications.topics import Topic, declare
from apps.program.models import QuarterlyUpdate
from apps.program.policies import can_manage_program
from apps.program.states import UpdateState


def _is_draft(user: User, about: UUID) -> bool:
    return QuarterlyUpdate.objects.filter(public_id=about, state=UpdateState.DRAFT).exists()


declare(
    Topic(
        name="update_drafted",
        title=_("The quarterly update waits for your words"),
        kinds=("program.update_drafted",),
        gets=can_manage_program,
        waits=_is_draft,
    ),
)
