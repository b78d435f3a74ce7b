"""How wide, long and many an agency's requests may be: never more than the portal allows, less where it says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.agencies.models import Agency, Role, RuleName
from apps.agencies.rule_drafts import end_rule_draft
from apps.core.errors import InvalidInput, Stale
from apps.core.locks import locked
from apps.geo.units import area_in_words
from apps.ledger import services as ledger
from apps.ledger.values import Subject

# The most that an agency may set where the portal has no limit.
MOST = 100


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """What a request, the requests of a case and the requests to a partner keep to.

    The widest area (square meters) that needs no supervisor's second thought; the longest window (hours); how many
    requests of one case may wait for a supervisor or be open; how many requests of the agency may reach one partner in
    the days that partners' own limits count by. None: as many as it takes.
    """

    area_m2: int
    hours: int
    per_case: int | None = None
    per_partner: int | None = None


def limits_of(agency: Agency) -> RequestLimits:
    """The agency's own limits where they are the narrower ones, else the portal's."""
    portal = portal_limits()
    return RequestLimits(
        area_m2=min(portal.area_m2, agency.request_area_m2 or portal.area_m2),
        hours=min(portal.hours, agency.request_hours or portal.hours),
        per_case=_narrower(portal.per_case, agency.requests_per_case),
        per_partner=_narrower(portal.per_partner, agency.contacts_per_partner),
    )


def portal_limits() -> RequestLimits:
    """What no agency exceeds: the settings that begin with REQUEST and CONTACTS."""
    return RequestLimits(
        area_m2=settings.REQUEST_AREA_MAX_M2,
        hours=settings.REQUEST_WINDOW_MAX_HOURS,
        per_case=settings.REQUESTS_PER_CASE_MAX or None,
        per_partner=settings.CONTACTS_PER_PARTNER_MAX or None,
    )


def _narrower(portal: int | None, own: int | None) -> int | None:
    return min((limit for limit in (portal, own) if limit is not None), default=None)


def set_request_limits(
    *,
    agency: Agency,
    area_m2: int | None,
    hours: int | None,
    per_case: int | None,
    per_partner: int | None,
    read: str | None = None,
    by: User,
) -> Agency:
    """A program manager makes the agency's requests narrower than the portal asks; None: as the portal allows.

    They hold for what is saved, submitted or approved from now on. Setting what is set already writes nothing. `read`
    is what `limits_read` said when the manager began; without it nothing is compared. Raises NotAllowed for others,
    Stale if a colleague set other limits since, InvalidInput for a limit that is wider than the portal's, or too small
    to ask for anything.
    """
    with transaction.atomic():
        actor = acting_as(by, agency, Role.PROGRAM_MANAGER).actor
        _check(area_m2, hours, per_case, per_partner)
        agency = locked(Agency.objects).get(pk=agency.pk)
        if read is not None and read != limits_read(agency):
            raise Stale(_("A colleague has set other limits meanwhile. Yours are not saved; compare the two."))
        end_rule_draft(agency, RuleName.REQUEST_LIMITS, by)
        before = _facts(agency)
        agency.request_area_m2, agency.request_hours = area_m2, hours
        agency.requests_per_case, agency.contacts_per_partner = per_case, per_partner
        after = _facts(agency)
        if before != after:
            agency.save(update_fields=["request_area_m2", "request_hours", "requests_per_case", "contacts_per_partner"])
            subject = Subject.of("agency", agency.public_id)
            ledger.record("agency.request_limits_set", subject, actor, before=before, after=after)
    return agency


def limits_read(agency: Agency) -> str:
    """The agency's own limits as a form carries them, to notice that a colleague set others meanwhile."""
    return "/".join(str(value or "") for value in _facts(agency).values())


def checked_limits(
    *, area_m2: int | None, hours: int | None, per_case: int | None, per_partner: int | None
) -> RequestLimits:
    """What would hold with these. Raises InvalidInput as `set_request_limits` does; nothing is saved."""
    _check(area_m2, hours, per_case, per_partner)
    wanted = {
        "request_area_m2": area_m2,
        "request_hours": hours,
        "requests_per_case": per_case,
        "contacts_per_partner": per_partner,
    }
    return limits_of(Agency(**wanted))


def _facts(agency: Agency) -> dict[str, Any]:
    return {
        "area_m2": agency.request_area_m2,
        "hours": agency.request_hours,
        "per_case": agency.requests_per_case,
        "per_partner": agency.contacts_per_partner,
    }


def _check(area_m2: int | None, hours: int | None, per_case: int | None, per_partner: int | None) -> None:
    portal, problems = portal_limits(), {}
    least = settings.REQUEST_AREA_MIN_M2
    if area_m2 is not None and not least <= area_m2 <= portal.area_m2:
        problems["acres"] = _("Give an area from %(least)s to %(most)s, or leave it empty.") % {
            "least": area_in_words(least),
            "most": area_in_words(portal.area_m2),
        }
    if hours is not None and not 1 <= hours <= portal.hours:
        problems["hours"] = _("Give a number of hours from 1 to %(most)d, or leave it empty.") % {"most": portal.hours}
    for name, given, most in (
        ("per_case", per_case, portal.per_case or MOST),
        ("per_partner", per_partner, portal.per_partner or MOST),
    ):
        if given is not None and not 1 <= given <= most:
            problems[name] = _("Give a number from 1 to %(most)d, or leave it empty.") % {"most": most}
    if problems:
        raise InvalidInput(next(iter(problems.values())), fields=problems)
