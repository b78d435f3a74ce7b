"""Who decides what an agency's letters say."""

from __future__ import annotations

from apps.agencies.models import Agency, Role
from apps.agencies.policies import Person, has_role

WRITING_ROLES = (Role.PROGRAM_MANAGER,)


def can_write(user: Person, agency: Agency) -> bool:
    """Program managers of the agency. Who gets its letters reads the words there."""
    return has_role(user, agency, *WRITING_ROLES)
