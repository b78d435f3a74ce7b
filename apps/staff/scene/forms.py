"""What an officer enters at the scene."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.utils import from_current_timezone
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Case
from apps.core.forms import KeyedForm
from apps.evidence.services.handovers import CONTACT_MAX, NAME_MAX, WHAT_MAX, Giver
from apps.evidence.states import Medium
from apps.footage_requests.models import FootageRequest, Match


class WallClock(forms.CharField):
    """A date and time by the clock on the wall of the agency; a time that does not exist there is refused."""

    widget = forms.TextInput(attrs={"type": "datetime-local"})

    def read(self, given: str, zone: ZoneInfo) -> datetime:
        try:
            at = parse_datetime(given)
        except ValueError:
            at = None
        if at is None or at.tzinfo is not None:
            raise ValidationError(_("Enter a date and a time."))
        with timezone.override(zone):
            return from_current_timezone(at)


class BeginForm(KeyedForm):
    """Who gives what, on which medium: the owner of a camera that `asked` asks about; without a request, a name."""

    match = forms.ChoiceField(label=_("Which camera is it from?"))
    giver = forms.CharField(label=_("Who gives it?"), max_length=NAME_MAX)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    email = forms.CharField(
        label=_("E-mail"),
        help_text=_("For the receipt, and for a court that has to ask. One of the two is enough."),
        max_length=CONTACT_MAX,
        required=False,
    )
    what = forms.CharField(
        label=_("What is given?"),
        help_text=_("The giver reads this and signs it. For example: the recording of the front door camera."),
        max_length=WHAT_MAX,
    )
    window_start = WallClock(label=_("From, by the true time"))
    window_end = WallClock(label=_("To"))
    medium = forms.ChoiceField(label=_("What is the recording on?"), choices=Medium.choices)
    language = forms.ChoiceField(label=_("Language of the giver"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, case: Case, asked: FootageRequest | None, matches: list[Match], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._zone = ZoneInfo(asked.time_zone if asked else case.agency.time_zone)
        self._asked, self._matches = asked, {str(match.public_id): match for match in matches}
        self.order_fields(["match", "giver", "phone", "email", "what", "window_start", "window_end"])
        if asked is None:
            del self.fields["match"]
            return
        choices = [("", "")] + [(key, match.shown) for key, match in self._matches.items()]  # type: ignore[attr-defined]
        self.fields["match"].choices = choices  # type: ignore[attr-defined]
        for name in ("giver", "phone", "email", "window_start", "window_end"):
            del self.fields[name]

    def _read(self, name: str) -> datetime:
        return self.fields[name].read(self.cleaned_data[name], self._zone)  # type: ignore[attr-defined,no-any-return]

    def clean_window_start(self) -> datetime:
        return self._read("window_start")

    def clean_window_end(self) -> datetime:
        return self._read("window_end")

    def clean(self) -> dict[str, Any]:
        """As the service takes it."""
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        shared = {name: data[name] for name in ("what", "medium", "language", "request_key")}
        if self._asked is not None:
            window = (self._asked.window_start, self._asked.window_end)
            return shared | {"window": window, "match": self._matches[data["match"]]}
        giver = Giver(data["giver"], data["email"], data["phone"])
        return shared | {"window": (data["window_start"], data["window_end"]), "giver": giver}
