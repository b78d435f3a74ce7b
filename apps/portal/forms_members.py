"""Shapes of the forms about a partner's people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.partners.models import MemberRole
from apps.portal.forms import KeyedForm, ServiceForm


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


class SureForm(ServiceForm):
    """A tick before what cannot be taken back with one tap."""

    sure = forms.BooleanField(error_messages={"required": _("Tick this if you are sure.")})

    def __init__(self, *args: Any, sentence: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sure"].label = sentence
