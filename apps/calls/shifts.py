"""note_shift, hand_over_shift, sign_hand_over: the log of the real-time crime center, from shift to shift."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.agencies.features import Feature, check_on
from apps.agencies.models import Agency
from apps.agencies.policies import Person, agencies_of
from apps.calls.models import Call, ShiftEntry
from apps.calls.policies import BOARD_ROLES, ENTERING_ROLES
from apps.core import text
from apps.core.errors import NotAllowed, NotFound, WrongState
from apps.core.locks import locked
from apps.core.once import create_once
from apps.core.reading import asked_once
from apps.ledger import services as ledger
from apps.ledger.values import Subject

TEXT_MAX = 2000


def viewable_shift_entries(user: Person) -> QuerySet[ShiftEntry]:
    """The log of the agencies where the person works with calls."""
    return ShiftEntry.objects.filter(agency__in=agencies_of(user, *BOARD_ROLES))


def unsigned_hand_overs(user: Person) -> QuerySet[ShiftEntry]:
    """Hand-overs that wait for somebody who may sign: an analyst or supervisor who did not write them."""
    waiting = ShiftEntry.objects.filter(is_hand_over=True, signed_by__isnull=True)
    return waiting.filter(agency__in=agencies_of(user, *ENTERING_ROLES)).exclude(author_id=user.pk)


def waits_to_sign(user: Person) -> bool:
    """Whether there is such a hand-over."""
    return asked_once(("unsigned_hand_overs", user.pk), unsigned_hand_overs(user).exists)


def note_shift(
    *, user: User, agency: Agency, words: str, call: Call | None = None, request_key: UUID | None = None
) -> ShiftEntry:
    """Write a line of the log. A repeat of `request_key` returns the first one.

    Raises NotAllowed without the role of an analyst or supervisor, InvalidInput for a text that cannot be kept.
    """
    return _write(user, agency, words, call=call, is_hand_over=False, request_key=request_key)


def hand_over_shift(*, user: User, agency: Agency, words: str, request_key: UUID | None = None) -> ShiftEntry:
    """End a shift: what the next one has to know. Raises as `note_shift`, and WrongState while one waits unsigned."""
    return _write(user, agency, words, call=None, is_hand_over=True, request_key=request_key)


def sign_hand_over(*, user: User, entry: ShiftEntry) -> ShiftEntry:
    """Somebody of the next shift has read the hand-over.

    Raises NotFound, NotAllowed for the author and without the role, WrongState if somebody signed it before.
    """
    with transaction.atomic():
        entry = locked(ShiftEntry.objects).select_related("agency").get(pk=entry.pk)
        if not viewable_shift_entries(user).filter(pk=entry.pk).exists() or not entry.is_hand_over:
            raise NotFound(_("There is no such hand-over in your agencies."))
        actor = acting_as(user, entry.agency, *ENTERING_ROLES).actor
        if entry.author_id == user.pk:
            raise NotAllowed(_("You wrote it. Somebody of the next shift signs it."))
        if entry.signed_by_id is not None:
            raise WrongState(_("Somebody has signed this already."), code="signed")
        entry.signed_by, entry.signed_at = user, timezone.now()
        entry.save(update_fields=["signed_by", "signed_at"])
        ledger.record("shift.signed", subject_of(entry), actor, agency=str(entry.agency.public_id))
        return entry


def subject_of(entry: ShiftEntry) -> Subject:
    """As the ledger names it."""
    return Subject.of("shift_entry", entry.public_id)


def _write(
    user: User, agency: Agency, words: str, *, call: Call | None, is_hand_over: bool, request_key: UUID | None
) -> ShiftEntry:
    actor = acting_as(user, agency, *ENTERING_ROLES).actor
    check_on(agency, Feature.CALLS)
    words = text.paragraphs(words, field="words", most=TEXT_MAX)
    if call is not None and call.agency_id != agency.pk:
        raise NotFound(_("There is no such call among those of your agencies."))
    try:
        with transaction.atomic():
            entry, created = create_once(
                ShiftEntry,
                request_key=request_key,
                agency=agency,
                author=user,
                text=words,
                call=call,
                is_hand_over=is_hand_over,
            )
            if created:
                ledger.record(
                    "shift.handed_over" if is_hand_over else "shift.noted",
                    subject_of(entry),
                    actor,
                    agency=str(agency.public_id),
                    call=str(call.public_id) if call else "",
                    private={"text": words},
                )
            return entry
    except IntegrityError as error:
        raise WrongState(_("A hand-over waits for its signature already."), code="handed_over") from error
