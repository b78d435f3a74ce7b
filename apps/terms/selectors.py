"""Which terms are in force or coming, and who accepted what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.agencies.policies import Person
from apps.core.errors import NotFound
from apps.partners.models import Partner
from apps.terms import policies
from apps.terms.comparison import Comparison, compare
from apps.terms.digests import digest_of
from apps.terms.models import Acceptance, TermsVersion
from apps.terms.states import TermsKind, TermsState


@dataclass(frozen=True, slots=True)
class ShownTerms:
    """What a page shows: the text in one language, and the digest that comes back with the acceptance."""

    version: TermsVersion
    language: str
    summary: str
    text: str
    digest: str
    comparison: Comparison | None = None


@dataclass(frozen=True, slots=True)
class AcceptanceRecord:
    """What a partner prints and keeps: the very text that was accepted, its digest, when, in which language."""

    name: str
    number: int
    language: str
    text: str
    digest: str
    accepted_at: datetime
    accepted_by: str
    superseded: bool


def terms_in_force(kind: str = TermsKind.PRIVACY) -> TermsVersion | None:
    """The version of this document that holds; None before the first one."""
    return TermsVersion.objects.filter(kind=kind, state=TermsState.IN_FORCE).first()


def documents_in_force() -> list[TermsVersion]:
    """What holds now, the privacy terms first."""
    return list(TermsVersion.objects.filter(state=TermsState.IN_FORCE).order_by("-kind"))


def announced_documents() -> list[TermsVersion]:
    """What was published and waits for its date, the privacy terms first."""
    return list(TermsVersion.objects.filter(state=TermsState.PUBLISHED).order_by("-kind"))


def shown_terms(version: TermsVersion, language: str | None = None, *, since: TermsVersion | None = None) -> ShownTerms:
    """The version in this language (by default the reader's), or in the first language it has.

    With `since`, what is different from that version, in the same language.
    """
    wanted = (language or get_language() or settings.LANGUAGE_CODE).split("-")[0]
    if not version.text.get(wanted):
        wanted = settings.LANGUAGE_CODE if settings.LANGUAGE_CODE in version.text else next(iter(version.text), wanted)
    text = version.text.get(wanted, "")
    former = since.text.get(wanted) if since else None
    return ShownTerms(
        version=version,
        language=wanted,
        summary=version.summary.get(wanted, ""),
        text=text,
        digest=digest_of(text),
        comparison=compare(former, text) if former else None,
    )


def _good_for(needed: TermsVersion | None = None) -> QuerySet[Acceptance]:
    """Acceptances of a text at least as new as the version needs; for the row outside when none is named."""
    if needed is not None:
        rows = Acceptance.objects.filter(
            version__kind=needed.kind, version__number__gte=needed.holds_from or needed.number
        )
    else:
        rows = Acceptance.objects.filter(
            version__kind=OuterRef("kind"), version__number__gte=Coalesce(OuterRef("holds_from"), OuterRef("number"))
        )
    return rows.exclude(version__state=TermsState.WITHDRAWN)


def not_accepted(version: TermsVersion, *, partner: str) -> Q:
    """Rows whose partner (the name of the column) has accepted neither this version nor one that is as good."""
    return Q(~Exists(_good_for(version).filter(partner_id=OuterRef(partner))))


def terms_accepted(partner: str) -> Q:
    """Rows whose partner (the name of the column) accepted what it has to: terms are in force, none is outstanding."""
    return Q(Exists(TermsVersion.objects.filter(state=TermsState.IN_FORCE))) & Q(~has_outstanding(partner))


def outstanding_terms(partner: Partner) -> list[TermsVersion]:
    """The versions in force that the partner has to accept before it is asked for anything, privacy first."""
    good = _good_for().filter(partner=partner)
    return list(TermsVersion.objects.filter(~Exists(good), state=TermsState.IN_FORCE).order_by("-kind"))


def has_outstanding(partner: str) -> Exists:
    """For rows with a partner (the name of the column): whether it has something in force yet to accept."""
    good = _good_for().filter(partner_id=OuterRef(OuterRef(partner)))
    return Exists(TermsVersion.objects.filter(~Exists(good), state=TermsState.IN_FORCE))


def has_coming(partner: str) -> Exists:
    """For rows with a partner (the name of the column): whether something is announced that it has not accepted."""
    return Exists(_coming(OuterRef(OuterRef(partner))))


def coming_terms(partner: Partner) -> list[TermsVersion]:
    """The announced versions that the partner has not accepted, privacy first."""
    return list(_coming(partner))


def coming_terms_to_tell(partner: Partner) -> list[TermsVersion]:
    """Those of `coming_terms` that pages speak of.

    A partner that accepted the present text after the announcement has just read terms: it is told from the days of the
    reminder on.
    """
    read = Acceptance.objects.filter(
        partner=partner, version__kind=OuterRef("kind"), accepted_at__gt=OuterRef("published_at")
    )
    soon = Q(effective_at__lte=timezone.now() + timedelta(days=settings.TERMS_REMIND_DAYS))
    return list(_coming(partner).filter(~Exists(read) | soon))


def _coming(partner: Partner | OuterRef) -> QuerySet[TermsVersion]:
    accepted = Acceptance.objects.filter(partner=partner, version_id=OuterRef("pk"))
    return TermsVersion.objects.filter(~Exists(accepted), state=TermsState.PUBLISHED).order_by("-kind")


def last_accepted(partner: Partner) -> dict[str, TermsVersion]:
    """By kind of document, the newest version that the partner accepted."""
    rows = Acceptance.objects.filter(partner=partner).exclude(version__state=TermsState.WITHDRAWN)
    versions = TermsVersion.objects.filter(pk__in=rows.values("version_id")).order_by("number")
    return {version.kind: version for version in versions}


def shown_after(former: Mapping[str, TermsVersion], versions: list[TermsVersion]) -> list[ShownTerms]:
    """Each version as a partner reads it: with a comparison where it accepted an earlier one (`last_accepted`)."""
    return [shown_terms(version, since=former.get(version.kind)) for version in versions]


def with_outstanding_terms(partners: QuerySet[Partner]) -> QuerySet[Partner]:
    """The partners, each with `terms_outstanding`: whether it has yet to accept something that is in force."""
    return partners.annotate(terms_outstanding=has_outstanding("pk"))


def has_accepted(partner: Partner) -> bool:
    """Whether there are terms in force and the partner accepted them: without it nobody is asked for anything."""
    return Partner.objects.filter(terms_accepted("pk"), pk=partner.pk).exists()


def would_fall_silent(version: TermsVersion) -> QuerySet[Partner]:
    """Partners who may be asked today and may not be once this version is in force, as things stand now."""
    partners = Partner.objects.filter(left_at__isnull=True)
    if not version.material:
        return partners.none()
    rows = partners.filter(terms_accepted("pk"))
    # A draft has no number: nobody can have accepted it.
    return rows if version.number is None else rows.filter(not_accepted(version, partner="pk"))


def acceptances_of(partner: Partner) -> QuerySet[Acceptance]:
    """What the partner accepted, the latest first."""
    return Acceptance.objects.filter(partner=partner).select_related("version", "user").order_by("-accepted_at", "-pk")


def get_acceptance_for(user: Person, public_id: UUID | str) -> Acceptance:
    """The acceptance, if the person may see it. Raises NotFound otherwise."""
    rows = policies.viewable_acceptances(user).select_related("version", "user", "partner")
    acceptance = rows.filter(public_id=public_id).first()
    if acceptance is None:
        raise NotFound(_("There is no such acceptance among yours."))
    return acceptance


def get_version_for(user: Person, public_id: UUID | str) -> TermsVersion:
    """The version, if the person may see it. Raises NotFound otherwise."""
    version = policies.viewable_versions(user).filter(public_id=public_id).first()
    if version is None:
        raise NotFound(_("There are no such terms."))
    return version


def version_before(version: TermsVersion) -> TermsVersion | None:
    """What held, or holds, when this version takes its place; for a draft and an announced one the text in force."""
    rows = TermsVersion.objects.filter(
        kind=version.kind, state__in=[TermsState.IN_FORCE, TermsState.SUPERSEDED]
    ).exclude(pk=version.pk)
    if version.in_force_at is not None:
        rows = rows.filter(in_force_at__lt=version.in_force_at)
    return rows.order_by(F("in_force_at").desc(nulls_last=True)).first()


def acceptance_record(acceptance: Acceptance) -> AcceptanceRecord:
    """The printable record of an acceptance."""
    version = acceptance.version
    return AcceptanceRecord(
        name=version.get_kind_display(),
        number=version.number or 0,
        language=acceptance.language,
        text=version.text[acceptance.language],
        digest=acceptance.digest,
        accepted_at=acceptance.accepted_at,
        accepted_by=acceptance.user.name or acceptance.user.email,
        superseded=version.state == TermsState.SUPERSEDED,
    )
