"""The page of an agency's limits of requests: the form, and whom narrower limits would reach."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Count, F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.agencies.models import Agency
from apps.agencies.request_limits import RequestLimits, checked_limits, limits_of, limits_read, portal_limits
from apps.footage_requests.models import FootageRequest
from apps.footage_requests.states import RequestState
from apps.geo.units import ACRE_M2, area_in_words
from apps.partners.models import Contact
from apps.partners.services.contacting import CAP_DAYS

UNSENT = (RequestState.DRAFT, RequestState.RETURNED)


def limits_in(said: Mapping[str, Any]) -> dict[str, int | None]:
    """What the service takes, from the values of a valid form."""
    acres = said["acres"]
    return {
        "area_m2": None if acres is None else round(acres * ACRE_M2),
        **{name: said[name] for name in ("hours", "per_case", "per_partner")},
    }


def initial_of_limits(agency: Agency) -> dict[str, Any]:
    """The agency's own limits as the form shows them."""
    return {
        "acres": round(agency.request_area_m2 / ACRE_M2) if agency.request_area_m2 else None,
        "hours": agency.request_hours,
        "per_case": agency.requests_per_case,
        "per_partner": agency.contacts_per_partner,
        "read": limits_read(agency),
    }


def merged_limits(agency: Agency, typed: dict[str, Any]) -> dict[str, Any]:
    """What was typed, for the limits that are in force now."""
    return {**typed, "read": limits_read(agency)}


def limits_beside(agency: Agency) -> dict[str, Any]:
    """What is in force, and what the portal allows, in words."""
    return {"limits": limits_in_words(limits_of(agency)), "portal_limits": limits_in_words(portal_limits())}


def preview_of_limits(agency: Agency, said: Mapping[str, Any]) -> dict[str, Any]:
    """What would hold, and what of the agency's work is beyond it. Raises InvalidInput as the service does."""
    given = limits_in(said)
    wanted = checked_limits(**given)
    present = limits_of(agency)
    return {
        "same": wanted == present,
        "limits": limits_in_words(wanted),
        "effects": [
            *_of_area(agency, wanted, present),
            *_of_hours(agency, wanted, present),
            *_of_cases(agency, wanted, present),
            *_of_partners(agency, wanted, present),
        ],
    }


def _of_area(agency: Agency, wanted: RequestLimits, present: RequestLimits) -> list[str]:
    if wanted.area_m2 >= present.area_m2:
        return []
    count = FootageRequest.objects.filter(agency=agency, state__in=UNSENT, area_m2__gt=wanted.area_m2).count()
    said = ngettext(
        "%(count)d draft is wider than this. It can be submitted, with a warning to the supervisor.",
        "%(count)d drafts are wider than this. They can be submitted, with a warning to the supervisor.",
        count,
    )
    return [said % {"count": count}] if count else []


def _of_hours(agency: Agency, wanted: RequestLimits, present: RequestLimits) -> list[str]:
    if wanted.hours >= present.hours:
        return []
    longer = FootageRequest.objects.filter(
        agency=agency, window_end__gt=F("window_start") + timedelta(hours=wanted.hours)
    )
    drafts = longer.filter(state__in=UNSENT).count()
    sent = longer.filter(state__in=(RequestState.SUBMITTED, RequestState.OPEN)).count()
    said = []
    if drafts:
        sentence = ngettext(
            "%(count)d draft has a longer window than this. It cannot be submitted until the window is shorter.",
            "%(count)d drafts have a longer window than this. They cannot be submitted until the window is shorter.",
            drafts,
        )
        said.append(sentence % {"count": drafts})
    if sent:
        sentence = ngettext(
            "%(count)d request that was submitted or is open has a longer window. It keeps it.",
            "%(count)d requests that were submitted or are open have a longer window. They keep it.",
            sent,
        )
        said.append(sentence % {"count": sent})
    return said


def _of_cases(agency: Agency, wanted: RequestLimits, present: RequestLimits) -> list[str]:
    most = wanted.per_case
    if most is None or (present.per_case is not None and most >= present.per_case):
        return []
    live = FootageRequest.objects.filter(agency=agency, state__in=(RequestState.SUBMITTED, RequestState.OPEN))
    cases = live.order_by().values("case_id").annotate(asked=Count("pk"))
    over, full = cases.filter(asked__gt=most).count(), cases.filter(asked=most).count()
    said = []
    if over:
        sentence = ngettext(
            "%(count)d case has more requests than this allows. It keeps them; a further one is refused.",
            "%(count)d cases have more requests than this allows. They keep them; a further one is refused.",
            over,
        )
        said.append(sentence % {"count": over})
    if full:
        sentence = ngettext(
            "%(count)d case has as many as this allows. A further request is refused until one ends.",
            "%(count)d cases have as many as this allows. A further request is refused until one ends.",
            full,
        )
        said.append(sentence % {"count": full})
    return said


def _of_partners(agency: Agency, wanted: RequestLimits, present: RequestLimits) -> list[str]:
    most = wanted.per_partner
    if most is None or (present.per_partner is not None and most >= present.per_partner):
        return []
    since = timezone.now() - timedelta(days=CAP_DAYS)
    asked = Contact.objects.filter(agency=agency, made_at__gt=since).values("partner_id").annotate(asked=Count("pk"))
    count = asked.filter(asked__gte=most).count()
    said = ngettext(
        "%(count)d partner was asked that often in the last %(days)d days, and is left out for now.",
        "%(count)d partners were asked that often in the last %(days)d days, and are left out for now.",
        count,
    )
    return [said % {"count": count, "days": CAP_DAYS}] if count else []


def limits_in_words(limits: RequestLimits) -> str:
    words = [
        _("an area of %(area)s") % {"area": area_in_words(limits.area_m2)},
        ngettext("a window of %(hours)d hour", "a window of %(hours)d hours", limits.hours) % {"hours": limits.hours},
    ]
    if (most := limits.per_case) is not None:
        words.append(
            ngettext("%(most)d request at a time for a case", "%(most)d requests at a time for a case", most)
            % {"most": most}
        )
    if (most := limits.per_partner) is not None:
        words.append(
            ngettext(
                "%(most)d request to a partner in %(days)d days",
                "%(most)d requests to a partner in %(days)d days",
                most,
            )
            % {"most": most, "days": CAP_DAYS}
        )
    return ", ".join(words)
