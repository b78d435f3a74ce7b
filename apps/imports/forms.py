"""Shapes of what is entered about imports."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.forms import ServiceForm
from apps.imports.columns import FIELDS, default_choices


class UploadForm(ServiceForm):
    """A file of cameras; an agency also says on what ground it brings them."""

    request_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    file = forms.FileField(
        label=_("CSV or GeoJSON file"),
        error_messages={
            "required": _("Choose a file first."),
            "missing": _("Choose a file first."),
            "empty": _("This file is empty."),
        },
        help_text=_(
            "At most 20,000 rows. The file is read and not stored; its rows are kept encrypted for seven days."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.json,.geojson"}),
    )
    reason = forms.CharField(
        label=_("Where does this list come from, and why do you enter it?"),
        help_text=_("It is kept with the record. The owners are asked before anything is registered."),
        min_length=5,
        max_length=500,
    )

    def __init__(self, *args: Any, owners: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not owners:
            del self.fields["reason"]


class ColumnsForm(ServiceForm):
    """One select box for each column of the file, and what is assumed where the file is silent."""

    range_unit = forms.ChoiceField(label=_("Lengths are in"), choices=[("ft", _("feet")), ("m", _("meters"))])
    retention_unit = forms.ChoiceField(label=_("Times are in"), choices=[("days", _("days")), ("hours", _("hours"))])
    field_of_view = forms.FloatField(label=_("Width of view, in degrees, where the file does not say"), localize=False)
    range_ft = forms.FloatField(label=_("How far a camera sees, in feet, where the file does not say"))
    retention_days = forms.FloatField(label=_("Days until video is overwritten, where the file does not say"))
    site = forms.CharField(
        label=_("Site, where the file does not say"), required=False, max_length=80, help_text=_("For instance: Shop.")
    )

    def __init__(self, *args: Any, header: list[str], mapping: dict[str, int], owners: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("field_of_view", "range_ft", "retention_days"):
            self.fields[name].widget.attrs |= {"step": "any", "class": "input-short"}
        self._width = len(header)
        by_place = {place: name for name, place in mapping.items()}
        choices = [("-", _("– leave out –")), *((one.name, one.label) for one in FIELDS if owners or not one.of_owner)]
        for place, name in enumerate(header):
            label = name or _("Column %(number)d") % {"number": place + 1}
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=label, choices=choices, initial=by_place.get(place, "-")
            )

    def columns(self) -> list[Any]:
        """The bound fields of the columns, in the file's order."""
        return [self[f"column_{place}"] for place in range(self._width)]

    def rest(self) -> list[Any]:
        """The bound fields of units and assumptions."""
        return [field for field in self if not field.name.startswith("column_")]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        seen: dict[str, str] = {}
        for place in range(self._width):
            name = f"column_{place}"
            meaning = data.get(name)
            if meaning in seen and meaning != "-":
                self.add_error(name, _("Another column has this meaning already. Leave one of the two out."))
            seen[meaning or ""] = name
        return data

    def mapping(self) -> dict[str, int]:
        """Field by the column's place."""
        data = self.cleaned_data
        named = {data.get(f"column_{place}", "-"): place for place in range(self._width)}
        return {name: place for name, place in named.items() if name != "-"}

    def choices(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in default_choices() if name in self.cleaned_data}


class RowForm(ServiceForm):
    """The cells of one row, those with a meaning first. `place_fields` are those that say where the camera hangs."""

    def __init__(self, *args: Any, header: list[str], cells: list[str], mapping: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = ("latitude", "longitude") if {"latitude", "longitude"} <= mapping.keys() else ("lat_lng",)
        self.place_fields = [f"cell_{mapping[name]}" for name in names if name in mapping]
        labels = {one.name: one.label for one in FIELDS}
        by_place = {place: labels[name] for name, place in mapping.items() if name in labels}
        width = max(len(header), len(cells))
        for place in sorted(range(width), key=lambda one: (one not in by_place, one)):
            name = header[place] if place < len(header) else ""
            label = by_place.get(place) or name or _("Column %(number)d") % {"number": place + 1}
            cell = cells[place] if place < len(cells) else ""
            long = len(cell) > 120 or "\n" in cell
            self.fields[f"cell_{place}"] = forms.CharField(
                label=label,
                required=False,
                strip=False,
                initial=cell,
                max_length=4000,
                help_text=name if place in by_place and name else "",
                widget=forms.Textarea(attrs={"rows": 3}) if long else forms.TextInput(attrs={"autocomplete": "off"}),
            )

    def cells(self) -> dict[int, str]:
        """The cells by their place."""
        return {int(name.removeprefix("cell_")): value for name, value in self.cleaned_data.items()}
