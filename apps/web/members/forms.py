"""Shapes of the forms about a partner's people."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.core.forms import KeyedForm, ServiceForm
from apps.partners.models import MemberRole


class InviteForm(KeyedForm):
    """Whom to invite, as what."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("Only who can read mail to this address can accept."),
        error_messages={"invalid": _("This is not an e-mail address. It looks like name@example.org.")},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    language = forms.ChoiceField(
        label=_("Language of the letter"),
        choices=settings.LANGUAGES,
        widget=forms.RadioSelect,
        help_text=_("If this address has an account here, its own language is used."),
    )

    def __init__(self, *args: Any, roles: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"] = forms.ChoiceField(
            label=_("Role"), choices=roles, widget=forms.RadioSelect, initial=MemberRole.RESPONDER
        )
        self.order_fields(["email", "role", "language"])


class RoleForm(ServiceForm):
    """Another role for a member."""

    role = forms.ChoiceField(label=_("Role"), choices=MemberRole.choices, widget=forms.RadioSelect)


class SitesForm(ServiceForm):
    """For which sites a responder answers."""

    EVERY, SOME = "every", "some"
    reach = forms.ChoiceField(
        label=_("Answers for"),
        choices=[(EVERY, _("every site, also those that come later")), (SOME, _("these sites only"))],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, sites: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sites"] = forms.MultipleChoiceField(
            label=_("Sites"), choices=sites, widget=forms.CheckboxSelectMultiple, required=False
        )

    def chosen(self) -> list[UUID] | None:
        """The public ids of the sites; None for every site."""
        if self.cleaned_data["reach"] == self.EVERY:
            return None
        return [UUID(one) for one in self.cleaned_data["sites"]]


class SureForm(ServiceForm):
    """A tick before what cannot be taken back with one tap."""

    sure = forms.BooleanField(error_messages={"required": _("Tick this if you are sure.")})

    def __init__(self, *args: Any, sentence: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sure"].label = sentence


class SiteForm(KeyedForm):
    """A site's name and address."""

    name = forms.CharField(
        label=_("What do you call this place?"),
        max_length=80,
        help_text=_("For instance: Home, or Shop on Main Street."),
    )
    address = forms.CharField(
        label=_("Street address"),
        max_length=200,
        required=False,
        help_text=_("Kept encrypted. It helps staff to check the pin."),
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )


class CloseSiteForm(ServiceForm):
    """A tick where cameras go with the site; without any, the button is enough."""

    sure = forms.BooleanField(error_messages={"required": _("Tick this if you are sure.")})
    closing = forms.BooleanField(widget=forms.HiddenInput, required=False, initial=True)

    def __init__(self, *args: Any, cameras: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if cameras:
            self.fields["sure"].label = ngettext(
                "Yes, withdraw %(n)d camera with it.", "Yes, withdraw %(n)d cameras with it.", cameras
            ) % {"n": cameras}
        else:
            del self.fields["sure"]
