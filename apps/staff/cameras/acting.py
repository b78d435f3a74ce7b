"""As whom a program manager acts on these screens."""

from __future__ import annotations

from apps.accounts.models import User
from apps.agencies.acting import acting_anywhere
from apps.agencies.models import Agency, Role
from apps.agencies.policies import agencies_of
from apps.ledger.values import Actor


def managing_agency(user: User) -> Agency | None:
    """The agency in whose name the person manages the program; the first of several, none for other roles."""
    return agencies_of(user, Role.PROGRAM_MANAGER).order_by("pk").first()


def manager_actor(user: User) -> Actor:
    """The actor for an act on what belongs to the program, in the name of the agency that the person manages for."""
    return acting_anywhere(user, Role.PROGRAM_MANAGER).actor
