"""What an officer enters of a canvass and of a visit to a door."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.canvass.models import Canvass
from apps.canvass.services import ADDRESS_MAX, NOTE_MAX, WHERE_MAX, Told
from apps.canvass.states import Outcome
from apps.core.forms import KeyedForm
from apps.footage_requests.models import FootageRequest
from apps.geo.units import to_meters
from apps.staff.scene.forms import WallClock

FEET_AT_FIRST = 500


def _degrees(label: Any) -> forms.FloatField:
    attrs = {"step": "any", "inputmode": "decimal", "autocomplete": "off"}
    return forms.FloatField(label=label, required=False, widget=forms.NumberInput(attrs=attrs))


class BeginForm(KeyedForm):
    """Where officers will ask. A request brings its area; without one a place and how far around it."""

    renamed = {"area": "latitude"}

    where = forms.CharField(
        label=_("Where?"),
        help_text=_("As colleagues say it. For example: 1200 block of North Monroe Street."),
        max_length=WHERE_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    latitude, longitude = _degrees(_("Latitude")), _degrees(_("Longitude"))
    radius_ft = forms.FloatField(
        label=_("Feet around it"), min_value=50, max_value=5000, initial=FEET_AT_FIRST, required=False
    )

    def __init__(self, *args: Any, asked: FootageRequest | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if asked is not None:
            for name in ("latitude", "longitude", "radius_ft"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """As the service takes it."""
        data = super().clean() or self.cleaned_data
        latitude, longitude = data.get("latitude"), data.get("longitude")
        area = None
        if latitude is not None or longitude is not None:
            if latitude is None or longitude is None:
                self.add_error("longitude", _("Give both, or neither."))
            radius = to_meters(data.get("radius_ft") or FEET_AT_FIRST)
            area = {"type": "Circle", "center": [longitude, latitude], "radius_m": radius}
        return {"where": data.get("where"), "request_key": data.get("request_key"), "area": area}


class VisitForm(KeyedForm):
    """What was found at a door."""

    address = forms.CharField(
        label=_("Address"),
        help_text=_("With the apartment, if there is one."),
        max_length=ADDRESS_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "words"}),
    )
    outcome = forms.ChoiceField(
        label=_("What did you find?"), choices=[("", _("Choose one")), *Outcome.choices], widget=forms.Select
    )
    come_back_at = WallClock(label=_("Come back at"), required=False)
    note = forms.CharField(
        label=_("Note"), max_length=NOTE_MAX, required=False, strip=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, canvass: Canvass, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._zone = ZoneInfo(canvass.agency.time_zone)

    def clean_come_back_at(self) -> Any:
        given = self.cleaned_data["come_back_at"]
        return self.fields["come_back_at"].read(given, self._zone) if given else None  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """As the service takes it."""
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        names = ("address", "outcome", "note", "come_back_at")
        return {"told": Told(**{name: data[name] for name in names}), "request_key": data["request_key"]}


def wall_clock(at: datetime, zone: str) -> str:
    """As the field for a time has it."""
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"
