"""The message to owners in the portal's other languages, as the author gives it."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from apps.footage_requests.limits import MESSAGE_MAX


def other_languages() -> list[str]:
    """Those besides the one in which messages are written."""
    return [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def translation_fields() -> dict[str, forms.Field]:
    """One field for each of them, by name."""
    fields: dict[str, forms.Field] = {}
    for code in other_languages():
        name = capfirst(get_language_info(code)["name_translated"])
        fields[f"message_{code}"] = forms.CharField(
            label=_("The same message in %(language)s (optional)") % {"language": name},
            help_text=_("Owners who read this language get it instead, marked as a translation."),
            max_length=MESSAGE_MAX,
            required=False,
            widget=forms.Textarea(attrs={"rows": 3, "lang": code}),
        )
    return fields
