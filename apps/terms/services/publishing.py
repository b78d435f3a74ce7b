"""From a draft to a text that holds: published with a notice period, put in force at its date, or withdrawn before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import text
from apps.core.background import enqueue_after_commit
from apps.core.errors import InvalidInput, WrongState
from apps.ledger import services as ledger
from apps.ledger.values import Actor
from apps.terms.dates import begin_of, earliest_effective_on
from apps.terms.digests import digest_of
from apps.terms.models import TermsNotice, TermsVersion
from apps.terms.services.guard import (
    check_complete,
    check_may_publish,
    check_read,
    checked_texts,
    lock_document,
    locked_version,
    manager_actor,
    subject_of,
)
from apps.terms.states import TERMS_TRANSITIONS, NoticeKind, TermsKind, TermsState

REASON_MAX = 1000


def publish_draft(*, version: TermsVersion, read: int, material: bool, effective_on: date, user: User) -> TermsVersion:
    """Announce a draft: its texts never change again, and it takes effect when `effective_on` begins in the city.

    The first version of a document is always material. Partners are told by the outbox from now on. Raises NotAllowed,
    WrongState (no draft any more, or another version of this document waits for its date), Stale (somebody changed it
    since `read`), InvalidInput (a text is missing; the date is before the end of the notice period).
    """
    with transaction.atomic():
        actor = manager_actor(user)
        row = locked_version(version)
        TERMS_TRANSITIONS.check(row.state, TermsState.PUBLISHED)
        check_read(row, read)
        earliest = earliest_effective_on(row.kind, material=material)
        if effective_on < earliest:
            sentence = _("Partners need time to read. The earliest day for this change is %(day)s.") % {
                "day": earliest.isoformat()
            }
            raise InvalidInput.about("effective_on", sentence)
        return _publish(row, material=material, effective_at=begin_of(effective_on), actor=actor)


def publish_terms(
    *,
    summary: Mapping[str, str],
    full_text: Mapping[str, str],
    actor: Actor,
    kind: str = TermsKind.PRIVACY,
    material: bool = True,
    effective_at: datetime | None = None,
    user: User | None = None,
) -> TermsVersion:
    """Store and announce a new version from texts by language, without a draft and without a notice period.

    For setting a program up; what runs a program is `publish_draft`. `user` is the program manager; None is for the
    portal's own commands. `effective_at` (UTC, default now) is when the minute's task puts it in force. Raises
    NotAllowed for other staff, InvalidInput if a language lacks a text or summary, WrongState if another one waits.
    """
    with transaction.atomic():
        check_may_publish(user)
        version = TermsVersion(
            kind=kind,
            summary=checked_texts(summary, field="summary", required=True),
            text=checked_texts(full_text, field="text", required=True),
        )
        return _publish(version, material=material, effective_at=effective_at or timezone.now(), actor=actor)


def put_in_force(*, version: TermsVersion, actor: Actor, user: User | None = None) -> TermsVersion:
    """The version takes effect now and the one before it is superseded.

    Raises NotAllowed for other staff than program managers, WrongState unless it is published.
    """
    with transaction.atomic():
        check_may_publish(user)
        # With the one before: an acceptance of it waits here, or this waits for the acceptance.
        version = locked_version(version)
        before = _in_force(version.kind)
        TERMS_TRANSITIONS.check(version.state, TermsState.IN_FORCE)
        if before is not None:
            before.state = TermsState.SUPERSEDED
            before.save(update_fields=["state"])
        version.state = TermsState.IN_FORCE
        version.in_force_at = timezone.now()
        version.save(update_fields=["state", "in_force_at"])
        ledger.record(
            "terms.put_in_force",
            subject_of(version),
            actor,
            kind=version.kind,
            number=version.number,
            supersedes=str(before.public_id) if before else "",
        )
        return version


def put_due_in_force(*, actor: Actor) -> int:
    """Every published version whose date has come takes effect, once however often this runs; returns how many."""
    taken = 0
    due = TermsVersion.objects.filter(state=TermsState.PUBLISHED, effective_at__lte=timezone.now())
    for version in list(due.order_by("effective_at", "pk")):
        try:
            put_in_force(version=version, actor=actor)
            taken += 1
        except WrongState:
            continue  # another worker did it, or it was withdrawn in this second
    return taken


def withdraw_terms(*, version: TermsVersion, reason: str, user: User) -> TermsVersion:
    """Throw a draft away, or take a published version back before its date; the text that holds goes on holding.

    Who was told of it is told again. Acceptances of it stay on record and count for nothing. Raises NotAllowed,
    WrongState once it is in force, InvalidInput without a reason for a published one.
    """
    with transaction.atomic():
        actor = manager_actor(user)
        row = locked_version(version)
        TERMS_TRANSITIONS.check(row.state, TermsState.WITHDRAWN)
        was_published = row.state == TermsState.PUBLISHED
        reason = text.paragraphs(reason, field="reason", most=REASON_MAX, required=was_published)
        row.state = TermsState.WITHDRAWN
        row.withdrawn_at = timezone.now()
        row.version += 1
        row.save(update_fields=["state", "withdrawn_at", "version"])
        if was_published:
            TermsNotice.objects.create(version=row, kind=NoticeKind.WITHDRAWN)
            _ring()
        ledger.record(
            "terms.withdrawn",
            subject_of(row),
            actor,
            kind=row.kind,
            number=row.number,
            was_published=was_published,
            private={"reason": reason},
        )
        return row


def publish_and_put_in_force(
    *,
    summary: Mapping[str, str],
    full_text: Mapping[str, str],
    actor: Actor,
    kind: str = TermsKind.PRIVACY,
    material: bool = True,
    user: User | None = None,
) -> tuple[TermsVersion, bool]:
    """Publish and put in force at once, unless these very texts are in force; says whether anything changed.

    Raises as `publish_terms` does.
    """
    with transaction.atomic():
        present = _in_force(kind)
        if present is not None and present.text == {code: words.strip() for code, words in full_text.items()}:
            return present, False
        version = publish_terms(
            summary=summary, full_text=full_text, kind=kind, material=material, actor=actor, user=user
        )
        return put_in_force(version=version, actor=actor, user=user), True


def _publish(version: TermsVersion, *, material: bool, effective_at: datetime, actor: Actor) -> TermsVersion:
    """Number, date and state of a complete version, within the caller's transaction."""
    check_complete(version)
    before = _in_force(version.kind)
    of_kind = TermsVersion.objects.filter(kind=version.kind)
    if of_kind.filter(state=TermsState.PUBLISHED).exists():
        raise WrongState(
            _("Another version of this document waits for its date. Withdraw that one first, or wait until it holds."),
            code="another_published",
        )
    version.material = material or before is None
    version.holds_from = None if before is None or version.material else before.holds_from or before.number
    version.number = (of_kind.aggregate(last=Max("number"))["last"] or 0) + 1
    version.state = TermsState.PUBLISHED
    version.effective_at = effective_at
    version.published_at = timezone.now()
    version.version += 1
    version.save()
    if before is not None:
        TermsNotice.objects.create(version=version, kind=NoticeKind.ANNOUNCED)
        _ring()
    ledger.record(
        "terms.published",
        subject_of(version),
        actor,
        kind=version.kind,
        number=version.number,
        material=version.material,
        effective_at=effective_at.isoformat(),
        digests={code: digest_of(words) for code, words in version.text.items()},
    )
    return version


def _in_force(kind: str) -> TermsVersion | None:
    """Held until the transaction ends, with every other version of the document."""
    lock_document(kind)
    return TermsVersion.objects.filter(kind=kind, state=TermsState.IN_FORCE).first()


def _ring() -> None:
    enqueue_after_commit("apps.terms.tasks.keep_terms")
