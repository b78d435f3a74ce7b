"""Shapes of an owner's yes, and of what is entered at a meeting."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.agencies.fields import AgencyField
from apps.agencies.models import Agency
from apps.cameras.models import CatalogEntry, CatalogKind
from apps.core.forms import RowField, ServiceForm
from apps.partners.models import Partner, PartnerKind


class ClaimForm(ServiceForm):
    """The owner's yes: for whom, who may ask, and the terms."""

    request_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    partner = forms.ChoiceField(label=_("For whom?"), widget=forms.RadioSelect)
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        required=False,
        help_text=_("Yours, or the name of the business or association."),
    )
    agencies = AgencyField(
        label=_("Who may ask you for video?"),
        queryset=Agency.objects.filter(is_active=True),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Only these can send you a request. With none chosen, nobody asks you anything."),
    )

    def __init__(self, *args: Any, partners: list[Partner], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["partner"]
        if partners:
            field.choices = [*((str(one.public_id), one.name) for one in partners), ("new", _("Somebody new"))]
        else:
            del self.fields["partner"]
            self.fields["name"].required = True

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("partner", "new") == "new" and not data.get("name"):
            self.add_error("name", _("Please fill this in."))
        return data


_KINDS = [
    (PartnerKind.RESIDENT, _("A home")),
    (PartnerKind.BUSINESS, _("A business")),
    (PartnerKind.ASSOCIATION, _("A neighborhood or other association")),
]


class MeetingForm(ServiceForm):
    """Quick entry of one camera for somebody at a meeting. Large targets; the person confirms by mail."""

    request_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    email = forms.EmailField(
        label=_("E-mail"),
        help_text=_("The person confirms by mail; until then nothing is registered."),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "inputmode": "email"}),
    )
    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    kind = forms.ChoiceField(label=_("For"), choices=_KINDS, initial=PartnerKind.RESIDENT, widget=forms.RadioSelect)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, widget=forms.RadioSelect)
    address = forms.CharField(
        label=_("Street address"), max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    latitude = forms.FloatField(
        label=_("Latitude"),
        help_text=_("Tap the map, or type."),
        widget=forms.NumberInput(attrs={"step": "any", "class": "input-short"}),
    )
    longitude = forms.FloatField(
        label=_("Longitude"), widget=forms.NumberInput(attrs={"step": "any", "class": "input-short"})
    )
    camera_name = forms.CharField(
        label=_("Name of the camera"), max_length=80, help_text=_("For instance: Front door.")
    )
    catalog_entry = RowField(
        label=_("Camera"),
        queryset=CatalogEntry.objects.filter(kind=CatalogKind.CAMERA, is_offered=True).order_by("maker", "name"),
        to_field_name="public_id",
        required=False,
        empty_label=_("Another camera"),
    )
    bearing = forms.TypedChoiceField(
        label=_("Which way does it look?"),
        required=False,
        coerce=float,
        empty_value=None,
        choices=[("", _("Not known")), ("0", _("North")), ("45", _("Northeast")), ("90", _("East")),
                 ("135", _("Southeast")), ("180", _("South")), ("225", _("Southwest")), ("270", _("West")),
                 ("315", _("Northwest"))],
    )  # fmt: skip

    def person(self) -> list[Any]:
        """Whom it is about."""
        return [self[name] for name in ("email", "name", "kind", "language")]

    def place(self) -> list[Any]:
        return [self[name] for name in ("address", "latitude", "longitude")]

    def camera(self) -> list[Any]:
        return [self[name] for name in ("camera_name", "catalog_entry", "bearing")]
