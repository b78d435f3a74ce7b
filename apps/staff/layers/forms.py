"""Shapes of what is entered about layers."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from apps.agencies.fields import offer_agencies
from apps.agencies.models import Agency
from apps.core.forms import RowField, ServiceForm
from apps.layers.services.keeping import NAME_MAX
from apps.layers.states import LayerKind

_EVERY = [
    ("", _("Never: I upload files")),
    (15, _("every 15 minutes")),
    (60, _("every hour")),
    (360, _("every 6 hours")),
    (1440, _("once a day")),
]


class SourceForm(ServiceForm):
    """A layer's name, and where it comes from."""

    name = forms.CharField(
        label=_("Name"), max_length=NAME_MAX, help_text=_("As staff read it on the map, for instance: Traffic cameras.")
    )
    url = forms.CharField(
        label=_("Address of the data (https)"),
        max_length=2000,
        required=False,
        help_text=_(
            "Of a CSV or GeoJSON file or a zipped shapefile on the public internet. Leave it empty if you upload files."
        ),
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
    )
    every_minutes = forms.TypedChoiceField(
        label=_("The portal asks this address"), choices=_EVERY, coerce=int, empty_value=None, required=False
    )


class MakeForm(SourceForm):
    """A new layer of an agency."""

    agency = RowField(label=_("Agency"), queryset=Agency.objects.none(), to_field_name="public_id", empty_label=None)
    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=[("", _("Choose one")), *((value, capfirst(words)) for value, words in LayerKind.choices)],
    )
    request_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4, required=False)
    field_order = ("agency", "kind", "name", "url", "every_minutes")

    def __init__(self, *args: Any, agencies: QuerySet[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_agencies(self.fields["agency"], agencies)


class FileForm(ServiceForm):
    """A file to compare with what is on the map."""

    file = forms.FileField(
        label=_("CSV, GeoJSON or zipped shapefile"),
        help_text=_("You see what it would change before anything changes."),
        error_messages={"required": _("Choose a file first."), "empty": _("This file is empty.")},
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.json,.geojson,.zip"}),
    )
    request_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4, required=False)
