"""What a camera's form says about common cameras, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from apps.cameras.models import CatalogEntry
from apps.core.languages import in_language

OTHER_MAKE = "Other make"

#: Directions of the rose on the page: its place, degrees, the letters and the name.
ROSE = (
    ("nw", 315, pgettext_lazy("northwest", "NW"), gettext_lazy("Northwest")),
    ("n", 0, pgettext_lazy("north", "N"), gettext_lazy("North")),
    ("ne", 45, pgettext_lazy("northeast", "NE"), gettext_lazy("Northeast")),
    ("w", 270, pgettext_lazy("west", "W"), gettext_lazy("West")),
    ("e", 90, pgettext_lazy("east", "E"), gettext_lazy("East")),
    ("sw", 225, pgettext_lazy("southwest", "SW"), gettext_lazy("Southwest")),
    ("s", 180, pgettext_lazy("south", "S"), gettext_lazy("South")),
    ("se", 135, pgettext_lazy("southeast", "SE"), gettext_lazy("Southeast")),
)


def usual_names() -> list[str]:
    """Names that owners give their cameras, the commonest first."""
    return [
        _("Front door"),
        _("Driveway"),
        _("Back yard"),
        _("Garage"),
        _("Side gate"),
        _("Street side"),
        _("Entrance"),
        _("Parking lot"),
        _("Loading dock"),
    ]


def next_name(taken: Iterable[str]) -> str:
    """The first usual name that no camera of the partner has yet; empty when all are taken."""
    known = {name.casefold() for name in taken}
    return next((name for name in usual_names() if name.casefold() not in known), "")


def entry_label(entry: CatalogEntry) -> tuple[str, str]:
    """Maker and model. Makers' own names are not translated; what stands for all others is."""
    if entry.maker != OTHER_MAKE:
        return entry.maker, entry.name
    kinds = {
        "Doorbell": _("Doorbell"),
        "Camera with an app": _("Camera with an app"),
        "Cameras on a recorder (DVR or NVR)": _("Cameras on a recorder (DVR or NVR)"),
    }
    return _("Other make"), kinds.get(entry.name, entry.name)


def entry_facts(entry: CatalogEntry) -> dict[str, Any]:
    """What the form's script fills in when this entry is chosen: the form's own fields, in its units and words."""
    feet = None if entry.range_m is None else round(entry.range_m / 0.3048)
    return {
        "fields": {
            "field_of_view": entry.field_of_view,
            "range_ft": feet,
            "recording": entry.recording,
            "picture_height": entry.picture_height,
            "frame_rate": entry.frame_rate,
            "clock": entry.clock,
            "night_view": {True: "yes", False: "no", None: ""}[entry.night_view],
            "records_sound": {True: "yes", False: "no", None: ""}[entry.records_sound],
        },
        "plans": [
            {"name": in_language(plan["name"]), "days": round(plan["retention_hours"] / 24, 3)} for plan in entry.plans
        ],
        "clock": in_language(entry.clock_help),
        "export": in_language(entry.export_help),
    }
