"""An agency's ready-made texts for requests: some for the owners, some for the supervisor, kept strictly apart.

A version is a row that never changes, and the newest one counts; an agency without one has `FIRST`. A text is copied
into a request when its author chooses it, so a request never changes with the list. Texts are retired and never taken
out, and one that was written for supervisors never becomes one for owners.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from django.conf import settings
from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.agencies.models import Agency
from apps.core import text
from apps.core.errors import InvalidInput
from apps.core.reading import asked_once
from apps.footage_requests.limits import MESSAGE_MAX, REASON_MAX
from apps.footage_requests.models import ReadyTextList

NAME_MAX, CODE_MAX, MOST = 60, 40, 24


class Audience(models.TextChoices):
    """Who reads a ready-made text. It never changes."""

    OWNERS = "owners", gettext_lazy("the owners")
    SUPERVISOR = "supervisor", gettext_lazy("the supervisor; owners never see it")


class ReadyText(TypedDict):
    """One text: its code, the name under which authors choose it, who reads it, and its words by language."""

    code: str
    name: str
    audience: str
    words: dict[str, str]
    retired: bool


FIRST: list[ReadyText] = [
    {
        "code": "person_on_foot",
        "name": "Person on foot",
        "audience": Audience.OWNERS.value,
        "words": {
            "en": "Please look for a person on foot who passes or stops. Clothing, a bag and the direction help.",
            "es": "Busque a una persona a pie que pase o se detenga. La ropa, una bolsa y la dirección ayudan.",
        },
        "retired": False,
    },
    {
        "code": "vehicle",
        "name": "Vehicle",
        "audience": Audience.OWNERS.value,
        "words": {
            "en": "Please look for a vehicle that passes, stops or turns. Its kind, color, damage and direction help.",
            "es": "Busque un vehículo que pase, se detenga o dé la vuelta."
            " El tipo, el color, los daños y la dirección ayudan.",
        },
        "retired": False,
    },
    {
        "code": "way_of_flight",
        "name": "Way of flight",
        "audience": Audience.SUPERVISOR.value,
        "words": {"en": "Whoever did it left along these streets. Cameras there most likely saw it."},
        "retired": False,
    },
]


@dataclass(frozen=True, slots=True)
class GivenText:
    """A text as a manager wrote it; a new one has no code yet. `place` orders the list, None comes last."""

    code: str
    name: str
    audience: str
    words: Mapping[str, Any]
    retired: bool
    place: int | None


def present_texts(agency: Agency) -> tuple[int, list[ReadyText]]:
    """The number of the agency's list, 0 for the first one, and its texts in their order, with the retired ones."""
    rows = ReadyTextList.objects.filter(agency=agency).order_by("-number")
    newest = asked_once(("ready_texts", agency.pk), rows.first)
    return (newest.number, newest.texts) if newest else (0, FIRST)


@dataclass(frozen=True, slots=True)
class Offered:
    """A text that an author may choose, by a key that no other agency's text has."""

    key: str
    name: str
    agency: str
    words: dict[str, str]


def offered_texts(agencies: Iterable[Agency], audience: str) -> list[Offered]:
    """The texts in use of these agencies for this audience and no other, in their order."""
    return [
        Offered(f"{agency.public_id}:{one['code']}", one["name"], agency.short_name, one["words"])
        for agency in agencies
        for one in present_texts(agency)[1]
        if one["audience"] == audience and not one["retired"]
    ]


def put_in(typed: str, words: str, *, known: Iterable[str]) -> str:
    """`typed` with the ready-made `words`: in place of nothing or of another ready-made text, else below it."""
    if not typed.strip() or typed.strip() in {one.strip() for one in known}:
        return words
    return typed if words in typed else f"{typed.rstrip()}\n\n{words}"


def checked_texts(given: Sequence[GivenText], *, present: list[ReadyText]) -> list[ReadyText]:
    """The next list: words trimmed, new texts with codes, in order. Rows without code, name and words are left out.

    Raises InvalidInput with a sentence for each field that is wrong, `<field>_<row>`.
    """
    problems: dict[str, Any] = {}
    before = {one["code"]: one for one in present}
    kept: list[tuple[float, ReadyText]] = []
    for row, one in enumerate(given):
        if not (one.code or str(one.name).strip() or any(str(words).strip() for words in one.words.values())):
            continue
        if one.code in before and one.audience != before[one.code]["audience"]:
            problems[f"audience_{row}"] = _("Who reads a text never changes. Retire this one and write another.")
        place = float("inf") if one.place is None else one.place
        kept.append((place, _checked(row, one, problems)))
    if sorted(one["code"] for _place, one in kept if one["code"]) != sorted(before):
        raise InvalidInput(_("A text can be retired, but not taken out. Load the page again."))
    if problems:
        raise InvalidInput(next(iter(problems.values())), fields=problems)
    texts = [one for _place, one in sorted(kept, key=lambda pair: pair[0])]
    if len(texts) > MOST:
        raise InvalidInput(_("A list holds at most %(most)d texts, with the retired ones.") % {"most": MOST})
    codes = set(before)
    for added in texts:
        if not added["code"]:
            added["code"] = _new_code(added["name"], codes)
            codes.add(added["code"])
    return texts


def _checked(row: int, one: GivenText, problems: dict[str, Any]) -> ReadyText:
    name = ""
    try:
        name = text.line(one.name, field=f"name_{row}", most=NAME_MAX)
    except InvalidInput as error:
        problems |= error.fields
    if one.audience not in Audience.values:
        problems[f"audience_{row}"] = _("Say who reads this text.")
    words: dict[str, str] = {}
    most = MESSAGE_MAX if one.audience == Audience.OWNERS else REASON_MAX
    for language, _name in settings.LANGUAGES:
        first = language == settings.LANGUAGE_CODE
        try:
            said = text.paragraphs(one.words.get(language, ""), field=f"{language}_{row}", most=most, required=first)
        except InvalidInput as error:
            problems |= error.fields
            continue
        if said and not first and one.audience == Audience.SUPERVISOR:
            problems[f"{language}_{row}"] = _("Supervisors read the text as it is. Leave the translation empty.")
        if said:
            words[language] = said
    return {"code": one.code, "name": name, "audience": one.audience, "words": words, "retired": one.retired}


def _new_code(name: str, taken: set[str]) -> str:
    stem = re.sub(r"-+", "_", slugify(name))[: CODE_MAX - 3].strip("_") or "text"
    return next(code for code in (stem, *(f"{stem}_{number}" for number in range(2, MOST + 2))) if code not in taken)
