"""Reads of cases and their notes."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from apps.agencies.models import Case
from apps.agencies.policies import Person, viewable_cases
from apps.cases.models import CaseNote, NoteText
from apps.cases.policies import can_change_note, viewable_notes
from apps.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class Note:
    """A note as the case's page shows it: its last text, and the earlier ones, the newest first."""

    note: CaseNote
    last: NoteText
    earlier: list[NoteText]
    may_change: bool


def get_case_for(user: Person, public_id: UUID | str) -> Case:
    """The case, if the person may see it. Raises NotFound."""
    found = viewable_cases(user).select_related("agency").filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such case among yours."))
    return found


def get_note_for(user: Person, public_id: UUID | str) -> CaseNote:
    """The note, if the person may see it. Raises NotFound."""
    found = viewable_notes(user).select_related("case__agency").filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such note among yours."))
    return found


def notes_of(user: Person, case: Case, *, at_most: int) -> list[Note]:
    """The case's newest notes with all their texts, in one query."""
    notes = CaseNote.objects.filter(case=case).order_by("-pk")[:at_most]
    texts = NoteText.objects.filter(note__in=notes.values("pk")).select_related("note__author")
    by_note: dict[CaseNote, list[NoteText]] = {}
    for text in texts.order_by("-note_id", "-number"):
        by_note.setdefault(text.note, []).append(text)
    found = []
    for note, (last, *earlier) in by_note.items():
        note.case = case
        found.append(Note(note, last, earlier, can_change_note(user, note)))
    return found
