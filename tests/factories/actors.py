"""People as the ledger names them when they act in a test: staff in a role that they hold, as the pages have it."""

from __future__ import annotations

from apps.accounts import actors
from apps.accounts.models import User
from apps.agencies.models import RoleGrant
from apps.ledger.values import Actor


def actor_for(user: User, *, role: str = "", agency: str = "") -> Actor:
    """The actor for an act of `user`; what is not given of a staff member's role and agency is what they hold first."""
    if user.is_staff and not (role and agency):
        grants = RoleGrant.objects.filter(user=user).select_related("agency").order_by("pk")
        grant = (grants.filter(role=role) if role else grants).first()
        role = role or (grant.role if grant else "")
        agency = agency or (grant.agency.short_name if grant else "")
    return actors.actor_for(user, role=role, agency=agency)
