"""As whom a staff member acts on a request, for the ledger."""

from __future__ import annotations

from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.agencies.models import Agency, Role
from apps.agencies.policies import roles_of
from apps.ledger.values import Actor

# Whoever holds several roles acts as the first of these.
_ORDER = (Role.DETECTIVE, Role.SUPERVISOR, Role.ANALYST, Role.RECORDS_CUSTODIAN, Role.AUDITOR)
_DECIDING = (Role.SUPERVISOR, Role.DETECTIVE)


def acting(user: User, agency: Agency, *, deciding: bool = False) -> Actor:
    """The actor for an act of this person in this agency; `deciding` names the supervisor's role first."""
    held = roles_of(user, agency)
    role = next((role for role in (*(_DECIDING if deciding else ()), *_ORDER) if role in held), "")
    return actor_for(user, role=str(role), agency=agency.short_name)
