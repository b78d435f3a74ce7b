"""What the giver says of a file: when it begins, how wrong the recorder's clock is, its sound, and a note."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from apps.core.errors import InvalidInput, NotFound, WrongState
from apps.core.locks import locked
from apps.core.text import paragraphs
from apps.evidence.copy_sound import is_outdated
from apps.evidence.models import EvidenceItem, SenderNote
from apps.evidence.services.remaking import ask_remake
from apps.evidence.states import ItemState, SoundAnswer, Triage
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.uploads.models import Upload
from apps.uploads.states import UploadState

TEXT_MAX = 1000
CLOCK_MAX_MINUTES = 60 * 24 * 366 * 30
"""A recorder that lost its battery shows the year of its factory."""


@dataclass(frozen=True, slots=True)
class Said:
    """The giver's words, checked by `said`. `begins` is the recorder's own time, so it has no zone."""

    begins: datetime | None = None
    clock_minutes: int | None = None
    cut_s: tuple[float, float] | None = None
    text: str = ""
    sound: str = ""


def said(
    *, begins: str = "", clock_minutes: object = None, cut_s: object = None, text: str = "", sound: object = ""
) -> Said:
    """Read what a giver says. Raises InvalidInput that names the field."""
    text = paragraphs(text, field="text", most=TEXT_MAX, required=False)
    return Said(_begins(begins.strip()), _minutes(clock_minutes), _cut(cut_s), text, _sound(sound))


def _begins(given: str) -> datetime | None:
    if not given:
        return None
    try:
        begins = parse_datetime(given)
    except ValueError:
        begins = None
    if begins is None or begins.tzinfo is not None or not 1970 <= begins.year < 2200:
        raise _wrong("begins", _("Enter a date and a time as the recorder shows them."))
    return begins.replace(microsecond=0)


def _minutes(given: object) -> int | None:
    if given is None or given == "":
        return None
    try:
        minutes = int(str(given))
    except ValueError:
        raise _wrong("clock_minutes", _("Enter a number of minutes.")) from None
    if abs(minutes) > CLOCK_MAX_MINUTES:
        raise _wrong("clock_minutes", _("That is more than 30 years."))
    return minutes


def _cut(given: object) -> tuple[float, float] | None:
    if given is None:
        return None
    if (
        isinstance(given, list)
        and len(given) == 2
        and all(isinstance(one, int | float) and not isinstance(one, bool) for one in given)
        and 0 <= given[0] < given[1] < float("inf")
    ):
        return float(given[0]), float(given[1])
    raise _wrong("cut_s", _("A cut is two times in seconds, the earlier one first."))


def _sound(given: object) -> str:
    if given in ("", *SoundAnswer.values):
        return str(given)
    raise _wrong("sound", _("Choose one of the answers."))


def _wrong(name: str, sentence: str) -> InvalidInput:
    return InvalidInput(sentence, fields={name: sentence}, code=name)


def state_sender_note(*, upload: Upload, words: Said, actor: Actor) -> SenderNote:
    """Keep what the giver says of this file, before or after its last byte. Said again, the newer words count.

    The words never change the bytes. The same words again change nothing. That a file is cut cannot be taken back.
    Where another answer about sound gives another working copy, that is made anew.
    Raises NotFound when the upload was given up, WrongState once staff have decided about the item.
    """
    with transaction.atomic():
        upload = locked(Upload.objects).get(pk=upload.pk)
        if upload.state == UploadState.ABANDONED:
            raise NotFound(_("This upload is no longer here. Please start it again."))
        item = locked(EvidenceItem.objects).filter(upload=upload).first()
        if item is not None and item.triage != Triage.SUBMITTED:
            raise WrongState(_("The agency has decided about this file, so what you said of it stands."))
        note = SenderNote.objects.filter(upload=upload).first() or SenderNote(upload=upload)
        before = _values(note)
        note.begins = words.begins.isoformat() if words.begins else ""
        note.clock_minutes = words.clock_minutes
        note.text, note.sound = words.text, words.sound
        if words.cut_s:
            note.cut_from_s, note.cut_to_s = words.cut_s
        if _values(note) == before:
            return note
        note.save()
        kind, public_id = ("evidence_item", item.public_id) if item else ("upload", upload.public_id)
        ledger.record(
            f"{kind}.sender_note_stated",
            Subject.of(kind, public_id),
            actor,
            begins=note.begins or None,
            clock_minutes=note.clock_minutes,
            cut_s=[str(note.cut_from_s), str(note.cut_to_s)] if note.cut_from_s is not None else None,
            sound=note.sound or None,
            private={"text": note.text},
        )
        if item is not None and item.state == ItemState.PLAYABLE and is_outdated(item):
            ask_remake(item, actor)
    return note


def _values(note: SenderNote) -> tuple[object, ...]:
    return note.begins, note.clock_minutes, note.cut_from_s, note.cut_to_s, note.text, note.sound
