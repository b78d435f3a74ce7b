"""What is wrong with a row, and what to do about it, in the reader's language."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from apps.imports.columns import BY_NAME

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. An error keeps the row from being imported, a warning does not."""

    field: str
    code: str
    level: str = ERROR
    params: dict[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def column(self) -> str:
        """The field in words; empty where it concerns the whole row."""
        return str(BY_NAME[self.field].label) if self.field in BY_NAME else ""

    @property
    def sentence(self) -> str:
        """What is wrong and what to do."""
        return _sentence(self.code) % self.params if self.params else _sentence(self.code)

    def stored(self) -> dict[str, Any]:
        return {"field": self.field, "code": self.code, "level": self.level, "params": self.params}


def _sentence(code: str) -> str:
    sentences = {
        "service": "%(sentence)s",
        "not_a_number": _("This is no number. Write it with digits, for instance 30.4383."),
        "not_coordinates": _("This is no pair of coordinates. Write latitude, then longitude: 30.4383, -84.2807."),
        "not_a_direction": _("This is no direction. Write degrees (0 is north, 90 east) or a word such as NE."),
        "not_yes_or_no": _("Write yes or no here."),
        "not_a_choice": _("Write one of these: %(choices)s."),
        "unknown_unit": _("We do not know this unit. Write feet or meters for lengths, hours or days for times."),
        "no_place": _("There is no place. Give latitude and longitude; a map program shows them for an address."),
        "null_island": _("0, 0 lies in the Atlantic: many programs write it for an unknown place. Give the true one."),
        "swapped": _(
            "Latitude and longitude seem to be swapped. Choose “Swap them” above the table, or correct the row."
        ),
        "sign": _("West of Greenwich a longitude is negative. Choose “Make them negative” above, or correct the row."),
        "out_of_bounds": _(
            "This place lies outside the area of the program. You may import it; staff will look at it."
        ),
        "no_zone": _(
            "This place lies in no zone of the program, perhaps in water. Check it; you may import it all the same."
        ),
        "no_name": _("The camera has no name. It will be called “%(name)s”."),
        "no_direction": _("No direction is given: the camera is taken as looking all round. You can correct it later."),
        "not_a_point": _("This is a %(kind)s, not a point. A camera stands at one point: give a GeoJSON Point."),
        "too_many_cells": _(
            "This row has more cells than the header. A separator inside a cell needs quotation marks."
        ),
        "cut": _("The file seems to be cut off in this row. Export it again, or complete the row here."),
        "twice_id": _("The same camera number is in row %(row)d. Keep one of the two."),
        "twice_place": _("Row %(row)d has the same place, direction and name. Keep one of the two."),
        "like_existing": _("This looks like a camera of yours that is registered already. Leave the row out if it is."),
        "like_entered": _(
            "A camera at this place is already entered for this owner. Leave the row out if it is the same."
        ),
        "unknown_camera": _("You have no camera with this number of ours. Empty the cell to register a new camera."),
        "retired": _("This camera was taken out of the program. Empty the cell to register it again."),
        "changes": _("This camera is registered already: what differs will be changed."),
        "unchanged": _("This camera is registered already, and nothing differs."),
        "no_owner": _("There is no e-mail of the owner. Without it nobody can be asked for consent."),
        "bad_email": _("This is not an e-mail address."),
        "owner_is_staff": _("This is the address of a staff account, which cannot hold cameras. The row is skipped."),
        "owner_said_no": _("The owner of this address asked not to be entered again. The row is skipped."),
        "owner_was_asked": _("This address was invited within the last year and did not answer. The row is skipped."),
        "formula": _("This cell begins like a formula. It is kept as text and never run."),
    }
    return sentences[code]
