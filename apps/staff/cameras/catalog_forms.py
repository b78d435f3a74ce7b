"""Shape of a catalog entry as a program manager writes it: lines of text where the model keeps lists."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.cameras.models import CatalogEntry, CatalogKind
from apps.cameras.states import Recording
from apps.core.forms import ServiceForm
from apps.geo.units import to_feet, to_meters
from apps.specifications.answers import Clock

_YES_NO = [("", gettext_lazy("not known")), ("yes", gettext_lazy("yes")), ("no", gettext_lazy("no"))]
_AS_WORD = {None: "", True: "yes", False: "no"}
_NUMBERS = ("field_of_view", "picture_height", "frame_rate")
_YES_NOS = ("night_view", "records_sound")
_TEXTS = {
    "clock_help": gettext_lazy("How to check the clock"),
    "export_help": gettext_lazy("How to export video"),
}


def _number(label: Any, help_text: Any = "") -> forms.FloatField:
    widget = forms.NumberInput(attrs={"step": "any"})
    return forms.FloatField(label=label, help_text=help_text, required=False, widget=widget)


def _choice(label: Any, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=False)


class CatalogEntryForm(ServiceForm):
    """`facts_in` gives what the service takes; `version` is the one that was read."""

    renamed = {"range_m": "range_ft", **{name: f"{name}_{settings.LANGUAGE_CODE}" for name in _TEXTS}}

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=CatalogKind.choices, initial=CatalogKind.CAMERA)
    maker = forms.CharField(label=gettext_lazy("Maker"), max_length=60)
    name = forms.CharField(label=gettext_lazy("Model"), max_length=80)
    field_of_view = _number(
        gettext_lazy("Width of its view, in degrees"),
        gettext_lazy("Horizontal. Makers often state the diagonal, which is larger."),
    )
    range_ft = _number(
        gettext_lazy("Range, in feet"), gettext_lazy("How far away you can still recognize a person at night.")
    )
    recording = _choice(gettext_lazy("Records"), [("", gettext_lazy("not known, or either way")), *Recording.choices])
    plans = forms.CharField(
        label=gettext_lazy("Subscriptions or memory"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    picture_height = _number(gettext_lazy("Height of the picture, in pixels"))
    frame_rate = _number(gettext_lazy("Pictures a second"))
    clock = _choice(gettext_lazy("Clock"), [("", gettext_lazy("not known")), *Clock.choices])
    night_view = _choice(gettext_lazy("Sees at night"), _YES_NO)
    records_sound = _choice(gettext_lazy("Records sound"), _YES_NO)
    is_offered = forms.BooleanField(label=gettext_lazy("Offered to owners"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plans"].help_text = _(
            "One a line: days, then the name in each language (%(languages)s), with | between. Parts of a day are "
            "fine: 0.125 is three hours."
        ) % {"languages": ", ".join(name for _code, name in settings.LANGUAGES)}
        for name, label in _TEXTS.items():
            for code, language in settings.LANGUAGES:
                self.fields[f"{name}_{code}"] = forms.CharField(
                    label=f"{label} ({language})",
                    required=False,
                    max_length=600,
                    widget=forms.Textarea(attrs={"rows": 3, "lang": code}),
                )

    @staticmethod
    def initial_of(entry: CatalogEntry) -> dict[str, Any]:
        """The entry as the form shows it."""
        shown: dict[str, Any] = {
            name: getattr(entry, name)
            for name in ("version", "kind", "maker", "name", "recording", "clock", "is_offered", *_NUMBERS)
        }
        shown["range_ft"] = None if entry.range_m is None else to_feet(entry.range_m)
        shown |= {name: _AS_WORD[getattr(entry, name)] for name in _YES_NOS}
        for name in _TEXTS:
            shown |= {f"{name}_{code}": text for code, text in getattr(entry, name).items()}
        shown["plans"] = "\n".join(_line(plan) for plan in entry.plans)
        return shown

    def clean_plans(self) -> list[dict[str, Any]]:
        """Each line as {name by language, retention_hours}."""
        codes = [code for code, _name in settings.LANGUAGES]
        plans = []
        for line in filter(None, (line.strip() for line in self.cleaned_data["plans"].splitlines())):
            days, *names = (part.strip() for part in line.split("|"))
            try:
                hours = round(float(days) * 24)
            except (ValueError, OverflowError):
                hours = 0
            if len(names) != len(codes) or not all(names) or hours < 1:
                raise ValidationError(
                    _("This line cannot be read: “%(line)s”. Write for instance: 30 | 30 days | 30 días"),
                    params={"line": line},
                )
            plans.append({"name": dict(zip(codes, names, strict=True)), "retention_hours": hours})
        return plans

    @staticmethod
    def facts_in(data: dict[str, Any]) -> dict[str, Any]:
        """What `save_catalog_entry` takes, of the form's cleaned data."""
        facts = {name: data[name] for name in ("kind", "maker", "name", "recording", "clock", "plans", "is_offered")}
        facts |= {name: data[name] for name in _NUMBERS}
        facts["range_m"] = None if data["range_ft"] is None else to_meters(data["range_ft"])
        words = {word: value for value, word in _AS_WORD.items()}
        facts |= {name: words[data[name]] for name in _YES_NOS}
        for name in _TEXTS:
            facts[name] = {code: data[f"{name}_{code}"] for code, _language in settings.LANGUAGES}
        return facts


def _line(plan: dict[str, Any]) -> str:
    days = f"{plan['retention_hours'] / 24:g}"
    return " | ".join([days, *(plan["name"][code] for code, _name in settings.LANGUAGES)])
