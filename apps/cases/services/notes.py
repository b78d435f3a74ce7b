"""add_note, change_note."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.agencies.models import Case
from apps.cases.models import CaseNote, NoteText
from apps.cases.policies import WRITERS, can_change_note, can_view_note
from apps.cases.services.guard import check_writes, subject_of
from apps.core import text as words
from apps.core.errors import NotAllowed, NotFound, Stale
from apps.core.locks import locked
from apps.core.once import create_once
from apps.ledger import services as ledger

NOTE_MAX = 4000


def add_note(*, case: Case, text: str, work_product: bool, user: User, request_key: UUID | None) -> CaseNote:
    """Write a note on the case; a repeat of the key finds the first one.

    Raises NotFound and NotAllowed as `check_writes`, InvalidInput for an empty or too long text.
    """
    with transaction.atomic():
        check_writes(user, case)
        text = words.paragraphs(text, field="text", most=NOTE_MAX)
        note, created = create_once(CaseNote, request_key=request_key, case=case, author=user)
        if not created:
            if (note.case_id, note.author_id) != (case.pk, user.pk):
                raise NotFound(_("There is no such note among yours."))
            return note
        _write(note, text, user, work_product=work_product, action="case.note_added")
        return note


def change_note(*, note: CaseNote, version: int, text: str, work_product: bool, user: User) -> CaseNote:
    """Add the next text of one's own note; the earlier ones are kept. The same text again changes nothing.

    Raises NotFound, NotAllowed (somebody else's), Stale if the note changed since `version`, InvalidInput.
    """
    with transaction.atomic():
        note = locked(CaseNote.objects).select_related("case__agency").get(pk=note.pk)
        if not can_view_note(user, note):
            raise NotFound(_("There is no such note among yours."))
        if not can_change_note(user, note):
            raise NotAllowed(_("Only the author changes a note. Write one of your own."))
        if note.version != version:
            raise Stale(_("You changed this note in another window. Read it again first."))
        text = words.paragraphs(text, field="text", most=NOTE_MAX)
        last = NoteText.objects.get(note=note, number=note.version)
        if (last.text, last.work_product) == (text, work_product):
            return note
        note.version += 1
        note.save(update_fields=["version"])
        _write(note, text, user, work_product=work_product, action="case.note_changed")
        return note


def _write(note: CaseNote, text: str, user: User, *, work_product: bool, action: str) -> None:
    """The text, and the entry that commits to it: what was written when can be proven, and erased."""
    NoteText.objects.create(note=note, number=note.version, text=text, work_product=work_product)
    ledger.record(
        action,
        subject_of(note.case),
        acting_as(user, note.case.agency, *WRITERS).actor,
        note=str(note.public_id),
        number=note.version,
        work_product=work_product,
        private={"text": text},
    )
