"""accept_terms and accept_documents: what was shown is what is accepted, all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.errors import InvalidInput, Stale
from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.partners import policies as partner_policies
from apps.partners.models import Partner
from apps.partners.services import check_takes_part
from apps.terms.digests import digest_of
from apps.terms.mails import queue_copy
from apps.terms.models import Acceptance, TermsVersion
from apps.terms.states import TermsState


@dataclass(frozen=True, slots=True)
class Shown:
    """One document as it was on the screen."""

    version_id: UUID | str
    language: str
    digest: str


_MOST_SHOWN = 8


def shown_from(values: Iterable[str]) -> list[Shown]:
    """The documents that a page says it showed, each as “version language digest”; nonsense names no document."""
    found = []
    for value in list(values)[:_MOST_SHOWN]:
        version_id, language, digest = [*value.split(" "), "", "", ""][:3]
        found.append(Shown(version_id, language, digest))
    return found


def accept_terms(
    *, partner: Partner, user: User, version_id: UUID | str, language: str, digest_shown: str, actor: Actor
) -> Acceptance:
    """As `accept_documents`, for one document."""
    shown = Shown(version_id, language, digest_shown)
    return accept_documents(partner=partner, user=user, shown=[shown], actor=actor)[0]


def accept_documents(*, partner: Partner, user: User, shown: Sequence[Shown], actor: Actor) -> list[Acceptance]:
    """Record that the partner accepted these texts, and mail the person a copy. Again, it finds the first acceptances.

    A version that is published but not yet in force may be accepted early. Raises Stale if one of them is neither any
    more or its text is not the one that was shown (then none is accepted), NotFound or NotAllowed for people who do not
    run the account, WrongState if the partner left, InvalidInput for no document at all.
    """
    if not shown:
        raise InvalidInput(_("Choose at least one document."))
    with transaction.atomic():
        partner_policies.check_can_manage(user, partner)
        check_takes_part(partner)
        # The locks let a publication wait for the acceptance or the acceptance see the new version, never between.
        held = {
            str(version.public_id): version
            for version in locked(TermsVersion.objects)
            .filter(state__in=[TermsState.IN_FORCE, TermsState.PUBLISHED])
            .order_by("pk")
        }
        texts = [(_checked(held, one), one.language) for one in shown]
        # check_takes_part holds the partner's row: nobody accepts for it at the same time.
        present = {
            one.version_id: one
            for one in Acceptance.objects.filter(partner=partner, version__in=[version for version, _lang in texts])
        }
        fresh = [
            _accept(partner, user, version, language, actor) for version, language in texts if version.pk not in present
        ]
        if fresh:
            queue_copy(user, fresh)
        present |= {one.version_id: one for one in fresh}
        return [present[version.pk] for version, _language in texts]


def _checked(held: dict[str, TermsVersion], one: Shown) -> TermsVersion:
    version = held.get(str(one.version_id))
    words = version.text.get(one.language) if version else None
    if version is None or words is None or digest_of(words) != one.digest.strip().lower():
        raise Stale(
            _(
                "The terms changed while you were reading. Nothing was accepted. Please read the new text and decide "
                "again."
            ),
            code="terms_changed",
        )
    return version


def _accept(partner: Partner, user: User, version: TermsVersion, language: str, actor: Actor) -> Acceptance:
    acceptance = Acceptance.objects.create(
        partner=partner,
        user=user,
        version=version,
        language=language,
        digest=digest_of(version.text[language]),
        accepted_at=timezone.now(),
    )
    ledger.record(
        "terms.accepted",
        Subject.of("partner", partner.public_id),
        actor,
        acceptance=str(acceptance.public_id),
        version=str(version.public_id),
        kind=version.kind,
        number=version.number,
        language=language,
        digest=acceptance.digest,
    )
    return acceptance
