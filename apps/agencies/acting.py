"""Who acts, and as what: one value for a request or a task, from which the ledger's actor is made."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.agencies.models import Agency, Role
from apps.agencies.policies import agencies_served, appoints_managers_in, roles_of
from apps.core.errors import NotAllowed
from apps.ledger.values import Actor

# A person with several roles acts as the first of these.
ROLE_ORDER = (
    Role.DETECTIVE,
    Role.SUPERVISOR,
    Role.ANALYST,
    Role.RECORDS_CUSTODIAN,
    Role.PROGRAM_MANAGER,
    Role.AUDITOR,
)

# Who approves acts as the supervisor they are, whatever else they are.
DECIDING_ROLES = (Role.SUPERVISOR, *ROLE_ORDER)


@dataclass(frozen=True, slots=True)
class Acting:
    """A staff member in one role of one agency."""

    user: User
    role: str
    agency: Agency

    @property
    def actor(self) -> Actor:
        """As the ledger names them."""
        return actor_for(self.user, role=self.role, agency=self.agency.short_name)


def acting_anywhere(user: User, *roles: str) -> Acting:
    """The person in one of `roles` of the first agency where they hold it: for acts on what belongs to the program.

    Raises NotAllowed for somebody who holds none.
    """
    agency = min(agencies_served(user, *roles), key=lambda one: one.pk, default=None)
    if agency is None:
        raise NotAllowed(_("Your role does not include this."), code="role")
    return acting_as(user, agency, *roles)


def acting_as_manager(user: User, agency: Agency) -> Acting:
    """The person as the agency's program manager, also after the training has ended: see `appoints_managers_in`.

    For acts that ask `can_change_roles`, which says how little is left then. Raises NotAllowed for everybody else.
    """
    if appoints_managers_in(user).filter(pk=agency.pk).exists():
        return Acting(user, str(Role.PROGRAM_MANAGER), agency)
    return acting_as(user, agency, Role.PROGRAM_MANAGER)


def acting_as(user: User, agency: Agency, *roles: str) -> Acting:
    """The person in the first of `roles` that they hold in this agency; in any role if none is named.

    Raises NotAllowed for somebody who holds none.
    """
    held = roles_of(user, agency)
    role = next((one for one in roles or ROLE_ORDER if one in held), None)
    if role is None:
        raise NotAllowed(_("You have no role in this agency."), code="role")
    return Acting(user, str(role), agency)
