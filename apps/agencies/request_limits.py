"""How wide and how long an agency's requests may be: never more than the portal allows, less where it says so."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.agencies.models import Agency, Role
from apps.core.errors import InvalidInput
from apps.core.locks import locked
from apps.geo.units import area_in_words
from apps.ledger import services as ledger
from apps.ledger.values import Subject


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """The widest area (square meters) that needs no supervisor's second thought, and the longest window (hours)."""

    area_m2: int
    hours: int


def limits_of(agency: Agency) -> RequestLimits:
    """The agency's own limits where they are the narrower ones, else the portal's."""
    portal = portal_limits()
    return RequestLimits(
        area_m2=min(portal.area_m2, agency.request_area_m2 or portal.area_m2),
        hours=min(portal.hours, agency.request_hours or portal.hours),
    )


def portal_limits() -> RequestLimits:
    """What no agency exceeds (REQUEST_AREA_MAX_M2, REQUEST_WINDOW_MAX_HOURS)."""
    return RequestLimits(area_m2=settings.REQUEST_AREA_MAX_M2, hours=settings.REQUEST_WINDOW_MAX_HOURS)


def set_request_limits(*, agency: Agency, area_m2: int | None, hours: int | None, by: User) -> Agency:
    """A program manager makes the agency's requests narrower than the portal asks; None: as the portal allows.

    They hold for what is saved or submitted from now on. Setting what is set already writes nothing. Raises NotAllowed
    for others, InvalidInput for an area or window that is wider than the portal's, or too small to ask for anything.
    """
    with transaction.atomic():
        actor = acting_as(by, agency, Role.PROGRAM_MANAGER).actor
        _check(area_m2, hours)
        agency = locked(Agency.objects).get(pk=agency.pk)
        before = {"area_m2": agency.request_area_m2, "hours": agency.request_hours}
        after = {"area_m2": area_m2, "hours": hours}
        if before != after:
            agency.request_area_m2, agency.request_hours = area_m2, hours
            agency.save(update_fields=["request_area_m2", "request_hours"])
            subject = Subject.of("agency", agency.public_id)
            ledger.record("agency.request_limits_set", subject, actor, before=before, after=after)
    return agency


def _check(area_m2: int | None, hours: int | None) -> None:
    portal, problems = portal_limits(), {}
    least = settings.REQUEST_AREA_MIN_M2
    if area_m2 is not None and not least <= area_m2 <= portal.area_m2:
        problems["acres"] = _("Give an area from %(least)s to %(most)s, or leave it empty.") % {
            "least": area_in_words(least),
            "most": area_in_words(portal.area_m2),
        }
    if hours is not None and not 1 <= hours <= portal.hours:
        problems["hours"] = _("Give a number of hours from 1 to %(most)d, or leave it empty.") % {"most": portal.hours}
    if problems:
        raise InvalidInput(next(iter(problems.values())), fields=problems)
