"""Shape of what staff enter: a request's area, window and words; a decision; an end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.agencies.case_numbers import hint_for
from apps.agencies.fields import offer_agencies
from apps.agencies.models import Agency
from apps.calls.models import Call
from apps.core.errors import InvalidInput
from apps.core.forms import RowField, ServiceForm
from apps.footage_requests.from_call import proposed_by
from apps.footage_requests.incident_types import incident_choices
from apps.footage_requests.limits import MESSAGE_MAX, REASON_MAX
from apps.footage_requests.models import FootageRequest
from apps.footage_requests.states import Outcome, RequestKind
from apps.footage_requests.windows import Ambiguous, instant
from apps.staff.requests.area_fields import NAMES, PLACES, SAY_WHERE, area_fields, area_in, area_shown, without_gaps
from apps.staff.requests.left_out_fields import NUMBERS, left_out_fields, left_out_in, left_out_shown
from apps.staff.requests.ready_fields import ready_fields
from apps.staff.requests.translation_fields import other_languages, translation_fields
from apps.staff.requests.window_fields import MORE, date_field, more_fields, time_field, which_field, window_shown


def _capitalized(choices: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    return [(value, capfirst(words)) for value, words in choices]


def _incidents(agencies: Iterable[Agency]) -> list[tuple[str, Any]]:
    """The kinds of incident of the agency; by agency, for somebody who writes for several."""
    lists: list[tuple[str, Any]] = [(one.short_name, _capitalized(incident_choices(one))) for one in agencies]
    return [("", gettext_lazy("Choose one")), *(lists[0][1] if len(lists) == 1 else lists)]


class AreaWindowForm(ServiceForm):
    """Where and when. `cleaned_data` gains `area` (for `geo.parse_area`), `window_start` and `window_end` (UTC).

    There are as many places as `area_fields` has; what is posted is read without gaps between them. Local times are
    those of the agency.
    """

    renamed = {"area": "polygon", "window_start": "start_time", "window_end": "end_time"}

    agency = RowField(
        label=gettext_lazy("Agency"), queryset=Agency.objects.none(), to_field_name="public_id", empty_label=None
    )
    start_date, start_time, start_which = date_field(), time_field(), which_field()
    end_date, end_time, end_which = date_field(), time_field(), which_field()

    def __init__(self, data: Mapping[str, Any] | None = None, *, agencies: Any, **kwargs: Any) -> None:
        super().__init__(None if data is None else without_gaps(data), **kwargs)
        self.which: list[str] = []
        self.fields = area_fields() | self.fields | more_fields()
        offer_agencies(self.fields["agency"], agencies)

    @property
    def asks_which(self) -> dict[str, bool]:
        """For `start` and `end`, whether to show the choice between two hours of the same name."""
        return {part: self._asks(part) for part in ("start", "end")}

    @property
    def more_times(self) -> list[dict[str, Any]]:
        """The fields of each further time, for the page."""
        rows = []
        for number in MORE:
            row = {
                f"{part}_{name}": self[f"{part}_{name}_{number}"]
                for part in ("start", "end")
                for name in ("date", "time", "which")
            }
            asks = {f"{part}_asks": self._asks(part, f"_{number}") for part in ("start", "end")}
            filled = any(field.value() or field.errors for field in row.values())
            rows.append({**row, **asks, "number": int(number), "filled": filled})
        return rows

    @property
    def places(self) -> list[dict[str, Any]]:
        """The fields of each place, for the page."""
        return [
            {
                **{name: self[f"{name}{behind}"] for name in NAMES},
                "number": number,
                "behind": behind,
                "filled": any(self[f"{name}{behind}"].value() not in (None, "") for name in SAY_WHERE)
                or any(f"{name}{behind}" in self.errors for name in NAMES),
            }
            for number, behind in enumerate(PLACES, start=1)
        ]

    @property
    def has_several(self) -> bool:
        """Whether a second place is filled in, so that the first one has a name too."""
        return any(place["filled"] for place in self.places[1:])

    def _asks(self, part: str, behind: str = "") -> bool:
        return f"{part}{behind}" in self.which or bool(self[f"{part}_which{behind}"].value())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["area"] = area_in(self, cleaned)
        agency = cleaned.get("agency")
        if isinstance(agency, Agency):
            for part in ("start", "end"):
                cleaned[f"window_{part}"] = self._instant(cleaned, part, agency)
            cleaned["more_windows"] = self._more_windows(cleaned, agency)
        return cleaned

    def _more_windows(self, cleaned: Mapping[str, Any], agency: Agency) -> list[tuple[datetime, datetime]]:
        """The further times that somebody filled in; one that is half filled in is an error."""
        found = []
        for number in MORE:
            names = [f"{part}_{name}_{number}" for part in ("start", "end") for name in ("date", "time")]
            missing = [name for name in names if cleaned.get(name) is None]
            if len(missing) == len(names) and not any(name in self.errors for name in names):
                continue
            if missing:
                for name in missing:
                    if name not in self.errors:
                        self.add_error(name, _("Fill in all four fields of this time, or none."))
                continue
            start, end = (self._instant(cleaned, part, agency, f"_{number}") for part in ("start", "end"))
            if start is not None and end is not None:
                found.append((start, end))
        return found

    def _instant(self, cleaned: Mapping[str, Any], part: str, agency: Agency, behind: str = "") -> datetime | None:
        day, clock = cleaned.get(f"{part}_date{behind}"), cleaned.get(f"{part}_time{behind}")
        if day is None or clock is None:
            return None
        field = f"{part}_time{behind}"
        try:
            return instant(
                datetime.combine(day, clock),
                agency.time_zone,
                which=cleaned.get(f"{part}_which{behind}", ""),
                field=field,
            )
        except Ambiguous as problem:
            self.which.append(f"{part}{behind}")
            self.add_error(f"{part}_which{behind}", str(problem.message))
        except InvalidInput as problem:
            self.add_error(field, str(problem.message))
        return None


class RequestForm(AreaWindowForm):
    """Everything that a detective fills in."""

    case_number = forms.CharField(
        label=gettext_lazy("Case number"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    incident_type = forms.ChoiceField(
        label=gettext_lazy("What happened"),
        error_messages={"invalid_choice": gettext_lazy("Choose what kind of incident it was.")},
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What do you ask for?"),
        choices=[
            (RequestKind.FOOTAGE, gettext_lazy("Footage: owners are asked to answer and send it")),
            (
                RequestKind.PRESERVATION,
                gettext_lazy("To keep it: owners learn of camera, day and hours alone; ask for the footage later"),
            ),
        ],
        widget=forms.RadioSelect,
        initial=RequestKind.FOOTAGE,
        required=False,
    )
    reason = forms.CharField(
        label=gettext_lazy("Why these cameras and this time?"),
        help_text=gettext_lazy("Your supervisor reads it. Owners never see it."),
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    message = forms.CharField(
        label=gettext_lazy("Message to the owners"),
        help_text=gettext_lazy("What to look for, for instance “a person on a red bicycle”. No names, no case number."),
        max_length=MESSAGE_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    request_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4, required=False)
    call = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, *, agencies: Any, **kwargs: Any) -> None:
        super().__init__(data, agencies=agencies, **kwargs)
        self.agencies = agencies
        self.fields.update(left_out_fields())
        self.fields.update(translation_fields())
        self.fields.update(ready_fields(agencies))
        self.fields["case_number"].help_text = hint_for(agencies)
        self.fields["incident_type"].choices = _incidents(agencies)  # type: ignore[attr-defined]

    @property
    def ready(self) -> dict[str, Any]:
        """The choices of ready-made texts, by the field that takes them."""
        return {name: self[f"ready_{name}"] for name in ("message", "reason") if f"ready_{name}" in self.fields}

    @property
    def translations(self) -> list[Any]:
        """The fields of the message in other languages, for the page."""
        return [self[f"message_{code}"] for code in other_languages()]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        try:
            cleaned["left_out"] = left_out_in(cleaned)
        except InvalidInput as problem:
            for name, sentence in problem.fields.items():
                self.add_error(name, sentence)
        return cleaned

    @property
    def left_out(self) -> list[tuple[Any, Any]]:
        """Address and reason of each place that is left out, for the page."""
        return [(self[f"left_out_{number}"], self[f"left_why_{number}"]) for number in NUMBERS]

    @property
    def leaves_out(self) -> bool:
        """Whether an address is typed, so that the page shows the fields."""
        return any(field.value() or field.errors for pair in self.left_out for field in pair)

    def content(self) -> dict[str, Any]:
        """The arguments of draft_request and update_request, of a valid form."""
        names = (
            "case_number",
            "incident_type",
            "reason",
            "message",
            "area",
            "window_start",
            "window_end",
            "more_windows",
        )
        kind = self.cleaned_data["kind"] or RequestKind.FOOTAGE
        return {name: self.cleaned_data[name] for name in names} | {
            "kind": kind,
            "left_out": self.cleaned_data["left_out"],
            "message_translations": {code: self.cleaned_data[f"message_{code}"] for code in other_languages()},
        }


def initial_of(request: FootageRequest) -> dict[str, Any]:
    """A stored request as the form shows it."""
    initial = {
        "agency": request.agency.public_id,
        "case_number": request.case.number,
        "incident_type": request.incident_type,
        "reason": request.reason,
        "message": request.message,
        "kind": request.kind,
        "version": request.version,
    }
    for number, (start, end) in zip(("", *MORE), request.windows, strict=False):
        initial |= window_shown(start, end, request.time_zone, number=number)
    initial |= {f"message_{code}": words for code, words in request.message_translations.items()}
    return initial | left_out_shown(request.left_out) | area_shown(request.area)


def initial_from(call: Call) -> dict[str, Any]:
    """What a call for service proposes, as the form shows it; only its words where the call has no place."""
    initial = {"agency": call.agency.public_id, "call": call.public_id}
    if not call.has_place:
        return initial | {"case_number": call.case_number}
    said = proposed_by(call)
    shown = area_shown(said.pop("area"))
    shown |= window_shown(said.pop("window_start"), said.pop("window_end"), call.agency.time_zone)
    return initial | shown | said


class ReturnForm(ServiceForm):
    """Why a supervisor gives a request back."""

    reason = forms.CharField(
        label=gettext_lazy("What has to change?"),
        help_text=gettext_lazy("The author reads this."),
        min_length=5,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CloseForm(ServiceForm):
    """How a request ended."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("How did it end?"), choices=Outcome.choices, widget=forms.RadioSelect
    )


class WithdrawForm(ServiceForm):
    """Why a request is taken back."""

    reason = forms.CharField(label=gettext_lazy("Why is it withdrawn?"), max_length=500, required=False)
