"""A manager's page of the agency's zones: those there are, and a file or a drawing whose effect is shown before it is
loaded."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.agencies.maps import map_config
from apps.agencies.models import Agency, Zone
from apps.agencies.zones import (
    CODE_MOST,
    FILE_MOST,
    NAME_MOST,
    ZonePlan,
    as_geojson,
    compare_zones,
    read_zones,
)
from apps.core.errors import InvalidInput
from apps.core.forms import ServiceForm


class ZonesFileForm(ServiceForm):
    """A file of zones; nothing is loaded before its effect was shown."""

    file = forms.FileField(
        label=gettext_lazy("GeoJSON file"),
        help_text=gettext_lazy(
            "In WGS 84 (EPSG:4326), one polygon for each zone, with the properties “code” and “name”. At most 2 MB."
        ),
        widget=forms.FileInput(attrs={"accept": ".geojson,.json,application/geo+json,application/json"}),
    )

    def plans(self) -> list[ZonePlan]:
        """The zones of the file. Raises InvalidInput."""
        read: bytes = self.cleaned_data["file"].read(FILE_MOST + 1)
        return read_zones(read)


class ZoneDrawForm(ServiceForm):
    """One zone, drawn on the map or typed: the corners in the form are the truth."""

    renamed = {"file": "corners"}
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=CODE_MOST,
        help_text=gettext_lazy("The code of a zone that is there changes that zone."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=NAME_MOST, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    corners = forms.CharField(
        label=gettext_lazy("Corners"),
        max_length=20_000,
        help_text=gettext_lazy("Latitude, a comma and longitude, one corner to a line: 30.441,-84.281"),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )

    def plans(self) -> list[ZonePlan]:
        """The zone, as one of a file. Raises InvalidInput."""
        given = self.cleaned_data
        ring = [_corner(number, line) for number, line in enumerate(given["corners"].split("\n"), 1) if line.strip()]
        if ring and ring[0] != ring[-1]:
            ring.append(ring[0])
        return read_zones(as_geojson([ZonePlan(given["code"], given["name"], ring)]).encode())


def _corner(number: int, line: str) -> list[float]:
    try:
        latitude, longitude = (float(part) for part in line.split(","))
    except ValueError as error:
        sentence = _("Line %(line)d is no corner. Write it like this: 30.441,-84.281")
        raise InvalidInput.about("corners", sentence % {"line": number}) from error
    return [longitude, latitude]


class ZonesLoadForm(ServiceForm):
    """The zones that were shown, to be loaded."""

    geojson = forms.CharField(widget=forms.HiddenInput, max_length=FILE_MOST)


def zones_context(agency: Agency) -> dict[str, Any]:
    """The zones of the agency, and the map that shows them."""
    zones = list(Zone.objects.filter(agency=agency).order_by("code"))
    return {"zones": zones, "map_config": map_config(), "areas": [zone.ring for zone in zones]}


def draw_form(agency: Agency, code: str) -> ZoneDrawForm:
    """The form to draw a zone; with the code of one that is there, to draw that one anew."""
    zone = Zone.objects.filter(agency=agency, code=code).first() if code else None
    if zone is None:
        return ZoneDrawForm()
    corners = "\n".join(f"{latitude},{longitude}" for longitude, latitude in zone.ring[:-1])
    return ZoneDrawForm(initial={"code": zone.code, "name": zone.name, "corners": corners})


def preview_context(agency: Agency, form: ZonesFileForm | ZoneDrawForm) -> dict[str, Any] | None:
    """What loading the file would do; None where the form does not hold, with the reason beside the field."""
    if not form.is_valid():
        return None
    try:
        plans = form.plans()
        changes = compare_zones(agency, plans)
    except InvalidInput as error:
        form.refuse(error)
        return None
    return {
        "changes": changes,
        "load_form": ZonesLoadForm(initial={"geojson": as_geojson(plans)}),
        "map_config": map_config(with_zones=False),
        "areas": [plan.ring for plan in plans],
    }
