"""The one form that asks why somebody needs access."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.access.grounds import roles_for
from apps.access.models import AccessKind, Purpose, PurposeKind
from apps.access.selectors import kinds_open_to
from apps.access.services import REASON_MAX, REASON_MIN, open_purpose
from apps.accounts.models import User
from apps.agencies.case_numbers import hint_for
from apps.agencies.features import Feature, agencies_open
from apps.agencies.fields import offer_agencies
from apps.agencies.models import Agency, Case
from apps.agencies.policies import agencies_of, agencies_served
from apps.calls.models import Call
from apps.calls.selectors import active_calls
from apps.core.errors import InvalidInput
from apps.core.forms import RowField, ServiceForm

QUESTIONS: dict[str, Promise] = {
    AccessKind.PARTNER_MAP: _("Reason"),
    AccessKind.REGISTRATIONS: _("Why do you review this registration?"),
    AccessKind.OWNER_ENTRY: _("Why do you need to see this import?"),
    AccessKind.REQUEST_CAMERAS: _("Why do you need to see where the cameras are?"),
    AccessKind.FOOTAGE: _("Why do you need to see this footage?"),
    AccessKind.SHARED_FOOTAGE: _("Why do you need to see what was shared?"),
    AccessKind.WITNESS_CONTACT: _("Which records duty is this for?"),
    AccessKind.RECORDS_SEARCH: _("Which records duty is this for?"),
}


class CallField(RowField):
    """An active call, as people at the board name it."""

    def label_from_instance(self, call: Any) -> str:
        return f"{call.nature} · {call.number} · {call.agency}"


class PurposeForm(ServiceForm):
    """Why somebody needs access. Offers the agencies and grounds that the person's roles allow; asks nothing known."""

    agency = RowField(label=_("Agency"), queryset=Agency.objects.none(), to_field_name="public_id")
    kind = forms.ChoiceField(label=_("What do you need access for?"), required=False)
    case_number = forms.CharField(label=_("Case number"), required=False, max_length=40)
    call = CallField(label=_("Which call?"), required=False, queryset=Call.objects.none(), to_field_name="public_id")
    reason = forms.CharField(
        min_length=REASON_MIN,
        max_length=REASON_MAX,
        help_text=_("One sentence. It is kept with the record of each access."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(
        self,
        user: User,
        access: str,
        data: Any = None,
        *,
        agency: Agency | None = None,
        case: Case | None = None,
        camera: UUID | None = None,
        grant: UUID | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.user, self.access, self.known_agency, self.case, self.camera = user, access, agency, case, camera
        self.grant = grant
        #: The grounds that the person may name here; none where their roles do not include this.
        self.kinds = kinds_open_to(user, access, agency)
        self.fields["reason"].validators = []  # the service refuses what it cannot keep, in words
        self.fields["reason"].label = str(QUESTIONS[access])
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)  # noqa: S101
        labels = dict(PurposeKind.choices)
        kind.choices = [(one, labels.get(one, one)) for one in self.kinds]
        if len(self.kinds) < 2:
            kind.widget, kind.initial = forms.HiddenInput(), next(iter(self.kinds), "")
        if case is not None or PurposeKind.CASE not in self.kinds:
            del self.fields["case_number"]
        if access != AccessKind.PARTNER_MAP or PurposeKind.CALL not in self.kinds:
            del self.fields["call"]
        else:
            self.fields["call"].queryset = active_calls(user)  # type: ignore[attr-defined]
        self._offer_agencies()
        if "case_number" in self.fields:
            hint = hint_for([agency] if agency else agencies_served(self.user, *(roles_for(self.access) or ("",))))
            self.fields["case_number"].help_text = f"{_('Needed when the access is for a case.')} {hint}".strip()

    @property
    def needs_registration(self) -> bool:
        """Whether all that the person may name is a review, and no registration is given: their page leads here."""
        of_map = self.access == AccessKind.PARTNER_MAP
        return of_map and self.kinds == [PurposeKind.REGISTRATION_REVIEW] and self.camera is None

    def _offer_agencies(self) -> None:
        if self.known_agency is not None:
            del self.fields["agency"]
            return
        roles = roles_for(self.access) or ("",)
        of_map = self.access == AccessKind.PARTNER_MAP
        found = agencies_open(self.user, Feature.PARTNER_MAP, *roles) if of_map else agencies_of(self.user, *roles)
        offer_agencies(self.fields["agency"], found)

    def open(self) -> Purpose | None:
        """Record the purpose. None where the service refused; the form then says why.

        Raises NotAllowed for somebody whose roles do not include this, and (`code="not_approved"`) for the map of a
        case that nobody approved anything for.
        """
        said = self.cleaned_data
        try:
            return open_purpose(
                user=self.user,
                agency=self.known_agency or said["agency"],
                kind=said.get("kind") or next(iter(self.kinds), ""),
                access=self.access,
                reason=said["reason"],
                case_number=self.case.number if self.case else said.get("case_number", ""),
                call=said.get("call"),
                camera=self.camera,
                grant=self.grant,
            )
        except InvalidInput as error:
            self.refuse(error)
            return None


class PlacesAskForm(ServiceForm):
    """What a supervisor reads who is asked for places: the case and why."""

    agency = RowField(queryset=Agency.objects.none(), to_field_name="public_id", widget=forms.HiddenInput)
    case_number = forms.CharField(max_length=40, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("What do you need to see, and why?"),
        help_text=_("The supervisor reads this on a phone: one or two sentences."),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": REASON_MAX}),
    )

    def __init__(self, user: User, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        agency = self.fields["agency"]
        assert isinstance(agency, forms.ModelChoiceField)  # noqa: S101
        roles = roles_for(AccessKind.PARTNER_MAP, PurposeKind.CASE) or ("",)
        self._agencies = agencies_open(user, Feature.PARTNER_MAP, *roles)
        agency.queryset = self._agencies
        if isinstance(self.initial.get("agency"), Agency):
            self.initial["agency"] = self.initial["agency"].public_id

    @property
    def known_agency(self) -> Agency | None:
        """The agency that the form names, if the person serves there."""
        try:
            return self._agencies.filter(public_id=self["agency"].value()).first()
        except ValidationError:
            return None
