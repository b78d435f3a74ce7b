"""The file of a city (TOML), read and checked as a whole: nothing is begun with half of it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from apps.agencies.case_numbers import checked_mask
from apps.agencies.founding import AgencyDetails, checked_details
from apps.agencies.zones import FILE_MOST, read_zones
from apps.cameras.catalog import read_entries
from apps.core.errors import InvalidInput, PortalError
from apps.specifications.first import read_checks
from apps.terms.states import TermsKind
from apps.terms.texts import folder_of, read_texts

SEAL_MOST = 5 * 1024 * 1024


@dataclass(slots=True)
class AgencyPlan:
    """One agency. Files are paths, None where the city leaves them for later."""

    short_name: str = ""
    name: str = ""
    ori: str = ""
    time_zone: str = ""
    case_mask: str = ""
    phone: str = ""
    email: str = ""
    zones: Path | None = None
    seal: Path | None = None
    manager_email: str = ""
    manager_name: str = ""

    def details(self) -> AgencyDetails:
        """What the agency says of itself."""
        return AgencyDetails(**{one.name: getattr(self, one.name) for one in fields(AgencyDetails)})


@dataclass(slots=True)
class Plan:
    """A city: its agencies, and the files of the program. Where it names none, those that come with the portal."""

    agencies: list[AgencyPlan] = field(default_factory=list)
    terms: dict[str, Path] = field(default_factory=dict)
    specification: Path | None = None
    catalog: Path | None = None
    streets: list[Path] = field(default_factory=list)


def read_plan(file: Path) -> Plan:
    """The plan in a file; paths in it are relative to it. Raises InvalidInput with everything that does not hold.

    Raises OSError where the file itself cannot be read.
    """
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{file} is no TOML: {error}", fields={}) from error
    problems: list[str] = []
    plan = Plan()
    tables = told.pop("agency", [])
    if not isinstance(tables, list) or not tables or not all(isinstance(one, dict) for one in tables):
        problems.append("There is no agency. Each begins with the line [[agency]].")
        tables = []
    plan.agencies = [_agency(table, file.parent, number, problems) for number, table in enumerate(tables, 1)]
    _program(plan, told, file.parent, problems)
    problems += [f"{name} is not a word of this file." for name in told]
    problems += problems_of(plan)
    if problems:
        raise InvalidInput("\n".join(f"- {problem}" for problem in problems), fields={})
    return plan


def _agency(table: dict[str, Any], folder: Path, number: int, problems: list[str]) -> AgencyPlan:
    agency = AgencyPlan()
    for name, value in table.items():
        if name not in AgencyPlan.__slots__ or not isinstance(value, str):
            problems.append(f"agency {number}: {name} is not a word of this file, or no text.")
        else:
            setattr(agency, name, folder / value if name in ("zones", "seal") else value)
    return agency


def _program(plan: Plan, told: dict[str, Any], folder: Path, problems: list[str]) -> None:
    terms, streets = told.pop("terms", {}), told.pop("streets", [])
    if isinstance(terms, dict) and all(
        kind in TermsKind.values and isinstance(one, str) for kind, one in terms.items()
    ):
        plan.terms = {kind: folder / one for kind, one in terms.items()}
    else:
        problems.append(f"terms: name folders for {' and '.join(TermsKind.values)}.")
    if isinstance(streets, list) and all(isinstance(one, str) for one in streets):
        plan.streets = [folder / one for one in streets]
    else:
        problems.append("streets: give a list of files.")
    for name in ("specification", "catalog"):
        value = told.pop(name, None)
        if isinstance(value, str):
            setattr(plan, name, folder / value)
        elif value is not None:
            problems.append(f"{name}: give a file.")


def problems_of(plan: Plan) -> list[str]:
    """A sentence for each thing that would be refused later, or that cannot be read."""
    found = [problem for agency in plan.agencies for problem in problems_of_agency(agency)]
    for name in ("short_name", "ori"):
        values = [getattr(agency, name).lower() for agency in plan.agencies]
        if len(set(values)) < len(values):
            found.append(f"Two agencies have the same {name}.")
    found += [f"streets: {file} is not there." for file in plan.streets if not file.is_file()]
    for kind in TermsKind.values:
        found += _unreadable("terms", lambda kind=kind: read_texts(plan.terms.get(kind) or folder_of(kind)))
    if plan.specification:
        found += _unreadable("specification", lambda: read_checks(plan.specification))
    if plan.catalog:
        found += _unreadable("catalog", lambda: read_entries(plan.catalog))
    return found


def problems_of_agency(agency: AgencyPlan) -> list[str]:
    """The same for one agency."""
    who = agency.short_name or "An agency without a short_name"
    found = [] if agency.short_name else [f"{who}: give it one, like TPD."]
    for check in (lambda: checked_details(agency.details()), lambda: checked_mask(agency.case_mask)):
        found += _refused(who, check)
    if agency.zones:
        found += _unreadable(f"{who}: zones", lambda: read_zones(_bytes_of(agency.zones, FILE_MOST)))
    if agency.seal:
        found += _unreadable(f"{who}: seal", lambda: _bytes_of(agency.seal, SEAL_MOST))
    if bool(agency.manager_email) != bool(agency.manager_name):
        found.append(f"{who}: the first manager needs manager_email and manager_name.")
    if agency.manager_email:
        try:
            validate_email(agency.manager_email)
        except ValidationError:
            found.append(f"{who}: manager_email is no e-mail address.")
    return found


def _bytes_of(file: Path | None, most: int) -> bytes:
    if file is None:
        return b""
    with file.open("rb") as opened:
        return opened.read(most + 1)


def _unreadable(what: str, read: Any) -> list[str]:
    try:
        read()
    except OSError as error:
        return [f"{what}: {error.filename} cannot be read ({error.strerror})."]
    except PortalError as error:
        return [f"{what}: {error.message}"]
    except ValueError as error:
        return [f"{what}: {error}"]
    return []


def _refused(who: str, check: Any) -> list[str]:
    try:
        check()
    except InvalidInput as error:
        return [f"{who}: {sentence}" for sentence in (error.fields or {"": error.message}).values()]
    return []
