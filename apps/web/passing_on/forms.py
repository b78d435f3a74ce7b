"""Shapes of an offer of cameras, and of the yes to it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.cameras.services.sites import NAME_MAX
from apps.core.forms import KeyedForm
from apps.partners.models import PartnerKind
from apps.prospects.forms import ClaimForm


class OfferForm(KeyedForm):
    """Which cameras of a site, and to whom."""

    cameras = forms.MultipleChoiceField(
        label=_("Which cameras stay?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one of the cameras that are listed.")},
    )
    email = forms.EmailField(
        label=_("E-mail of who moves in, if you know it"),
        required=False,
        help_text=_("Then we write to them, and only they can say yes. Without it, you give them the link yourself."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=_("Language of the letter"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, cameras: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["cameras"]
        field.choices = cameras


class TakeForm(ClaimForm):
    """The yes: for whom, what kind of place, who may ask, the site's name, and that one may decide."""

    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=[
            (PartnerKind.RESIDENT, _("A home")),
            (PartnerKind.BUSINESS, _("A business")),
            (PartnerKind.ASSOCIATION, _("A neighborhood or other association")),
        ],
        initial=PartnerKind.RESIDENT,
        widget=forms.RadioSelect,
        required=False,
    )
    site_name = forms.CharField(
        label=_("What do you call this address?"), max_length=NAME_MAX, help_text=_("For instance: Home.")
    )
    attested = forms.BooleanField(
        label=_("I live, work or rent here now. The cameras and their recorder stayed, and I may decide about them."),
        error_messages={"required": _("Say that you may decide about these cameras now. Otherwise leave them.")},
    )
    field_order = ("request_key", "partner", "kind", "name", "agencies", "site_name", "attested")
