"""The form for what a sender says of a file that has come."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.forms import ServiceForm
from apps.evidence.models import SenderNote
from apps.evidence.services.sender_notes import TEXT_MAX, Said, said
from apps.evidence.states import SoundAnswer

CLOCKS = (
    ("", _("I do not know")),
    ("right", _("It is right")),
    ("ahead", _("It is ahead")),
    ("behind", _("It is behind")),
)


SOUNDS = (("", _("I have not decided")), *SoundAnswer.choices)
SOUND_QUESTION = _("May the copy that the detective plays have the sound?")
SOUND_HINT = _(
    "Only if there is sound, and if the agency allows it. In Florida all who speak in private have to agree to a"
    " recording. Your file keeps its sound either way."
)


class NoteForm(ServiceForm):
    """When the file begins by the recorder's clock, how wrong that clock is, its sound, and a note."""

    renamed = {"clock_minutes": "minutes"}

    begins = forms.CharField(
        label=_("It begins at, by the recorder's clock"),
        required=False,
        widget=forms.TextInput(attrs={"type": "datetime-local", "step": "1"}),
    )
    clock = forms.ChoiceField(
        label=_("Is the recorder's clock right?"),
        choices=CLOCKS,
        required=False,
        help_text=_("Compare the time on the recorder's screen with your phone."),
    )
    minutes = forms.IntegerField(
        label=_("If it is ahead or behind: by how many minutes?"), required=False, min_value=0, max_value=15_000_000
    )
    sound = forms.ChoiceField(label=SOUND_QUESTION, choices=SOUNDS, required=False, help_text=SOUND_HINT)
    text = forms.CharField(
        label=_("A note for the detective"),
        help_text=_("For example: what can be seen, and at what minute."),
        required=False,
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def clean(self) -> dict[str, Any]:
        """A clock that is off needs an amount."""
        data = super().clean() or self.cleaned_data
        if data.get("clock") in ("ahead", "behind") and data.get("minutes") is None and "minutes" not in self.errors:
            self.add_error("minutes", _("Please fill this in."))
        return data

    def words(self) -> Said:
        """What was said, read. Raises InvalidInput that names the field."""
        data = self.cleaned_data
        signs = {"right": 0, "ahead": 1, "behind": -1}
        sign = signs.get(data["clock"])
        minutes = None if sign is None else sign * (data["minutes"] or 0)
        return said(begins=data["begins"], clock_minutes=minutes, text=data["text"], sound=data["sound"])


def initial_of(note: SenderNote | None) -> dict[str, Any]:
    """The form's fields with what was said before."""
    if note is None:
        return {}
    minutes = note.clock_minutes
    clock = "" if minutes is None else "right" if minutes == 0 else "ahead" if minutes > 0 else "behind"
    return {
        "begins": note.begins,
        "clock": clock,
        "minutes": abs(minutes) if minutes else None,
        "sound": note.sound,
        "text": note.text,
    }
