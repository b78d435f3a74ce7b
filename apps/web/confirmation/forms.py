"""Shapes of the forms by which partners stay true, pause and leave."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.forms import ServiceForm
from apps.web.cameras.forms import EditCameraForm


class ReplaceCameraForm(EditCameraForm):
    """The new camera, at first described as the old one was."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["request_key"] = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class MovedForm(ServiceForm):
    cameras = forms.ChoiceField(
        label=_("What about your cameras?"),
        choices=[
            ("stayed", _("They stayed with the house. Take them out of the program.")),
            ("along", _("They came along. I will say where they hang now.")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two.")},
    )


class PauseForm(ServiceForm):
    until = forms.DateField(
        label=_("Until which day?"),
        required=False,
        help_text=_("Leave it empty to pause until you come back yourself."),
        widget=forms.DateInput(attrs={"type": "date", "class": "input-short"}),
        error_messages={"invalid": _("Choose a day, for instance 2030-12-31.")},
    )

    def until_instant(self) -> datetime | None:
        """The first moment of that day in the person's time zone (UTC inside), or None."""
        day = self.cleaned_data["until"]
        zone = timezone.get_current_timezone()
        return datetime.combine(day, time(), tzinfo=zone).astimezone(ZoneInfo("UTC")) if day else None


class CloseForm(ServiceForm):
    sure = forms.BooleanField(
        label=_("Yes, close my account and erase my data."),
        error_messages={"required": _("Tick this if you are sure.")},
    )
