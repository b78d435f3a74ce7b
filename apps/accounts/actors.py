"""A signed-in person as the ledger names them."""

from __future__ import annotations

from apps.accounts.models import User
from apps.ledger.values import Actor

#: What everybody is who has no staff account.
REGISTRANT = "registrant"


def actor_for(user: User, *, role: str = "", agency: str = "") -> Actor:
    """The actor for an act of `user`, as `role` of `agency` (its short name) where it is a staff act.

    Somebody without a staff account acts as a registrant. The ledger refuses a staff act without role and agency,
    unless it is on the person's own account. It gets the public id alone: names stay where they can be erased.
    """
    if user.is_staff:
        return Actor(kind="staff", public_id=str(user.public_id), role=role, agency=agency)
    return Actor(kind="user", public_id=str(user.public_id), role=role or REGISTRANT, agency=agency)
