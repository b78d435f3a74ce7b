"""Who may see versions and acceptances of the terms, and who may publish."""

from __future__ import annotations

from django.db.models import QuerySet

from apps.accounts.models import User
from apps.agencies.models import Role
from apps.agencies.policies import Person, serves_as
from apps.partners.policies import is_member, is_of_program, partners_for
from apps.terms.models import Acceptance, TermsVersion
from apps.terms.states import TermsState


def _is_staff(user: Person) -> bool:
    return isinstance(user, User) and user.is_active and user.is_staff


def can_publish_terms(user: Person) -> bool:
    """Program managers of any agency of the program."""
    return serves_as(user, Role.PROGRAM_MANAGER)


# What is announced or was ever in force is public; drafts, and what came to nothing, are for the program's people.
PUBLIC_STATES = (TermsState.PUBLISHED, TermsState.IN_FORCE, TermsState.SUPERSEDED)


def viewable_versions(user: Person) -> QuerySet[TermsVersion]:
    """Announced versions and all that were ever in force are public; the people of the program see drafts too."""
    if is_of_program(user):
        return TermsVersion.objects.all()
    return TermsVersion.objects.filter(state__in=PUBLIC_STATES)


def can_view_version(user: Person, version: TermsVersion) -> bool:
    return version.state in PUBLIC_STATES or is_of_program(user)


def viewable_acceptances(user: Person) -> QuerySet[Acceptance]:
    """A partner's own people; program managers and auditors see all of them."""
    if not isinstance(user, User) or not user.is_active:
        return Acceptance.objects.none()
    if user.is_staff:
        return Acceptance.objects.all() if is_of_program(user) else Acceptance.objects.none()
    return Acceptance.objects.filter(partner__in=partners_for(user))


def can_view_acceptance(user: Person, acceptance: Acceptance) -> bool:
    if _is_staff(user):
        return is_of_program(user)
    return is_member(user, acceptance.partner)
