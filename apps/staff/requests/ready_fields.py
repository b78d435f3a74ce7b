"""The agency's ready-made texts on the page where a request is written: chosen, put in, and changed at will."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.footage_requests.ready_texts import Audience, Offered, offered_texts, put_in

# Which field takes the texts of which audience, so that no internal text gets into a letter.
TARGETS = {"message": Audience.OWNERS, "reason": Audience.SUPERVISOR}
TEXT = "text:"


def ready_fields(agencies: Any) -> dict[str, forms.Field]:
    """One choice for each field that has texts, by name."""
    fields: dict[str, forms.Field] = {}
    for target, audience in TARGETS.items():
        offered = offered_texts(agencies, audience)
        if offered:
            fields[f"ready_{target}"] = forms.ChoiceField(
                label=_("Ready-made text"), choices=_choices(offered), required=False
            )
    return fields


def _choices(offered: list[Offered]) -> list[tuple[str, Any]]:
    by_agency: dict[str, list[tuple[str, str]]] = {}
    for one in offered:
        by_agency.setdefault(one.agency, []).append((one.key, one.name))
    groups: list[tuple[str, Any]] = list(by_agency.items())
    return [("", _("Choose one")), *(groups if len(groups) > 1 else groups[0][1])]


def texts_by_field(agencies: Any) -> dict[str, dict[str, str]]:
    """By the key of a choice, what it puts into which fields: the message, and its translations."""
    found: dict[str, dict[str, str]] = {}
    for target, audience in TARGETS.items():
        for one in offered_texts(agencies, audience):
            found[one.key] = {
                target if code == settings.LANGUAGE_CODE else f"{target}_{code}": words
                for code, words in one.words.items()
            }
    return found


def with_text(given: Mapping[str, str], act: str, agencies: Any) -> dict[str, str]:
    """What was posted, with the chosen text put in: for who has no script."""
    texts = texts_by_field(agencies)
    chosen = texts.get(given.get(f"ready_{act.removeprefix(TEXT)}", ""), {})
    changed = dict(given)
    for name, words in chosen.items():
        known = [one[name] for one in texts.values() if name in one]
        changed[name] = put_in(given.get(name, ""), words, known=known)
    return changed
