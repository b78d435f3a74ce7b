"""A manager's page of the agency's letterhead: words and seal, shown in the letters before they are published."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from apps.accounts.models import User
from apps.agencies.models import Agency
from apps.core.errors import InvalidInput
from apps.core.forms import ServiceForm
from apps.footage_requests.incident_types import FIRST
from apps.footage_requests.mails import Writer
from apps.footage_requests.models import FootageRequest
from apps.letterhead import selectors
from apps.letterhead.models import Letterhead
from apps.letterhead.services import MOST, Words, checked_words, clean_seal
from apps.letterhead.states import Place

SEAL_FILE_MOST = 5_000_000
LETTERS = (Place.INVITATION, Place.REMINDER)


class WordsForm(ServiceForm):
    """The agency's words for each place, in each language; nothing is published before it was shown."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in Place:
            for code, name in settings.LANGUAGES:
                area = forms.Textarea(attrs={"rows": 3, "lang": code, "maxlength": MOST, "spellcheck": "true"})
                label = f"{str(place.label).capitalize()}: {_(name)}"
                # Kept as typed: what is trimmed and refused is the service's to say.
                self.fields[f"{place}_{code}"] = forms.CharField(
                    label=label, required=False, strip=False, widget=self.widget_of(area)
                )

    def widget_of(self, area: forms.Textarea) -> forms.Widget:
        """How a text is typed."""
        return area


class PreviewForm(WordsForm):
    """Words to type and a seal to choose."""

    seal = forms.FileField(
        label=gettext_lazy("Seal"),
        help_text=gettext_lazy("JPEG, PNG or WebP, at most 5 MB. Choose nothing to keep what there is."),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    remove_seal = forms.BooleanField(label=gettext_lazy("Take the seal off"), required=False)
    seal_shown = forms.CharField(required=False, widget=forms.HiddenInput, max_length=400_000)

    def __init__(self, *args: Any, has_seal: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([name for name in self.fields if "seal" not in name])
        if not has_seal:
            self.fields["remove_seal"].widget = forms.HiddenInput()

    def chosen_seal(self, by: User) -> bytes | None:
        """The picture as it would be kept: the file, else the one shown before. Raises InvalidInput."""
        file = self.cleaned_data["seal"]
        if file is not None:
            if file.size > SEAL_FILE_MOST:
                sentence = _("A seal may have at most 5 MB. Choose a smaller picture.")
                raise InvalidInput.about("seal", sentence)
            return clean_seal(file.read(SEAL_FILE_MOST), by)
        return decoded(self.cleaned_data["seal_shown"])


class PublishForm(WordsForm):
    """The words and the seal that were shown, to be published."""

    read = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    seal = forms.CharField(required=False, widget=forms.HiddenInput, max_length=400_000)
    remove_seal = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def widget_of(self, area: forms.Textarea) -> forms.Widget:
        return forms.HiddenInput()


def words_in(given: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """What a form holds, by place and language."""
    return {place: {code: given[f"{place}_{code}"] for code, _name in settings.LANGUAGES} for place in Place.values}


def arguments_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """What `publish_letterhead` takes of a `PublishForm`. Raises InvalidInput."""
    return {
        "read": given["read"],
        "remove_seal": given["remove_seal"],
        "words": words_in(given),
        "seal": decoded(given["seal"]),
    }


def decoded(seal: str) -> bytes | None:
    """A seal that a form carried. Raises InvalidInput for what is none."""
    try:
        return base64.b64decode(seal, validate=True) or None
    except (binascii.Error, ValueError) as problem:
        raise InvalidInput(_("The seal did not arrive whole. Please choose it again.")) from problem


def words_of(found: Letterhead | None) -> dict[str, str]:
    """What the form starts with: the words in force."""
    kept: Words = found.words if found else {}
    return {f"{place}_{code}": one for place, by_language in kept.items() for code, one in by_language.items()}


def page_context(agency: Agency) -> dict[str, Any]:
    """What is in force, the form to change it, and the versions so far."""
    found = selectors.in_force(agency)
    return {
        "agency": agency,
        "in_force": found,
        "seal_url": data_url(bytes(found.seal)) if found and found.seal_digest else "",
        "form": PreviewForm(initial=words_of(found), auto_id="letterhead_%s", has_seal=_has_seal(found)),
        "versions": selectors.versions(agency).select_related("author")[:20],
    }


def preview_form(request: HttpRequest, agency: Agency) -> PreviewForm:
    """What was typed and chosen."""
    kept = _has_seal(selectors.in_force(agency))
    return PreviewForm(request.POST, request.FILES, auto_id="letterhead_%s", has_seal=kept)


def preview_context(agency: Agency, form: PreviewForm, by: User) -> dict[str, Any] | None:
    """The letters with these words, and the form that publishes them; None where they do not hold, with reasons."""
    if not form.is_valid():
        return None
    try:
        words = checked_words(words_in(form.cleaned_data))
        seal = form.chosen_seal(by)
    except InvalidInput as error:
        form.refuse(error)
        return None
    found = selectors.in_force(agency)
    remove = form.cleaned_data["remove_seal"] and seal is None
    kept = bytes(found.seal) if found and not remove else b""
    carried = base64.b64encode(seal).decode() if seal else ""
    typed = {name: one for name, one in form.cleaned_data.items() if name.partition("_")[0] in Place.values}
    publish = {**typed, "read": found.number if found else 0, "seal": carried, "remove_seal": remove}
    return {
        "previews": [_letter(agency, place, code, name, words) for place in LETTERS for code, name in _languages()],
        "thanks": [(name, code, words.get(Place.THANKS, {}).get(code, "")) for code, name in _languages()],
        "seal_url": data_url(seal or kept),
        "publish_form": PublishForm(initial=publish, auto_id="publish_%s"),
        "form": PreviewForm(
            initial={**typed, "seal_shown": carried, "remove_seal": remove},
            auto_id="letterhead_%s",
            has_seal=_has_seal(found),
        ),
    }


def data_url(seal: bytes) -> str:
    """A picture that stands in the page itself: what is not published has no address."""
    return f"data:image/jpeg;base64,{base64.b64encode(seal).decode()}" if seal else ""


def _has_seal(found: Letterhead | None) -> bool:
    return bool(found and found.seal_digest)


def _languages() -> list[tuple[str, str]]:
    return [(code, str(_(name))) for code, name in settings.LANGUAGES]


def _letter(agency: Agency, place: Place, code: str, language: str, words: Words) -> dict[str, str]:
    example = example_request(agency, FIRST[0]["names"], code)
    subject, text = Writer(example, place, words=words).preview(code)
    return {"title": f"{str(place.label).capitalize()}: {language}", "code": code, "subject": subject, "text": text}


def example_request(agency: Agency, incident_names: dict[str, str], code: str) -> FootageRequest:
    """A request that is not kept, for a letter in the language of this code that a manager looks at."""
    with override(code):
        message = _("An example of what a detective writes.")
    end = timezone.now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=20)
    return FootageRequest(
        code="ABC-123",
        agency=agency,
        incident_names=incident_names,
        message=message,
        window_start=end - timedelta(hours=1),
        window_end=end,
        time_zone=agency.time_zone,
        closes_at=end + timedelta(days=14),
    )
