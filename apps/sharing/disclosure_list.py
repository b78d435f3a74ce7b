"""The disclosure list of a grant: what was given when, under what, to whom; as rows, CSV and PDF."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.core.errors import NotAllowed
from apps.disclosure.documents.tables import Table, table_sheet
from apps.evidence.policies import DOWNLOADERS
from apps.imports.exporting import csv_lines
from apps.ledger import services as ledger
from apps.sharing.ground import subject_of
from apps.sharing.models import Grant, GrantItem
from apps.sharing.policies import can_view_grant
from apps.sharing.selectors import list_of_given, passed_on_of


def take_list(*, grant: Grant, user: User, form: str) -> None:
    """Record that the person takes the list as a file (`form`: csv or pdf). Raises NotAllowed without a role for it."""
    if not can_view_grant(user, grant):
        raise NotAllowed(_("Your role does not include this."), code="role")
    actor = acting_as(user, grant.agency, *DOWNLOADERS).actor
    with transaction.atomic():
        ledger.record("grant.list_taken", subject_of(grant), actor, form=form)


def as_csv(grant: Grant, user: User) -> Iterator[bytes]:
    """The list for a spreadsheet; times as the agency's clock showed them."""
    return csv_lines([_columns(), *_rows(grant, user)])


def as_pdf(grant: Grant, user: User) -> bytes:
    """The list as a sheet for a court file, with what the recipient passed on."""
    zone = grant.agency.time_zone
    passed = [f"{one.whom}: {one.reason} ({_clock(one.created_at, zone)})" for one in passed_on_of(grant, user)]
    facts = [
        (_("Agency"), grant.agency.name),
        (_("Case"), grant.case.number),
        (_("Shared with"), grant.agreement.recipient),
        *([(_("Person"), grant.recipient)] if grant.recipient else []),
        (_("Under"), grant.agreement.title),
        (_("What for"), grant.reason),
        (_("Until"), _clock(grant.over_at, zone)),
        *((_("Passed on"), words) for words in passed),
        (_("Written"), _clock(timezone.now(), zone)),
    ]
    return table_sheet(
        Table(
            title=_("What was given when"),
            lead=_("Every video that was given under this grant, in the order of giving."),
            code=_("Grant %(code)s") % {"code": grant.code},
            agency=grant.agency.name,
            facts=facts,
            columns=_columns(),
            widths=(3, 4, 2, 7),
            rows=_rows(grant, user),
        )
    )


def _columns() -> list[str]:
    return [_("Given"), _("File"), _("Bytes"), _("SHA-256")]


def _rows(grant: Grant, user: User) -> list[list[str]]:
    zone = grant.agency.time_zone
    return [[_clock(one.given_at, zone), *_given(one)] for one in list_of_given(grant, user)]


def _given(one: GrantItem) -> list[str]:
    """Name, size and digest of what was given: of the redacted copy where that took the video's place."""
    made = one.redaction.made if one.redaction else None
    if made is None:
        return [one.item.filename, str(one.item.size), one.item.digest]
    return [_("%(name)s (redacted copy)") % {"name": one.item.filename}, str(made.size), made.digest]


def _clock(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S %Z}"
