"""What staff are told about their imports."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.agencies.models import Role
from apps.agencies.policies import serves_as
from apps.imports.policies import viewable_imports
from apps.notifications.topics import Topic, declare


def _is_theirs(user: User, about: UUID) -> bool:
    return viewable_imports(user).filter(public_id=about).exists()


declare(
    Topic(
        name="imports",
        title=_("Your import of cameras is finished"),
        kinds=("import.finished", "import.undone"),
        gets=lambda user: serves_as(user, Role.PROGRAM_MANAGER),
        waits=_is_theirs,
    ),
)
