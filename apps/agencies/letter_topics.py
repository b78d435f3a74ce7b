"""What staff are told about their own accounts and roles, and about what the portal noticed."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.agencies.models import Absence, Role
from apps.agencies.policies import serves_as
from apps.agencies.training import my_trainings_due
from apps.notifications.topics import Topic, declare


def _running_absence(user: User, about: UUID) -> bool:
    mine = Q(grant__user=user) | Q(deputy=user)
    return Absence.objects.filter(mine, public_id=about, ends_at__gt=timezone.now()).exists()


def _training_due(user: User, about: UUID) -> bool:
    return any(grant.public_id == about for grant in my_trainings_due(user))


def _had_a_role(user: User) -> bool:
    """Also after the training of one's only role has ended: then above all."""
    return serves_as(user) or bool(my_trainings_due(user))


declare(
    Topic(
        name="security",
        title=_("Security of your account"),
        kinds=tuple(
            f"staff.{verb}"
            for verb in (
                "invited",
                "locked",
                "released",
                "unused",
                "disabled",
                "reset",
                "address_asked",
                "address_changed",
                "address_new",
                "manager_back",
            )
        ),
        gets=lambda user: user.is_staff,
        fixed=_("Sign-in, password, second factor, address, and new program managers: you learn of a change at once."),
    ),
    Topic(
        name="findings",
        title=_("The portal noticed something"),
        kinds=("finding.opened",),
        gets=lambda user: serves_as(user, Role.AUDITOR, Role.PROGRAM_MANAGER),
        fixed=_("The CJIS Security Policy (AU-5, AU-6) asks that those who look after the records are alerted."),
    ),
    Topic(
        name="absences",
        title=_("You stand in for a colleague, or are entered as away"),
        kinds=("staff.deputy", "staff.absence"),
        gets=lambda user: serves_as(user),
        waits=_running_absence,
    ),
    Topic(
        name="trainings",
        title=_("Your role needs a new training soon"),
        kinds=("staff.training_ends",),
        gets=_had_a_role,
        waits=_training_due,
    ),
)
