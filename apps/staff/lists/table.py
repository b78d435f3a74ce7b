"""Which list may be exported by which role: a list that is not here cannot be exported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from apps.agencies.models import Role
from apps.agencies.policies import Person, agencies_of, serves_as

_CASEWORK = (Role.DETECTIVE, Role.SUPERVISOR, Role.RECORDS_CUSTODIAN, Role.AUDITOR)
_PROGRAM = (Role.PROGRAM_MANAGER, Role.AUDITOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """Who exports a list, and whether a reason is asked: it is where rows name people.

    `agency` is the path from a row to its agency, by which rows of an agency where the person only looks are left out.
    It is empty where the rows belong to the program, or where the list itself shows no others.
    """

    roles: tuple[str, ...]
    agency: str = ""
    asks_reason: bool

    def may(self, user: Person) -> bool:
        """Whether the person exports this list at all."""
        return serves_as(user, *self.roles)

    def rows(self, user: Person, shown: QuerySet[Any]) -> QuerySet[Any]:
        """Those of the rows shown that the person may export."""
        if not self.may(user):
            return shown.none()
        return shown.filter(**{f"{self.agency}__in": agencies_of(user, *self.roles)}) if self.agency else shown


#: What an export of a case's timeline is called among the exports; it is no list of a model.
TIMELINE = "agencies.case:timeline"


def list_in_words(listed: str) -> str:
    """What people call the list that an export names."""
    if listed == TIMELINE:
        return _("Timeline of a case")
    try:
        return str(capfirst(apps.get_model(listed)._meta.verbose_name_plural))
    except (LookupError, ValueError):
        return listed  # a list that is no longer there


#: No column of these lists is a place. Places leave the portal only to their owner (`imports/exporting.py`).
EXPORTS: dict[str, Export] = {
    "access.placesrequest": Export(roles=(Role.SUPERVISOR, Role.AUDITOR), agency="agency", asks_reason=True),
    "access.purpose": Export(roles=(Role.AUDITOR,), agency="agency", asks_reason=True),
    "accounts.signinevent": Export(roles=(Role.AUDITOR,), asks_reason=True),
    "accounts.user": Export(roles=_PROGRAM, asks_reason=True),
    "agencies.case": Export(roles=_CASEWORK, agency="agency", asks_reason=False),
    "calls.call": Export(roles=(Role.ANALYST, Role.SUPERVISOR), agency="agency", asks_reason=True),
    "cameras.camera": Export(roles=_PROGRAM, asks_reason=True),
    "cameras.catalogentry": Export(roles=_PROGRAM, asks_reason=False),
    "disclosure.recordsrequest": Export(
        roles=(Role.RECORDS_CUSTODIAN, Role.AUDITOR), agency="agency", asks_reason=False
    ),
    "evidence.evidenceitem": Export(roles=_CASEWORK, agency="agency", asks_reason=False),
    "findings.finding": Export(roles=_PROGRAM, asks_reason=False),
    "footage_requests.footagerequest": Export(roles=_CASEWORK, agency="agency", asks_reason=True),
    "ledger.entry": Export(roles=(Role.AUDITOR,), asks_reason=True),
    "lists.listexport": Export(roles=(Role.AUDITOR,), agency="agency", asks_reason=True),
    "notifications.message": Export(roles=_PROGRAM, asks_reason=False),
    "partners.partner": Export(roles=_PROGRAM, asks_reason=True),
    "prospects.ownerinvitation": Export(roles=(Role.PROGRAM_MANAGER,), agency="agency", asks_reason=False),
    "reviews.reviewrow": Export(roles=_PROGRAM, agency="review__agency", asks_reason=True),
    "terms.acceptance": Export(roles=_PROGRAM, asks_reason=True),
}
