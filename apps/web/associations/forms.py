"""Shapes of the forms about associations."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.core.forms import KeyedForm, ServiceForm

NO_ADDRESS = _("This is not an e-mail address. It looks like name@example.org.")


class CodeForm(ServiceForm):
    """The code of a flyer."""

    code = forms.CharField(
        label=_("Code from the flyer or the letter"),
        max_length=40,
        help_text=_("For instance 7K3M-9QXA-2BCD."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "class": "input-code"}),
    )


class BelongForm(ServiceForm):
    """Yes, and whether letters are wanted."""

    appeals = forms.BooleanField(
        label=_("Send me appeals of the police that the association forwards"),
        required=False,
        help_text=_("At most a few a month. The association does not see your address. One tap ends it."),
    )
    confirmed = forms.BooleanField(widget=forms.HiddenInput, initial=True)


class InviteForm(ServiceForm):
    """Whom to write the code to."""

    email = forms.EmailField(
        label=_("E-mail address of a member"),
        max_length=254,
        error_messages={"invalid": NO_ADDRESS},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    language = forms.ChoiceField(
        label=_("Language of the letter"), choices=settings.LANGUAGES, widget=forms.RadioSelect, initial="en"
    )


class EndForm(ServiceForm):
    """Whose membership ends."""

    email = forms.EmailField(
        label=_("E-mail address of the former member"),
        max_length=254,
        error_messages={"invalid": NO_ADDRESS},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class AppealForm(KeyedForm):
    """A title, a few sentences, and the agency's own page."""

    title = forms.CharField(label=_("Title"), max_length=120, help_text=_("It becomes the subject of the letter."))
    text = forms.CharField(
        label=_("Text"),
        max_length=1500,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("A few sentences: what happened, when, and what people may have seen. No links here."),
    )
    link = forms.CharField(
        label=_("Link of the agency’s appeal"),
        max_length=500,
        widget=forms.URLInput(attrs={"inputmode": "url"}),
    )
