"""The long list of time zones is the list that Django would render."""

from __future__ import annotations

from django import forms
from django.test.html import parse_html

from apps.accounts.forms import LongSelect


def test_a_long_list_is_rendered_as_django_renders_it() -> None:
    choices = [("", "The agency's"), ("America/New_York", "America/New York"), ("<b>", "<b>")]
    for value in ("", "America/New_York", "<b>", None):
        ours = LongSelect(attrs={"class": "usa-select"}, choices=choices).render("zone", value, {"id": "id_zone"})
        theirs = forms.Select(attrs={"class": "usa-select"}, choices=choices).render("zone", value, {"id": "id_zone"})
        assert parse_html(ours) == parse_html(theirs)
