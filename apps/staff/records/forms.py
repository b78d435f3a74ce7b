"""Shape of what a records custodian enters about a records request."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django import forms
from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from apps.agencies.fields import offer_agencies
from apps.agencies.models import Agency
from apps.core.errors import InvalidInput
from apps.core.forms import RowField, ServiceForm
from apps.disclosure.models import RequestedItem
from apps.disclosure.services.ending import ANSWER_MAX
from apps.disclosure.services.lines import NOTE_MAX
from apps.disclosure.services.searching import CASE_MAX, NEAR_M, PLACE_MAX, Wanted
from apps.disclosure.services.taking import CONTACT_MAX, REASON_MAX, WORDING_MAX
from apps.disclosure.services.withholding import CITATION_MAX, PART_MAX
from apps.disclosure.states import Channel, Decision, FeeKind
from apps.footage_requests.windows import instant
from apps.geo.units import to_feet
from apps.redaction.exemptions import EXEMPTIONS
from apps.redaction.models import Redaction

DAY = {"type": "date"}


def _choices(choices: Iterable[tuple[str, Any]], first: Any = None) -> list[tuple[str, Any]]:
    return [*([("", first)] if first else []), *((value, capfirst(words)) for value, words in choices)]


def _day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs=DAY, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


def _time(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))


def _long(label: Any, most: int, *, rows: int = 3, required: bool = True, help_text: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "maxlength": most})
    return forms.CharField(label=label, max_length=most, required=required, help_text=help_text, widget=widget)


class OneAgency(RowField):
    """An agency by its full name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class TakeForm(ServiceForm):
    """What somebody asks for. No name and no reason are asked."""

    renamed = {"received_at": "received_time"}

    agency = OneAgency(label=_("Agency"), queryset=Agency.objects.none(), to_field_name="public_id", empty_label=None)
    wording = _long(
        _("What is asked for?"),
        WORDING_MAX,
        rows=5,
        help_text=_("As it was said or written. Do not ask for a name or a reason: nobody has to give one."),
    )
    channel = forms.ChoiceField(label=_("How did it come?"), choices=_choices(Channel.choices, _("Choose one")))
    received_day = _day(_("Day on which it reached the agency"))
    received_time = _time(_("Time"))
    contact = _long(
        _("Where should the answer go?"),
        CONTACT_MAX,
        rows=2,
        required=False,
        help_text=_("Only if it was given. It is encrypted, and you can erase it once the request has ended."),
    )
    request_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4, required=False)

    def __init__(self, *args: Any, mine: QuerySet[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_agencies(self.fields["agency"], mine)
        first = mine.first()
        now = timezone.localtime(timezone.now(), ZoneInfo(first.time_zone) if first else None)
        self.fields["received_day"].initial = now.date()
        self.fields["received_time"].initial = now.time().replace(second=0, microsecond=0)

    def clean(self) -> dict[str, Any]:
        """Day and time become one instant, by the agency's clock."""
        said = super().clean() or {}
        day, clock, agency = said.pop("received_day", None), said.pop("received_time", None), said.get("agency")
        if day and agency:
            try:
                said["received_at"] = _at(agency, day, clock, "received_time")
            except InvalidInput as error:
                self.refuse(error)
        return said


def _at(agency: Agency, day: Any, clock: Any, field: str, *, last: bool = False) -> datetime:
    """The instant; of a day without a time its first, or its last minute."""
    usual = datetime.max.time().replace(second=0, microsecond=0) if last else datetime.min.time()
    # An hour that happened twice is the earlier one: a clock that runs out is told of sooner.
    return instant(datetime.combine(day, clock or usual), agency.time_zone, which="earlier", field=field)


class ReasonForm(ServiceForm):
    """Why, in a sentence."""

    reason = forms.CharField(
        label=_("Why?"), max_length=REASON_MAX, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class DayForm(ReasonForm):
    """Another day for the answer."""

    answer_by = _day(_("New day for the answer"))
    field_order = ("answer_by", "reason")


class SearchForm(ServiceForm):
    """Case, place and time; at least one."""

    renamed = {"since": "since_time", "until": "until_time"}

    case_number = forms.CharField(label=_("Case number"), max_length=CASE_MAX, required=False)
    place = forms.CharField(
        label=_("Address, corner or street"),
        max_length=PLACE_MAX,
        required=False,
        help_text=_("Looks in the areas that requests for footage asked about. Places of cameras stay confidential."),
    )
    near_m = forms.TypedChoiceField(label=_("How near?"), coerce=int, required=False)
    since_day = _day(_("From day"), required=False)
    since_time = _time(_("From time"))
    until_day = _day(_("To day"), required=False)
    until_time = _time(_("To time"))

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agency = agency
        near = self.fields["near_m"]
        assert isinstance(near, forms.ChoiceField)  # noqa: S101
        near.choices = [(one, _("%(feet)s feet") % {"feet": intcomma(round(to_feet(one), -2))}) for one in NEAR_M]
        near.initial = NEAR_M[1]

    def clean(self) -> dict[str, Any]:
        """All of it as the service takes it."""
        said = super().clean() or {}
        ends = {}
        for end in ("since", "until"):
            day = said.get(f"{end}_day")
            try:
                clock = said.get(f"{end}_time")
                ends[end] = _at(self.agency, day, clock, f"{end}_time", last=end == "until") if day else None
            except InvalidInput as error:
                self.refuse(error)
        return {
            "wanted": Wanted(
                case_number=said.get("case_number", ""),
                place=said.get("place", ""),
                near_m=said.get("near_m") or NEAR_M[1],
                since=ends.get("since"),
                until=ends.get("until"),
            )
        }


class ItemsForm(ServiceForm):
    """Which items are added."""

    items = forms.MultipleChoiceField(required=False)

    def clean_items(self) -> list[UUID]:
        """Public ids."""
        return [UUID(one) for one in self.cleaned_data["items"]]

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        given = data.getlist("items") if data is not None else []
        self.fields["items"].choices = [(one, one) for one in given if _is_uuid(one)]  # type: ignore[attr-defined]


def _is_uuid(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


class DecideForm(ServiceForm):
    """What is given of an item."""

    decision = forms.ChoiceField(label=_("What is given?"), choices=_choices(Decision.choices))
    redaction = forms.ChoiceField(
        label=_("Which redacted copy?"), required=False, help_text=_("It counts only where parts are removed.")
    )
    note = forms.CharField(label=_("Note for colleagues"), max_length=NOTE_MAX, required=False)

    def __init__(self, *args: Any, line: RequestedItem, copies: list[Redaction], **kwargs: Any) -> None:
        """The newest proven copy is proposed, until somebody decided otherwise."""
        proposes = bool(copies) and line.decision == Decision.UNDECIDED
        chosen = line.redaction or (copies[0] if proposes else None)
        first = {
            "decision": Decision.REDACT if proposes else line.decision,
            "redaction": chosen.public_id if chosen else "",
            "note": line.note,
        }
        super().__init__(*args, initial=first, **kwargs)
        if not copies:
            del self.fields["redaction"]
            return
        rows = [(one.public_id, one.title) for one in copies]
        self.fields["redaction"].choices = [("", _("None of the portal's")), *rows]  # type: ignore[attr-defined]

    def clean_redaction(self) -> UUID | None:
        """A public id."""
        return UUID(self.cleaned_data["redaction"]) if self.cleaned_data["redaction"] else None


class WithholdForm(ServiceForm):
    """What is kept back, under which statute, and when somebody looks again."""

    exemption = forms.ChoiceField(label=_("Statute"))
    citation = forms.CharField(
        label=_("Citation of another statute"), max_length=CITATION_MAX, required=False, help_text=_("Only then.")
    )
    part = _long(
        _("What is kept back?"),
        PART_MAX,
        rows=2,
        help_text=_("So that the requester understands it: “the face of a witness, minute 3 to 4”. No names."),
    )
    review_on = _day(
        _("Look again on"),
        required=False,
        help_text=_("Needed where the statute holds only while an investigation is active."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(one.code, f"{one.citation}: {one.words}" if one.citation else one.words) for one in EXEMPTIONS]
        self.fields["exemption"].choices = _choices(known, _("Choose one"))  # type: ignore[attr-defined]


class AgainForm(ReasonForm):
    """The statute still holds; when somebody looks again."""

    review_on = _day(_("Look again on"))
    field_order = ("review_on", "reason")


class FeeForm(ServiceForm):
    """An amount, and how it was reckoned."""

    kind = forms.ChoiceField(label=_("What is it?"), choices=_choices(FeeKind.choices))
    amount = forms.DecimalField(
        label=_("Amount in dollars"),
        max_digits=12,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "0.01", "min": "0", "inputmode": "decimal"}),
    )
    note = forms.CharField(label=_("How was it reckoned?"), max_length=300)


class AnswerForm(ServiceForm):
    """The answer that goes out, and which version of the request was read."""

    answer = _long(_("Answer"), ANSWER_MAX, rows=12, help_text=_("Read it, change it, and send it yourself."))
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
