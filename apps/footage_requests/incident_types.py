"""The kinds of incident that an agency asks about: a list that its program manager keeps, version by version.

A version is a row that never changes, and the newest one counts. An agency without one has `FIRST`. Nothing is taken
out of a list, only retired, so that each code which a request holds has words wherever codes are listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils.text import slugify
from django.utils.translation import gettext as _

from apps.agencies.models import Agency
from apps.core import text
from apps.core.errors import InvalidInput
from apps.core.languages import in_language
from apps.footage_requests.models import IncidentTypeList

NAME_MAX, CODE_MAX, MOST = 60, 40, 40


class IncidentType(TypedDict):
    """One kind: its code, its name in each language of the portal, and whether it is offered no more.

    Urgent: somebody may be in danger, so whoever is on duty learns of a request whatever they chose.
    """

    code: str
    names: dict[str, str]
    retired: bool
    urgent: bool


def _first(code: str, english: str, spanish: str, *, urgent: bool = False) -> IncidentType:
    return {"code": code, "names": {"en": english, "es": spanish}, "retired": False, "urgent": urgent}


FIRST: list[IncidentType] = [
    _first("burglary", "burglary", "robo en propiedad"),
    _first("vehicle", "vehicle theft or burglary", "robo de vehículo o en un vehículo"),
    _first("crash", "crash, hit and run", "choque con fuga"),
    _first("robbery", "robbery", "asalto"),
    _first("violence", "shooting or other violence", "disparos u otra violencia", urgent=True),
    _first("missing_person", "missing person", "persona desaparecida", urgent=True),
    _first("other", "other", "otro"),
]


@dataclass(frozen=True, slots=True)
class Given:
    """A kind as a manager wrote it; a new one has no code yet. `place` orders the list, None comes last."""

    code: str
    names: Mapping[str, Any]
    retired: bool
    urgent: bool
    place: int | None


def present_types(agency: Agency) -> tuple[int, list[IncidentType]]:
    """The number of the agency's list, 0 for the first one, and its kinds in their order, with the retired ones."""
    newest = IncidentTypeList.objects.filter(agency=agency).order_by("-number").first()
    return (newest.number, newest.types) if newest else (0, FIRST)


def incident_choices(agency: Agency) -> list[tuple[str, str]]:
    """Code and name, in the reader's language, of the kinds that a new request may be about."""
    _number, types = present_types(agency)
    return [(one["code"], in_language(one["names"])) for one in types if not one["retired"]]


def incident_words(agencies: Iterable[Agency]) -> list[tuple[str, str]]:
    """Code and name of every kind in the lists of these agencies, also the retired ones; each code once."""
    asked = list(agencies)
    newer = IncidentTypeList.objects.filter(agency=OuterRef("agency"), number__gt=OuterRef("number"))
    lists = dict(IncidentTypeList.objects.filter(~Exists(newer), agency__in=asked).values_list("agency_id", "types"))
    found: dict[str, list[str]] = {}
    for agency in asked:
        for one in lists.get(agency.pk, FIRST):
            names = found.setdefault(one["code"], [])
            if (name := in_language(one["names"])) not in names:
                names.append(name)
    return [(code, " / ".join(names)) for code, names in found.items()]


def incident_names(agency: Agency, code: str) -> dict[str, str]:
    """The names of a kind that a new request may be about. Raises InvalidInput for one that is retired or none."""
    found = next((one for one in present_types(agency)[1] if one["code"] == code), None)
    if found is None:
        sentence = _("Choose what kind of incident it was.")
    elif found["retired"]:
        sentence = _("“%(name)s” is no longer in your agency's list of incidents. Choose another kind.") % {
            "name": in_language(found["names"])
        }
    else:
        return found["names"]
    raise InvalidInput(sentence, fields={"incident_type": sentence}, code="incident_type")


def is_urgent(agency: Agency, code: str) -> bool:
    """Whether the agency's supervisors on duty learn of a request about this kind at any hour."""
    return any(one["urgent"] for one in present_types(agency)[1] if one["code"] == code)


def checked_types(given: Sequence[Given], *, present: list[IncidentType]) -> list[IncidentType]:
    """The next list: names trimmed, new kinds with codes, in order. Rows without code and names are left out.

    Raises InvalidInput with a sentence for each field that is wrong, `<language>_<row>`.
    """
    problems: dict[str, Any] = {}
    codes = {one["code"] for one in present}
    kept: list[tuple[float, IncidentType]] = []
    for row, one in enumerate(given):
        names = _checked_names(row, one, problems)
        if one.code or any(names.values()):
            place = float("inf") if one.place is None else one.place
            kept.append((place, {"code": one.code, "names": names, "retired": one.retired, "urgent": one.urgent}))
    if sorted(one["code"] for _place, one in kept if one["code"]) != sorted(codes):
        raise InvalidInput(_("A kind of incident can be retired, but not taken out. Load the page again."))
    _check_twice(given, problems)
    if problems:
        raise InvalidInput(next(iter(problems.values())), fields=problems)
    types = [one for _place, one in sorted(kept, key=lambda pair: pair[0])]
    if all(one["retired"] for one in types):
        raise InvalidInput(_("Keep at least one kind in use. Without one, nobody could write a request."))
    if len(types) > MOST:
        raise InvalidInput(_("A list holds at most %(most)d kinds, with the retired ones.") % {"most": MOST})
    for added in types:
        if not added["code"]:
            added["code"] = _new_code(added["names"], codes)
            codes.add(added["code"])
    return types


def _checked_names(row: int, one: Given, problems: dict[str, Any]) -> dict[str, str]:
    names = {}
    wanted = bool(one.code) or any(str(name).strip() for name in one.names.values())
    for language, _name in settings.LANGUAGES:
        try:
            names[language] = text.line(
                one.names.get(language, ""), field=f"{language}_{row}", most=NAME_MAX, required=wanted
            )
        except InvalidInput as error:
            problems |= error.fields
            names[language] = ""
    return names


def _check_twice(given: Sequence[Given], problems: dict[str, Any]) -> None:
    """Two kinds in use of one name could not be told apart."""
    seen: set[tuple[str, str]] = set()
    for row, one in enumerate(given):
        for language, name in one.names.items():
            said = (language, " ".join(str(name).split()).casefold())
            if one.retired or not said[1]:
                continue
            if said in seen:
                problems.setdefault(f"{language}_{row}", _("Another kind in use has this name."))
            seen.add(said)


def _new_code(names: Mapping[str, str], taken: set[str]) -> str:
    """A word for programs, from the English name; it never changes."""
    stem = re.sub(r"-+", "_", slugify(names["en"]))[: CODE_MAX - 3].strip("_") or "kind"
    return next(code for code in (stem, *(f"{stem}_{number}" for number in range(2, MOST + 2))) if code not in taken)
