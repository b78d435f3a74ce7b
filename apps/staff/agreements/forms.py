"""Shape of what is entered about an agreement."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from apps.agencies.fields import offer_agencies
from apps.agencies.models import Agency
from apps.agreements.models import CourtRole
from apps.agreements.scopes import scopes, words_of
from apps.agreements.services.ending import REASON_MAX
from apps.agreements.services.making import OFFICE_MAX, TITLE_MAX
from apps.core.forms import RowField, ServiceForm


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class OneAgency(RowField):
    """An agency by its full name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class MakeForm(ServiceForm):
    """Who shares with whom, days, what is shared, and the signed file."""

    from_agency = OneAgency(
        label=_("Agency that shares"), queryset=Agency.objects.none(), to_field_name="public_id", empty_label=None
    )
    to_agency = OneAgency(
        label=_("Agency that may see it"),
        queryset=Agency.objects.none(),
        to_field_name="public_id",
        empty_label=_("None: an office that is no agency here"),
        required=False,
    )
    to_office = forms.CharField(
        label=_("Office that may see it"),
        max_length=OFFICE_MAX,
        required=False,
        help_text=_("Only if it is no agency here, for instance: State Attorney, Second Judicial Circuit."),
    )
    court_role = forms.ChoiceField(
        label=_("What this office is in court"),
        required=False,
        choices=[("", _("not an office")), *CourtRole.choices],
    )
    title = forms.CharField(
        label=_("Title"), max_length=TITLE_MAX, help_text=_("As on the paper, for instance: Traffic cameras, 2027.")
    )
    items = forms.MultipleChoiceField(label=_("What is shared"), widget=forms.CheckboxSelectMultiple)
    first_day = _day(_("First day"))
    last_day = _day(_("Last day"))
    file = forms.FileField(
        label=_("The signed agreement"),
        help_text=_("A PDF file of at most 10 MB. Staff of both agencies can download it."),
        error_messages={"required": _("Choose a file first."), "empty": _("This file is empty.")},
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,application/pdf"}),
    )
    request_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4, required=False)

    def __init__(self, *args: Any, mine: QuerySet[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_agencies(self.fields["from_agency"], mine)
        others = Agency.objects.filter(is_active=True)
        only = list(mine[:2])
        self.fields["to_agency"].queryset = others.exclude(pk=only[0].pk) if len(only) == 1 else others  # type: ignore[attr-defined]
        self.fields["items"].choices = [  # type: ignore[attr-defined]
            (f"{name}:{part}", capfirst(words_of(name, part))) for scope in scopes() for name, part in scope.items()
        ]

    def clean_items(self) -> list[tuple[str, str]]:
        """As the service takes them: scope and part."""
        return [(name, part) for name, _colon, part in (one.partition(":") for one in self.cleaned_data["items"])]


class EndForm(ServiceForm):
    """Why it ends before its last day."""

    reason = forms.CharField(
        label=_("Why does it end now?"), max_length=REASON_MAX, help_text=_("Staff of both agencies read it.")
    )
