"""draft_terms and change_draft: a new version is written from the text that holds."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.errors import InvalidInput
from apps.core.once import create_once
from apps.ledger import services as ledger
from apps.terms.models import TermsVersion
from apps.terms.services.guard import check_read, checked_texts, locked_version, manager_actor, subject_of
from apps.terms.states import TERMS_TRANSITIONS, TermsKind, TermsState


def draft_terms(*, kind: str, user: User, request_key: UUID | None) -> TermsVersion:
    """Begin a new version with the texts of the latest one; if a draft of this kind is being written, that one.

    Raises NotAllowed for other staff than program managers, InvalidInput for a kind that there is not.
    """
    with transaction.atomic():
        actor = manager_actor(user)
        if kind not in TermsKind.values:
            sentence = _("Choose which document you want to change.")
            raise InvalidInput.about("kind", sentence)
        written = _being_written(kind)
        if written is not None:
            return written
        latest = (
            TermsVersion.objects.filter(kind=kind, state__in=[TermsState.IN_FORCE, TermsState.PUBLISHED])
            .order_by("-number")
            .first()
        )
        try:
            with transaction.atomic():
                version, created = create_once(
                    TermsVersion,
                    request_key=request_key,
                    kind=kind,
                    state=TermsState.DRAFT,
                    summary=latest.summary if latest else {},
                    text=latest.text if latest else {},
                )
        except IntegrityError:
            # Another manager began at the same moment: there is one draft of a kind.
            begun = _being_written(kind)
            if begun is None:
                raise
            return begun
        if created:
            ledger.record("terms.drafted", subject_of(version), actor, kind=version.kind, number=version.number)
        return version


def change_draft(
    *,
    version: TermsVersion,
    read: int,
    summary: Mapping[str, str],
    full_text: Mapping[str, str],
    user: User,
) -> TermsVersion:
    """Replace the draft's texts, by language; they may be incomplete until it is published. `read` is the one read.

    Raises NotAllowed, WrongState if it is no draft any more, Stale, InvalidInput with `<field>_<language>`.
    """
    with transaction.atomic():
        actor = manager_actor(user)
        row = locked_version(version)
        TERMS_TRANSITIONS.check(row.state, TermsState.PUBLISHED)  # only a draft can become published
        check_read(row, read)
        row.summary = {**row.summary, **checked_texts(summary, field="summary", required=False)}
        row.text = {**row.text, **checked_texts(full_text, field="text", required=False)}
        row.version += 1
        row.save(update_fields=["summary", "text", "version"])
        ledger.record("terms.draft_changed", subject_of(row), actor, kind=row.kind, number=row.number, edit=row.version)
        return row


def _being_written(kind: str) -> TermsVersion | None:
    return TermsVersion.objects.filter(kind=kind, state=TermsState.DRAFT).first()
