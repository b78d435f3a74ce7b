"""Publishing terms and accepting them."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import text
from apps.core.errors import InvalidInput, NotAllowed, Stale
from apps.ledger import services as ledger
from apps.ledger.values import Act, Actor, Subject
from apps.partners import policies as partner_policies
from apps.partners.models import Partner
from apps.partners.services import check_takes_part
from apps.terms import policies
from apps.terms.digests import digest_of
from apps.terms.models import Acceptance, TermsVersion
from apps.terms.states import TERMS_TRANSITIONS, TermsState

__all__ = ["accept_terms", "digest_of", "publish_and_put_in_force", "publish_terms", "put_in_force"]

TEXT_MAX = 100_000


def accept_terms(
    *, partner: Partner, user: User, version_id: UUID | str, language: str, digest_shown: str, actor: Actor
) -> Acceptance:
    """Record that the partner accepted the text that was shown. Accepting the same version again finds the first.

    Raises Stale if that version is no longer in force or its text is not the one that was shown, NotFound or
    NotAllowed for people who do not run the account, WrongState if the partner left.
    """
    with transaction.atomic():
        partner_policies.check_can_manage(user, partner)
        check_takes_part(partner)
        # The lock lets a publication wait for the acceptance or the acceptance see the new version, never between.
        version = TermsVersion.objects.select_for_update().filter(state=TermsState.IN_FORCE).first()
        if version is None or str(version.public_id) != str(version_id):
            raise _changed()
        shown = version.text.get(language)
        if shown is None or digest_of(shown) != digest_shown.strip().lower():
            raise _changed()
        earlier = Acceptance.objects.filter(partner=partner, version=version).first()
        if earlier is not None:
            return earlier
        try:
            with transaction.atomic():
                acceptance = Acceptance.objects.create(
                    partner=partner,
                    user=user,
                    version=version,
                    language=language,
                    digest=digest_of(shown),
                    accepted_at=timezone.now(),
                )
        except IntegrityError:
            return Acceptance.objects.get(partner=partner, version=version)
        ledger.append(
            Act(
                action="terms.accepted",
                actor=actor,
                subject=Subject.of("partner", partner.public_id),
                facts={
                    "acceptance": str(acceptance.public_id),
                    "version": str(version.public_id),
                    "number": version.number,
                    "language": language,
                    "digest": acceptance.digest,
                },
            )
        )
        return acceptance


def publish_terms(
    *, summary: Mapping[str, str], full_text: Mapping[str, str], actor: Actor, user: User | None = None
) -> TermsVersion:
    """Store a new version with its texts by language; it takes effect with `put_in_force` and never changes again.

    `user` is the program manager; None is for the portal's own commands. Raises NotAllowed for other staff,
    InvalidInput if a text is missing or has no summary in its language.
    """
    with transaction.atomic():
        _check_may_publish(user)
        texts = {code: text.paragraphs(words, field="text", most=TEXT_MAX) for code, words in full_text.items()}
        summaries = {code: text.paragraphs(words, field="summary", most=TEXT_MAX) for code, words in summary.items()}
        missing = [code for code, _name in settings.LANGUAGES if code not in texts or code not in summaries]
        if missing:
            sentence = _("The terms need a text and a summary in each language of the portal.")
            raise InvalidInput(sentence, fields={"text": sentence})
        last = TermsVersion.objects.aggregate(last=Max("number"))["last"] or 0
        version = TermsVersion.objects.create(
            number=last + 1, state=TermsState.PUBLISHED, summary=summaries, text=texts
        )
        ledger.append(
            Act(
                action="terms.published",
                actor=actor,
                subject=Subject.of("terms_version", version.public_id),
                facts={
                    "number": version.number,
                    "digests": {code: digest_of(words) for code, words in texts.items()},
                },
            )
        )
        return version


def put_in_force(*, version: TermsVersion, actor: Actor, user: User | None = None) -> TermsVersion:
    """The version takes effect now and the one before it is superseded: partners have to accept again.

    Raises NotAllowed for other staff than program managers, WrongState unless it is published.
    """
    with transaction.atomic():
        _check_may_publish(user)
        before = TermsVersion.objects.select_for_update().filter(state=TermsState.IN_FORCE).first()
        version = TermsVersion.objects.select_for_update().get(pk=version.pk)
        TERMS_TRANSITIONS.check(version.state, TermsState.IN_FORCE)
        if before is not None:
            before.state = TermsState.SUPERSEDED
            before.save(update_fields=["state"])
        version.state = TermsState.IN_FORCE
        version.in_force_at = timezone.now()
        version.save(update_fields=["state", "in_force_at"])
        ledger.append(
            Act(
                action="terms.put_in_force",
                actor=actor,
                subject=Subject.of("terms_version", version.public_id),
                facts={"number": version.number, "supersedes": str(before.public_id) if before else ""},
            )
        )
        return version


def publish_and_put_in_force(
    *, summary: Mapping[str, str], full_text: Mapping[str, str], actor: Actor, user: User | None = None
) -> tuple[TermsVersion, bool]:
    """Publish and put in force at once, unless these very texts are in force; says whether anything changed.

    Raises as `publish_terms` does.
    """
    with transaction.atomic():
        present = TermsVersion.objects.select_for_update().filter(state=TermsState.IN_FORCE).first()
        if present is not None and present.text == {code: words.strip() for code, words in full_text.items()}:
            return present, False
        version = publish_terms(summary=summary, full_text=full_text, actor=actor, user=user)
        return put_in_force(version=version, actor=actor, user=user), True


def _check_may_publish(user: User | None) -> None:
    if user is not None and not policies.can_publish_terms(user):
        raise NotAllowed(_("Only a program manager publishes terms."), code="role")


def _changed() -> Stale:
    return Stale(
        _("The terms changed while you were reading. Nothing was accepted. Please read the new text and decide again."),
        code="terms_changed",
    )
