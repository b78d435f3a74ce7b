"""Shapes of the partners' forms. What is right or wrong beyond the shape, the services say."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency
from apps.cameras.details import CameraDetails, stated_values
from apps.cameras.models import Camera, Site
from apps.core.errors import InvalidInput
from apps.partners.models import PartnerKind

FEET_PER_METRE = 1 / 0.3048
NEW_SITE = "new"


class AgencyField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """The agencies of the program, by their full names."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class ServiceForm(forms.Form):
    """A form whose service may still refuse; its refusals appear beside the fields."""

    error_css_class = "usa-form-group--error"
    renamed: dict[str, str] = {}  # the service's names of fields that this form calls otherwise

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = _("Please fill this in.")

    def refuse(self, error: InvalidInput) -> None:
        """Shows what a service refused: beside the field where the form has it, else on top."""
        if not error.fields:
            self.add_error(None, str(error.message))
        for name, sentence in error.fields.items():
            name = self.renamed.get(name, name)
            self.add_error(name if name in self.fields else None, str(sentence))


class KeyedForm(ServiceForm):
    """Carries the key by which a service knows a repeat of the same sending."""

    request_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class JoinForm(KeyedForm):
    kind = forms.ChoiceField(
        label=_("You register for"),
        choices=[
            (PartnerKind.RESIDENT, _("My home")),
            (PartnerKind.BUSINESS, _("A business")),
            (PartnerKind.ASSOCIATION, _("A neighborhood or other association")),
        ],
        widget=forms.RadioSelect,
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=150,
        help_text=_("Yours, or the name of the business or association."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    agencies = AgencyField(
        label=_("Who may ask you for video?"),
        queryset=Agency.objects.filter(is_active=True),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only these can send you a request. You can change this at any time."),
        error_messages={"required": _("Choose at least one. Nobody else can ask you.")},
    )


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


class CameraForm(KeyedForm):
    """A camera and its site. Angles in degrees; range in feet, because that is how people here think of distance."""

    renamed = {"range_m": "range_ft", "retention_hours": "retention_days", "address": "site_address"}

    name = forms.CharField(label=_("Name of the camera"), max_length=80, help_text=_("For instance: Front door."))
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
        -90,
        90,
        label=_("Latitude"),
        help_text=_("For instance 30.43826."),
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal", "class": "input-short"}),
    )
    longitude = number(
        -180,
        180,
        label=_("Longitude"),
        help_text=_("For instance -84.28073."),
        widget=forms.NumberInput(attrs={"step": "any", "class": "input-short"}),
    )
    bearing = number(
        0,
        360,
        label=_("Direction it looks, in degrees"),
        help_text=_("North is 0, east 90, south 180, west 270."),
        widget=forms.NumberInput(attrs={"step": "1", "class": "input-short"}),
    )
    field_of_view = number(
        1,
        360,
        label=_("Width of its view, in degrees"),
        help_text=_("Most cameras see 90. Doorbells see about 160, an all-round camera 360."),
        initial=90,
        widget=forms.NumberInput(attrs={"step": "1", "class": "input-short"}),
    )
    range_ft = number(
        3,
        1640,
        label=_("How far it sees well, in feet"),
        help_text=_("So far that you would still recognize a person: often 40 to 80."),
        initial=60,
        widget=forms.NumberInput(attrs={"step": "1", "class": "input-short"}),
    )
    retention_days = number(
        0.05,
        365,
        label=_("Days until old video is overwritten"),
        help_text=_("See the settings of your camera or recorder. If you are not sure, give the smaller number."),
        initial=7,
        widget=forms.NumberInput(attrs={"step": "any", "class": "input-short"}),
    )
    records_sound = forms.TypedChoiceField(
        label=_("Does it record sound?"),
        choices=[("no", _("No")), ("yes", _("Yes, or I am not sure"))],
        coerce=lambda value: value == "yes",
        initial="no",
        widget=forms.RadioSelect,
        help_text=_("In Florida, recording a private talk needs the consent of everyone in it (s. 934.03, F.S.)."),
    )
    notes = forms.CharField(
        label=_("Anything staff should know"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept encrypted. For instance: ask at the front desk for the recorder."),
    )

    def __init__(self, *args: Any, sites: list[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if sites:
            choices = [*((str(site.public_id), site.name) for site in sites), (NEW_SITE, _("At a new place"))]
            self.fields["site"] = forms.ChoiceField(
                label=_("Where is it?"),
                choices=choices,
                initial=choices[0][0],
                required=False,  # a first form that is sent twice knew of no place yet
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

    def details(self, camera: Camera | None = None) -> CameraDetails:
        """What the cameras' services take, in their units: degrees, metres, hours; what the form does not ask stays.

        Raises InvalidInput.
        """
        data = self.cleaned_data
        stated: dict[str, Any] = stated_values(camera) if camera is not None else {}
        stated |= {
            "name": data["name"],
            "latitude": data["latitude"],
            "longitude": data["longitude"],
            "bearing": data["bearing"] % 360,
            "field_of_view": data["field_of_view"],
            "range_m": round(data["range_ft"] / FEET_PER_METRE, 1),
            "retention_hours": round(data["retention_days"] * 24),
            "records_sound": data["records_sound"],
            "notes": data["notes"],
        }
        return CameraDetails.checked(**stated)


def _plain(value: float, digits: int) -> float | int:
    """Rounded, and without a point where there is nothing behind it."""
    rounded = round(value, digits)
    return int(rounded) if rounded == int(rounded) else rounded


class EditCameraForm(CameraForm):
    """The same, for a camera that stays at its site. `version` is the one that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, sites=[], **kwargs)
        for name in ("site_name", "site_address", "request_key"):
            del self.fields[name]

    @staticmethod
    def initial_of(camera: Camera) -> dict[str, Any]:
        """The camera as the form shows it."""
        place = camera.place
        return {
            "name": camera.name,
            "latitude": place.latitude,
            "longitude": place.longitude,
            "bearing": _plain(place.bearing, 1),
            "field_of_view": _plain(place.field_of_view, 1),
            "range_ft": round(place.range_m * FEET_PER_METRE),
            "retention_days": _plain(camera.retention_hours / 24, 2),
            "records_sound": "yes" if camera.records_sound else "no",
            "notes": camera.notes,
            "version": camera.version,
        }


class WithdrawForm(ServiceForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


class LeaveForm(ServiceForm):
    sure = forms.BooleanField(
        label=_("Yes, I want to leave the program."),
        error_messages={"required": _("Tick this if you are sure.")},
    )
