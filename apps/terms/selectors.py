"""Which terms are in force, and who accepted what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.agencies.policies import Person
from apps.core.errors import NotFound
from apps.partners.models import Partner
from apps.terms import policies
from apps.terms.digests import digest_of
from apps.terms.models import Acceptance, TermsVersion
from apps.terms.states import TermsState


@dataclass(frozen=True, slots=True)
class ShownTerms:
    """What a page shows: the text in one language, and the digest that comes back with the acceptance."""

    version: TermsVersion
    language: str
    summary: str
    text: str
    digest: str


@dataclass(frozen=True, slots=True)
class AcceptanceRecord:
    """What a partner prints and keeps: the very text that was accepted, its digest, when, in which language."""

    number: int
    language: str
    text: str
    digest: str
    accepted_at: datetime
    accepted_by: str
    superseded: bool


def terms_in_force() -> TermsVersion | None:
    """The version that partners have to have accepted; None before the first one."""
    return TermsVersion.objects.filter(state=TermsState.IN_FORCE).first()


def shown_terms(version: TermsVersion, language: str | None = None) -> ShownTerms:
    """The version in this language (by default the reader's), or in the first language it has."""
    wanted = (language or get_language() or settings.LANGUAGE_CODE).split("-")[0]
    if wanted not in version.text:
        wanted = settings.LANGUAGE_CODE if settings.LANGUAGE_CODE in version.text else next(iter(version.text))
    text = version.text[wanted]
    return ShownTerms(
        version=version,
        language=wanted,
        summary=version.summary.get(wanted, ""),
        text=text,
        digest=digest_of(text),
    )


def outstanding_terms(partner: Partner) -> TermsVersion | None:
    """The version in force if the partner has not accepted it, else None."""
    accepted = Acceptance.objects.filter(partner=partner, version_id=OuterRef("pk"))
    return TermsVersion.objects.filter(~Exists(accepted), state=TermsState.IN_FORCE).first()


def with_outstanding_terms(partners: QuerySet[Partner]) -> QuerySet[Partner]:
    """The partners, each with `terms_outstanding`: whether it has yet to accept the version in force."""
    accepted = Acceptance.objects.filter(partner_id=OuterRef(OuterRef("pk")), version_id=OuterRef("pk"))
    outstanding = TermsVersion.objects.filter(~Exists(accepted), state=TermsState.IN_FORCE)
    return partners.annotate(terms_outstanding=Exists(outstanding))


def has_accepted(partner: Partner) -> bool:
    """Whether there are terms in force and the partner accepted them: without it nobody is asked for anything."""
    return Acceptance.objects.filter(partner=partner, version__state=TermsState.IN_FORCE).exists()


def acceptances_of(partner: Partner) -> QuerySet[Acceptance]:
    """What the partner accepted, the latest first."""
    return Acceptance.objects.filter(partner=partner).select_related("version", "user").order_by("-accepted_at")


def get_acceptance_for(user: Person, public_id: UUID | str) -> Acceptance:
    """The acceptance, if the person may see it. Raises NotFound otherwise."""
    rows = policies.viewable_acceptances(user).select_related("version", "user", "partner")
    acceptance = rows.filter(public_id=public_id).first()
    if acceptance is None:
        raise NotFound(_("There is no such acceptance among yours."))
    return acceptance


def acceptance_record(acceptance: Acceptance) -> AcceptanceRecord:
    """The printable record of an acceptance."""
    version = acceptance.version
    return AcceptanceRecord(
        number=version.number,
        language=acceptance.language,
        text=version.text[acceptance.language],
        digest=acceptance.digest,
        accepted_at=acceptance.accepted_at,
        accepted_by=acceptance.user.name or acceptance.user.email,
        superseded=version.state == TermsState.SUPERSEDED,
    )
