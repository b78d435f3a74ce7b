"""The three questions on one screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.cameras.recorder_clock import portal_zone
from apps.cameras.recorders import Beside
from apps.cameras.services.checking import Stated
from apps.cameras.states import Said
from apps.core.forms import ServiceForm

_AS_TYPED = {"autocomplete": "off", "spellcheck": "false", "class": "input-short", "placeholder": "14:05:09"}


class ClockForm(ServiceForm):
    """What the recorder showed and what our time code showed at the same moment, and a picture of both."""

    request_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    exact_ms = forms.IntegerField(widget=forms.HiddenInput, required=False)
    portal_clock = forms.CharField(
        label=_("Our time code showed"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs=_AS_TYPED),
    )
    recorder_clock = forms.CharField(
        label=_("The recorder showed"),
        help_text=_("At the same moment, with seconds, as it stands on its screen: 14:05:09 or 2:05:09 PM."),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs=_AS_TYPED),
    )
    recorder_day = forms.DateField(
        label=_("The day on the recorder's screen"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "input-short"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Choose a day, for instance 2030-12-31.")},
    )
    beside = forms.MultipleChoiceField(
        label=_("The same recorder also records"),
        help_text=_(
            "What you say of its clock, and of exporting, holds for these too. Uncheck what records elsewhere."
        ),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    picture = forms.FileField(
        label=_("A photograph of both clocks"),
        help_text=_(
            "Best proof. It needs a second screen: see above. We keep the picture alone, without the place and the time"
            " that phones put into photos. JPEG, PNG or WebP, at most 20 MB."
        ),
        required=False,
        widget=forms.FileInput(
            attrs={"accept": "image/jpeg,image/png,image/webp", "capture": "environment", "class": "file"}
        ),
    )

    def __init__(self, *args: Any, beside: Sequence[Beside] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = self.fields["beside"]
        if beside and isinstance(others, forms.MultipleChoiceField):
            others.choices = [(str(one.camera.public_id), one.camera.name) for one in beside]
            others.initial = [str(one.camera.public_id) for one in beside if one.likely]
        else:
            del self.fields["beside"]
        self.fields["recorder_day"].initial = timezone.localdate(timezone=portal_zone())

    def others(self) -> list[UUID]:
        """The other cameras of the same recorder that were ticked."""
        return [UUID(one) for one in self.cleaned_data.get("beside", [])]

    def stated(self) -> Stated:
        """What was typed, for the service."""
        data = self.cleaned_data
        picture = data.get("picture")
        return Stated(
            hangs=data.get("hangs", ""),
            exports=data.get("exports", ""),
            day=data["recorder_day"],
            recorder_clock=data["recorder_clock"],
            portal_clock=data["portal_clock"],
            exact_ms=data.get("exact_ms"),
            picture=picture.read() if picture else b"",
        )


class ClipForm(ClockForm):
    """What both clocks showed in a test clip. The clip is the picture."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["picture"], self.fields["exact_ms"]

    def stated(self) -> Stated:
        return replace(super().stated(), in_clip=True)


class CheckForm(ClockForm):
    """The same with the two other questions."""

    hangs = forms.ChoiceField(
        label=_("Does it hang there and show what it showed?"),
        choices=Said.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    exports = forms.ChoiceField(
        label=_("Can you export video?"),
        help_text=_("Try it once with a minute of video. Nothing has to be sent to us."),
        choices=Said.choices,
        widget=forms.RadioSelect,
        required=False,
    )
