"""Who may open restricted evidence: a clearance on a colleague's role, given and ended by a program manager.

Few need it: s. 119.071(2)(h), F.S., keeps the identity of victims of child abuse and of sexual offenses. It is no role.
It adds to what a role allows, in the same agency, and ends with the role.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.models import RoleGrant
from apps.agencies.staff_policies import can_change_roles
from apps.agencies.staff_services import stated_reason
from apps.core.errors import NotAllowed, WrongState
from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject


def give_clearance(*, grant: RoleGrant, reason: str, by: User, actor: Actor) -> RoleGrant:
    """Let a colleague open what is restricted. A clearance that is there already stays as it is.

    Raises NotAllowed for oneself and outside one's agency, InvalidInput without a reason, WrongState for a role that
    has ended.
    """
    return _set(grant, timezone.now(), reason, by, actor)


def end_clearance(*, grant: RoleGrant, reason: str, by: User, actor: Actor) -> RoleGrant:
    """End it, from now on. Raises as `give_clearance`."""
    return _set(grant, None, reason, by, actor)


def _set(grant: RoleGrant, at: datetime | None, reason: str, by: User, actor: Actor) -> RoleGrant:
    with transaction.atomic():
        if by.pk == grant.user_id:
            raise NotAllowed(_("Nobody changes their own roles."), code="oneself")
        if not can_change_roles(by, grant.user, grant.agency, grant.role):
            raise NotAllowed(_("Only a program manager of this agency can do this."), code="role")
        reason = stated_reason(reason)
        mine = locked(RoleGrant.objects).select_related("user", "agency").get(pk=grant.pk)
        if mine.ended_at is not None:
            raise WrongState(_("This role has ended."))
        if (mine.cleared_at is None) == (at is None):
            return mine
        mine.cleared_at = at
        mine.save(update_fields=["cleared_at"])
        ledger.record(
            "role.cleared" if at else "role.clearance_ended",
            Subject.of("user", mine.user.public_id),
            actor,
            agency=str(mine.agency.public_id),
            role=mine.role,
            private={"reason": reason},
        )
        return mine
