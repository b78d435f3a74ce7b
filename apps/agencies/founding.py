"""found_agency, set_agency_details: an agency begins, and a program manager keeps its details right."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.agencies.case_numbers import checked_mask
from apps.agencies.models import Agency, Role
from apps.core import text
from apps.core.errors import InvalidInput, WrongState
from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject

_ORI = re.compile(r"[A-Z]{2}[A-Z0-9]{7}")
_SHORT = re.compile(r"[A-Za-z0-9][A-Za-z0-9 &.-]{0,18}[A-Za-z0-9.]")
_PHONE = re.compile(r"[+(]?[0-9][0-9 ().-]{5,24}[0-9]( ?(ext|x)\.? ?[0-9]{1,6})?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AgencyDetails:
    """What an agency says of itself."""

    name: str
    ori: str
    time_zone: str
    phone: str = ""
    email: str = ""


def found_agency(*, short_name: str, details: AgencyDetails, case_mask: str = "", actor: Actor) -> tuple[Agency, bool]:
    """Begin an agency, and say whether it is new; the same again changes nothing. For the operator's shell.

    Raises InvalidInput for details that cannot be, WrongState where the short name or the ORI belongs to another
    agency, and where the agency is there with other details: its program managers change those.
    """
    short_name = text.line(short_name, field="short_name", most=20)
    if not _SHORT.fullmatch(short_name):
        raise InvalidInput.about(
            "short_name", _("Use 2 to 20 letters and digits for the short name, like TPD or FSU-PD.")
        )
    details, case_mask = checked_details(details), checked_mask(case_mask)
    with transaction.atomic():
        there = Agency.objects.filter(short_name__iexact=short_name).first()
        if there is not None:
            return _same(there, details, case_mask), False
        holder = Agency.objects.filter(ori=details.ori).first()
        if holder is not None:
            raise WrongState(_("The ORI %(ori)s belongs to %(agency)s.") % {"ori": details.ori, "agency": holder})
        given = {one.name: getattr(details, one.name) for one in fields(details)}
        agency = Agency.objects.create(short_name=short_name, case_mask=case_mask, **given)
        ledger.record(
            "agency.founded",
            Subject.of("agency", agency.public_id),
            actor,
            short_name=short_name,
            case_mask=case_mask,
            name=details.name,
            ori=details.ori,
            time_zone=details.time_zone,
        )
        return agency, True


def set_agency_details(*, agency: Agency, details: AgencyDetails, by: User) -> Agency:
    """A program manager corrects what the agency says of itself. The short name stays: the ledger knows it by that.

    The same again writes nothing. Raises NotAllowed for others, InvalidInput as `checked_details` does and for an ORI
    that another agency has.
    """
    with transaction.atomic():
        actor = acting_as(by, agency, Role.PROGRAM_MANAGER).actor
        details = checked_details(details)
        agency = locked(Agency.objects).get(pk=agency.pk)
        changed = [one.name for one in fields(details) if getattr(agency, one.name) != getattr(details, one.name)]
        if not changed:
            return agency
        before = {name: getattr(agency, name) for name in changed}
        for name in changed:
            setattr(agency, name, getattr(details, name))
        try:
            with transaction.atomic():
                agency.save(update_fields=changed)
        except IntegrityError as error:
            raise InvalidInput.about("ori", _("Another agency has this ORI.")) from error
        after = {name: getattr(agency, name) for name in changed}
        ledger.record("agency.details_set", Subject.of("agency", agency.public_id), actor, before=before, after=after)
        return agency


def checked_details(details: AgencyDetails) -> AgencyDetails:
    """The details as they are kept. Raises InvalidInput about each that cannot be, all at once."""
    problems: dict[str, str] = {}
    kept: dict[str, str] = {}
    most = {"name": 120, "ori": 9, "time_zone": 64, "phone": 40, "email": 254}
    for name, length in most.items():
        try:
            required = name in ("name", "ori", "time_zone")
            kept[name] = text.line(getattr(details, name), field=name, most=length, required=required)
        except InvalidInput as error:
            problems |= error.fields
    kept["ori"] = kept.get("ori", "").upper()
    if "ori" not in problems and not _ORI.fullmatch(kept["ori"]):
        problems["ori"] = _("An ORI is two letters and seven letters or digits, like FL0370100.")
    if "time_zone" not in problems and not _is_zone(kept["time_zone"]):
        problems["time_zone"] = _("Give the time zone by its name, like America/New_York.")
    if kept.get("phone") and not _PHONE.fullmatch(kept["phone"]):
        problems["phone"] = _("Write the number with digits, like (850) 555-0100.")
    if kept.get("email") and not _is_address(kept["email"]):
        problems["email"] = _("This is no e-mail address.")
    if problems:
        raise InvalidInput(" ".join(map(str, problems.values())), fields=problems)
    return AgencyDetails(**kept)


def _same(there: Agency, details: AgencyDetails, case_mask: str) -> Agency:
    given = {one.name: getattr(details, one.name) for one in fields(details)} | {"case_mask": case_mask}
    other = sorted(name for name, value in given.items() if value and getattr(there, name) != value)
    if other:
        sentence = _("%(agency)s is there already, with another %(names)s. Its managers change that in the admin.")
        raise WrongState(sentence % {"agency": there, "names": ", ".join(other)})
    return there


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return "/" in name


def _is_address(value: str) -> bool:
    try:
        validate_email(value)
    except ValidationError:
        return False
    return True
