"""Rows for tests: people, agencies, partners, cameras with terms accepted and consent given."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

import factory
from allauth.account.models import EmailAddress
from django.utils import timezone

from apps.accounts.models import User
from apps.agencies.models import Agency, Case, Role, RoleGrant, Zone
from apps.partners.models import Consent, MemberRole, Membership, Partner, PartnerKind
from apps.terms.models import Acceptance, TermsVersion
from apps.terms.states import TermsKind, TermsState

PASSWORD = "a long enough passphrase"
SQUARE = [[-84.33, 30.41], [-84.23, 30.41], [-84.23, 30.48], [-84.33, 30.48], [-84.33, 30.41]]


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")
    password = factory.django.Password(PASSWORD)


class StaffFactory(UserFactory):
    email = factory.Sequence(lambda n: f"staff{n}@police.example.org")
    is_staff = True


class AgencyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Agency

    name = factory.Sequence(lambda n: f"Agency {n}")
    short_name = factory.Sequence(lambda n: f"AG{n}")
    ori = factory.Sequence(lambda n: f"FL{n:07d}")
    time_zone = "America/New_York"


class ZoneFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Zone

    agency = factory.SubFactory(AgencyFactory)
    code = factory.Sequence(lambda n: f"Z{n}")
    name = factory.Sequence(lambda n: f"Zone {n}")
    ring = SQUARE


class CaseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Case

    agency = factory.SubFactory(AgencyFactory)
    number = factory.Sequence(lambda n: f"26-{n:06d}")


class PartnerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Partner

    kind = PartnerKind.RESIDENT
    name = factory.Sequence(lambda n: f"Household {n}")
    vouched_at = factory.LazyFunction(timezone.now)


def staff(role: str = Role.DETECTIVE, agency: Agency | None = None) -> User:
    """A staff member with one role."""
    user = StaffFactory.create()
    RoleGrant.objects.create(user=user, agency=agency or AgencyFactory.create(), role=role)
    return user


def cleared_staff(role: str = Role.DETECTIVE, agency: Agency | None = None) -> User:
    """A staff member with one role, who may open restricted evidence in its agency."""
    user = staff(role, agency)
    RoleGrant.objects.filter(user=user).update(cleared_at=timezone.now())
    return user


def terms_in_force() -> TermsVersion:
    """The privacy terms in force, made on first use."""
    present = TermsVersion.objects.filter(kind=TermsKind.PRIVACY, state=TermsState.IN_FORCE).first()
    return present or TermsVersion.objects.create(
        number=1,
        state=TermsState.IN_FORCE,
        summary={"en": "We ask, you decide.", "es": "Preguntamos, usted decide."},
        text={"en": "The privacy terms.", "es": "Los términos de privacidad."},
        in_force_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def installation_terms_in_force() -> TermsVersion:
    """The installation terms in force, made on first use."""
    present = TermsVersion.objects.filter(kind=TermsKind.INSTALLATION, state=TermsState.IN_FORCE).first()
    return present or TermsVersion.objects.create(
        kind=TermsKind.INSTALLATION,
        number=1,
        state=TermsState.IN_FORCE,
        summary={"en": "The camera stays yours.", "es": "La cámara sigue siendo suya."},
        text={"en": "The installation terms.", "es": "Los términos de instalación."},
        in_force_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def accept(partner: Partner, user: User, version: TermsVersion | None = None) -> Acceptance:
    """The partner accepted the privacy terms in force, or another version."""
    version = version or terms_in_force()
    return Acceptance.objects.create(
        partner=partner,
        user=user,
        version=version,
        language="en",
        digest=hashlib.sha256(version.text["en"].encode()).hexdigest(),
        accepted_at=timezone.now(),
    )


def verified(user: User) -> User:
    """The person proved the address with a code."""
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    return user


def member(partner: Partner, role: str = MemberRole.RESPONDER, **fields: Any) -> User:
    """One more person who acts for the partner."""
    user = verified(UserFactory.create(**fields))
    Membership.objects.create(partner=partner, user=user, role=role)
    return user


def registrant(*agencies: Agency, accepted: bool = True) -> tuple[User, Partner]:
    """A resident who owns a partner, accepted the terms and allowed these agencies."""
    user = UserFactory.create()
    partner = PartnerFactory.create()
    Membership.objects.create(partner=partner, user=user, role=MemberRole.OWNER)
    if accepted:
        accept(partner, user)
    for agency in agencies:
        Consent.objects.create(partner=partner, agency=agency)
    return user, partner
