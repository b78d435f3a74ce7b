"""What people write on a case."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.access.services.delaying import REASON_MAX
from apps.cases.services import NOTE_MAX
from apps.core.forms import KeyedForm, ServiceForm


class _NoteFields(ServiceForm):
    text = forms.CharField(label=_("Note"), max_length=NOTE_MAX, strip=False, widget=forms.Textarea(attrs={"rows": 3}))
    work_product = forms.BooleanField(
        label=_("Work product"),
        help_text=_("Your thoughts and plans, not facts of the case. It stays out of every records request."),
        required=False,
    )


class NoteForm(KeyedForm, _NoteFields):
    """A new note."""


class ChangedNoteForm(_NoteFields):
    """The next text of a note."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class DelayForm(ServiceForm):
    """For how long, and why, owners are told later who looked."""

    days = forms.IntegerField(label=_("For how many days?"), min_value=1)
    reason = forms.CharField(
        label=_("Why would it harm the investigation to tell them now?"),
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class NumberForm(ServiceForm):
    """A number of another system. `known` is what stood there when the page was read."""

    number = forms.CharField(max_length=40, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    known = forms.CharField(max_length=30, required=False, widget=forms.HiddenInput)


class CadNumberForm(NumberForm):
    """Of computer-aided dispatch."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].label = _("CAD number")


class RmsNumberForm(NumberForm):
    """Of the records management system."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].label = _("RMS number")
