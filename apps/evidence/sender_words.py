"""What the giver said of a file, in words for the giver and for staff."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.evidence.models import SenderNote
from apps.evidence.presentation import Fact, duration_in_words
from apps.evidence.states import SoundAnswer

_A_DAY, _AN_HOUR = 24 * 60, 60


def facts_of_note(note: SenderNote | None, *, with_words: bool = True) -> list[Fact]:
    """Each thing that the giver said of the file; nothing where nothing was said.

    `with_words=False` leaves out what the giver wrote freely, which may name people.
    """
    if note is None:
        return []
    facts = []
    if note.begins:
        facts.append(Fact(_("Begins, by the recorder's clock"), date_format(_begins(note), "DATETIME_FORMAT")))
    if note.clock_minutes is not None:
        facts.append(Fact(_("Recorder's clock"), clock_in_words(note.clock_minutes)))
    if note.cut_from_s is not None and note.cut_to_s is not None:
        span = {"start": duration_in_words(note.cut_from_s), "end": duration_in_words(note.cut_to_s)}
        facts.append(Fact(_("Cut by the sender"), _("from %(start)s to %(end)s of the recorder's own file") % span))
    if note.sound:
        facts.append(Fact(_("Sound in the working copy"), sound_answer_in_words(note.sound)))
    if with_words and note.text:
        facts.append(Fact(_("The sender writes"), note.text))
    return facts


def sound_answer_in_words(answer: str) -> str:
    """What the giver said of the sound of the file."""
    return _("The sender says yes.") if answer == SoundAnswer.YES else _("The sender says no.")


def clock_in_words(minutes: int) -> str:
    """“5 minutes ahead”, in the largest unit that leaves no rest."""
    if minutes == 0:
        return _("right")
    amount = abs(minutes)
    if amount % _A_DAY == 0:
        amount //= _A_DAY
        span = ngettext("%(n)d day", "%(n)d days", amount) % {"n": amount}
    elif amount % _AN_HOUR == 0:
        amount //= _AN_HOUR
        span = ngettext("%(n)d hour", "%(n)d hours", amount) % {"n": amount}
    else:
        span = ngettext("%(n)d minute", "%(n)d minutes", amount) % {"n": amount}
    return (_("%(span)s ahead") if minutes > 0 else _("%(span)s behind")) % {"span": span}


def true_begin(note: SenderNote) -> datetime | None:
    """When the file begins by the true time, without a zone: the recorder's time less what its clock is ahead."""
    return _begins(note) - timedelta(minutes=note.clock_minutes or 0) if note.begins else None


def _begins(note: SenderNote) -> datetime:
    return datetime.fromisoformat(note.begins)
