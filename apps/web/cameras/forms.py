"""The form of a camera. People think in feet and days; services take meters and hours.

What is left empty is filled from the catalog entry that was chosen, else with what is usual: also without any script.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.cameras.details import CameraDetails, stated_values
from apps.cameras.models import Camera, CatalogEntry, Site
from apps.cameras.selectors import offered_entries
from apps.cameras.services.own import NEW_SITE
from apps.cameras.states import Funding, Recording
from apps.core.forms import KeyedForm, ServiceForm
from apps.geo.units import FEET_PER_METER
from apps.specifications.answers import Clock, Premises
from apps.web.cameras.presentation import entry_label, next_name
from apps.web.cameras.selectors import MOST_NAMES

#: What counts where neither the owner nor the catalog says anything. Feet, degrees, days.
USUAL = {"field_of_view": 90, "range_ft": 60, "retention_days": 7}
_YES_NO = [("", _("I do not know")), ("yes", _("Yes")), ("no", _("No"))]
_FACTS = ("recording", "picture_height", "frame_rate", "clock", "night_view")
_YES_NOS = ("night_view", "sign_posted", "keeps_off_private")


def number(least: float, most: float, **kwargs: Any) -> forms.FloatField:
    """A number between two bounds, which its sentence names."""
    sentence: Any = format_lazy(_("Give a number between {least} and {most}."), least=f"{least:g}", most=f"{most:g}")
    errors: dict[str, Any] = {"required": _("Please fill this in."), "invalid": _("Give a number.")}
    return forms.FloatField(
        min_value=least,
        max_value=most,
        error_messages=errors | {"min_value": sentence, "max_value": sentence},
        **kwargs,
    )


def short(**attrs: str) -> forms.NumberInput:
    """A narrow field for a number."""
    return forms.NumberInput(attrs={"step": "any", "class": "input-short"} | attrs)


def one_of(label: Any, choices: Any, **kwargs: Any) -> forms.ChoiceField:
    """A list in which nothing has to be chosen."""
    return forms.ChoiceField(label=label, choices=choices, required=False, **kwargs)


class CatalogField(forms.ChoiceField):
    """The offered entries by maker. The value is the entry's public id; cleaned, it is the entry or None."""

    def __init__(self, **kwargs: Any) -> None:
        self.entries = {str(entry.public_id): entry for entry in offered_entries()}
        makers: dict[str, list[tuple[str, str]]] = {}
        for key, entry in self.entries.items():
            maker, name = entry_label(entry)
            makers.setdefault(maker, []).append((key, name))
        self.offered: list[Any] = [("", _("I do not know, or it is not in the list")), *makers.items()]
        super().__init__(label=_("Which camera is it?"), choices=self.offered, required=False, **kwargs)

    def keep(self, entry: CatalogEntry) -> None:
        """Offer an entry that the camera has already, though it is offered to nobody else any more."""
        if str(entry.public_id) not in self.entries:
            self.entries[str(entry.public_id)] = entry
            self.choices = [*self.offered, (str(entry.public_id), str(entry))]

    def clean(self, value: Any) -> Any:
        return self.entries.get(super().clean(value))


class CameraForm(KeyedForm):
    """A camera and its site. Angles in degrees; range in feet, because that is how people here think of distance."""

    renamed = {"range_m": "range_ft", "retention_hours": "retention_days", "address": "site_address"}

    name = forms.CharField(
        label=_("Name of the camera"),
        max_length=80,
        help_text=_("For instance: Front door."),
        widget=forms.TextInput(attrs={"list": "camera-names", "autocomplete": "off"}),
    )
    site_name = forms.CharField(
        label=_("What do you call this place?"),
        max_length=80,
        required=False,
        help_text=_("For instance: Home, or Shop on Main Street."),
    )
    site_address = forms.CharField(
        label=_("Street address"),
        max_length=200,
        required=False,
        help_text=_("Kept encrypted. It helps staff to check the pin."),
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    latitude = number(
        -90, 90, label=_("Latitude"), help_text=_("For instance 30.43826."), widget=short(inputmode="decimal")
    )
    longitude = number(-180, 180, label=_("Longitude"), help_text=_("For instance -84.28073."), widget=short())
    bearing = number(
        0,
        360,
        label=_("Direction it looks, in degrees"),
        help_text=_("North is 0, east 90, south 180, west 270."),
        widget=short(step="1"),
    )
    field_of_view = number(
        1,
        360,
        label=_("Width of its view, in degrees"),
        help_text=_("Most cameras see 90. Doorbells see about 160, an all-round camera 360."),
        required=False,
        widget=short(step="1"),
    )
    range_ft = number(
        3,
        1640,
        label=_("How far it sees well, in feet"),
        help_text=_("So far that you would still recognize a person: often 40 to 80."),
        required=False,
        widget=short(step="1"),
    )
    retention_days = number(
        0.05,
        365,
        label=_("Days until old video is overwritten"),
        help_text=_("If you are not sure, give the smaller number. Left empty: what is usual for your camera, or 7."),
        required=False,
        widget=short(),
    )
    recording = one_of(_("When does it record?"), [("", _("I do not know")), *Recording.choices])
    records_sound = one_of(
        _("Does it record sound?"),
        [("", _("I am not sure")), ("yes", _("Yes")), ("no", _("No"))],
        help_text=_("In Florida, recording a private talk needs the consent of everyone in it (s. 934.03, F.S.)."),
    )
    clock = one_of(_("How does its clock keep the time?"), [("", _("I do not know")), *Clock.choices])
    night_view = one_of(_("Does it see at night?"), _YES_NO)
    sign_posted = one_of(_("Is there a sign that tells of the camera?"), _YES_NO)
    keeps_off_private = one_of(
        _("Does its view keep off neighbors' windows and private yards?"),
        _YES_NO,
        help_text=_("If not, turn it a little, or switch on a privacy zone in its settings."),
    )
    premises = one_of(_("Whose place is it?"), [("", _("I would rather not say")), *Premises.choices])
    funding = one_of(_("How was it paid for?"), Funding.choices, initial=Funding.PRIVATE)
    picture_height = forms.IntegerField(
        label=_("Height of the picture, in pixels"),
        min_value=1,
        max_value=10_000,
        required=False,
        help_text=_("For instance 1080, 1440 or 2160 (4K)."),
        widget=short(step="1"),
    )
    frame_rate = number(1, 240, label=_("Pictures a second"), required=False, widget=short())
    notes = forms.CharField(
        label=_("Anything staff should know"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept encrypted. For instance: ask at the front desk for the recorder."),
    )

    #: Fields of the part “More about it”, which nobody has to open.
    more = (
        "recording",
        "records_sound",
        "clock",
        "night_view",
        "sign_posted",
        "keeps_off_private",
        "premises",
        "funding",
        "picture_height",
        "frame_rate",
        "notes",
    )

    def __init__(self, *args: Any, sites: list[Site], more_sites: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bearing"].error_messages["required"] = _("Say which way it looks.")
        for name in ("latitude", "longitude"):
            self.fields[name].error_messages["required"] = _("Show where it hangs: on the map, or here.")
        self.fields["catalog_entry"] = self.catalog = CatalogField()
        if sites:
            choices = [*((str(site.public_id), site.name) for site in sites), (NEW_SITE, _("At a new place"))]
            self.fields["site"] = forms.ChoiceField(
                label=_("Where is it?"),
                choices=choices,
                initial=choices[0][0],
                required=False,  # a first form that is sent twice knew of no place yet
                help_text=_("For a place that is not here, start on the page “Sites”.") if more_sites else "",
                widget=forms.RadioSelect,
            )
            self.order_fields(["name", "site"])
        else:
            self.fields["site_name"].required = True

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "site_name" in self.fields and (data.get("site") or NEW_SITE) == NEW_SITE and not data.get("site_name"):
            self.add_error("site_name", _("Give the place a name that you will recognize."))
        return data

    def clean_name(self) -> str:
        """A name of white space alone is none."""
        name: str = self.cleaned_data["name"]
        if not name.strip():
            raise ValidationError(_("Please fill this in."))
        return name

    @property
    def more_fields(self) -> list[BoundField]:
        """What nobody has to say."""
        return [self[name] for name in self.more]

    @property
    def more_is_open(self) -> bool:
        """An error is never hidden."""
        return any(name in self.errors for name in self.more)

    def details(self, camera: Camera | None = None) -> CameraDetails:
        """What the cameras' services take, in their units: degrees, meters, hours; what the form does not ask stays.

        Raises InvalidInput.
        """
        data = self.cleaned_data
        entry: CatalogEntry | None = data["catalog_entry"]
        stated: dict[str, Any] = stated_values(camera) if camera is not None else {}
        stated |= {name: data[name] for name in ("name", "latitude", "longitude", "notes", "premises")}
        stated |= {
            "bearing": data["bearing"] % 360,
            "field_of_view": _first(data["field_of_view"], entry and entry.field_of_view, USUAL["field_of_view"]),
            "range_m": round(_range(data["range_ft"], entry), 1),
            "retention_hours": _retention(data["retention_days"], entry),
            # Not filled from the catalog: “I am not sure” is an answer, and nobody is told the contrary of it.
            "records_sound": _said(data["records_sound"]),
            "catalog_entry": entry,
            "funding": data["funding"] or Funding.PRIVATE,
        }
        stated |= {name: _said(data[name]) if name in _YES_NOS else data[name] for name in (*_FACTS, *_YES_NOS)}
        if entry is not None:
            stated |= {name: getattr(entry, name) for name in _FACTS if stated[name] in (None, "")}
        return CameraDetails.checked(**stated)


class EditCameraForm(CameraForm):
    """The same, for a camera that stays at its site. `version` is the one that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, camera: Camera, **kwargs: Any) -> None:
        kwargs.setdefault("initial", self.initial_of(camera))
        super().__init__(*args, sites=[], **kwargs)
        for name in ("site_name", "site_address", "request_key"):
            del self.fields[name]
        if camera.catalog_entry is not None:
            self.catalog.keep(camera.catalog_entry)

    @staticmethod
    def initial_of(camera: Camera) -> dict[str, Any]:
        """The camera as the form shows it."""
        place = camera.place
        return {
            "name": camera.name,
            "latitude": place.latitude,
            "longitude": place.longitude,
            "bearing": _plain(place.bearing, 1),
            "records_sound": _word(camera.records_sound),
            "notes": camera.notes,
            "version": camera.version,
            **like(camera),
            **{name: _word(getattr(camera, name)) for name in ("sign_posted", "keeps_off_private")},
        }


def like(camera: Camera) -> dict[str, Any]:
    """What another camera of the same make at the same place starts with: all but its name and direction."""
    place, entry = camera.place, camera.catalog_entry
    return {
        "latitude": place.latitude,
        "longitude": place.longitude,
        "field_of_view": _plain(place.field_of_view, 1),
        "range_ft": round(place.range_m * FEET_PER_METER),
        "retention_days": _plain(camera.retention_hours / 24, 2),
        "catalog_entry": str(entry.public_id) if entry else "",
        "recording": camera.recording,
        "clock": camera.clock,
        "night_view": _word(camera.night_view),
        "records_sound": _word(camera.records_sound),
        "picture_height": camera.picture_height or "",
        "frame_rate": "" if camera.frame_rate is None else _plain(camera.frame_rate, 2),
        "premises": camera.premises,
        "funding": camera.funding,
    }


def first_values(sites: list[Site], taken: list[str], beside: Camera | None) -> dict[str, Any]:
    """What a new form starts with: a likely name, and for “another one here” the place and make of its neighbor."""
    start: dict[str, Any] = {
        "name": next_name(taken) if len(taken) < MOST_NAMES else "",
        "site_name": "" if sites else _("Home"),
    }
    if beside is not None:
        start |= {"site": str(beside.site.public_id), **like(beside)}
    return start


class WithdrawForm(ServiceForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


def _plain(value: float, digits: int) -> float | int:
    """Rounded, and without a point where there is nothing behind it."""
    rounded = round(value, digits)
    return int(rounded) if rounded == int(rounded) else rounded


def _first(*values: Any) -> Any:
    """The first that was said at all."""
    return next(value for value in values if value is not None)


def _said(word: str) -> bool | None:
    return {"yes": True, "no": False}.get(word)


def _word(said: bool | None) -> str:
    return {True: "yes", False: "no", None: ""}[said]


def _range(feet: float | None, entry: CatalogEntry | None) -> float:
    meters = entry.range_m if entry else None
    return float(_first(feet and feet / FEET_PER_METER, meters, USUAL["range_ft"] / FEET_PER_METER))


def _retention(days: float | None, entry: CatalogEntry | None) -> int:
    """Of several subscriptions the one that keeps least: nobody is told that there is time which there is not."""
    least = min((plan["retention_hours"] for plan in entry.plans), default=None) if entry else None
    return int(_first(days and round(days * 24), least, USUAL["retention_days"] * 24))
