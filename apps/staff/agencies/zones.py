"""A manager's page of the agency's zones: those there are, and a file whose effect is shown before it is loaded."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from apps.agencies.maps import map_config
from apps.agencies.models import Agency, Zone
from apps.agencies.zones import FILE_MOST, ZonePlan, as_geojson, compare_zones, read_zones
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


class ZonesLoadForm(ServiceForm):
    """The zones that were shown, to be loaded."""

    geojson = forms.CharField(widget=forms.HiddenInput, max_length=FILE_MOST)


def zones_context(agency: Agency) -> dict[str, Any]:
    """The zones of the agency, and the map that shows them."""
    zones = list(Zone.objects.filter(agency=agency).order_by("code"))
    return {"zones": zones, "map_config": map_config(), "areas": [zone.ring for zone in zones]}


def preview_context(agency: Agency, form: ZonesFileForm) -> dict[str, Any] | None:
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
