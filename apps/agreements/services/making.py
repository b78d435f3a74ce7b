"""make_agreement: what two agencies signed becomes a rule that each read asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import BinaryIO
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.agencies.models import Agency
from apps.agreements import policies
from apps.agreements.models import Agreement, CourtRole, SharedItem, SignedFile
from apps.agreements.scopes import is_declared, is_for_offices, missing_beside
from apps.agreements.services.files import keep_file
from apps.core import text
from apps.core.errors import InvalidInput, NotAllowed, NotFound
from apps.core.once import create_once
from apps.ledger import services as ledger
from apps.ledger.values import Subject

TITLE_MAX, OFFICE_MAX = 120, 120
MOST_YEARS = 10


def make_agreement(
    *,
    user: User,
    from_agency: Agency,
    to_agency: Agency | None,
    title: str,
    first_day: date,
    last_day: date,
    items: Sequence[tuple[str, str]],
    file: BinaryIO,
    to_office: str = "",
    court_role: str = "",
    request_key: UUID | None = None,
) -> Agreement:
    """Share `items` (scope and part) from the start of `first_day` to the end of `last_day`, in the sharer's time zone.

    With an agency of the portal, or with an office (`to_office` and its `court_role`) that has no part in it.
    Raises NotAllowed for anybody but a program manager of `from_agency`, InvalidInput for days, items or a file that
    cannot be, Unavailable while the store of files is away. A repeat of `request_key` returns the first one.
    """
    if not policies.can_make(user, from_agency):
        raise NotAllowed(_("Only a program manager of the agency that shares makes an agreement."), code="role")
    actor = acting_as(user, from_agency, *policies.MAKING_ROLES).actor
    to_office = _checked_recipient(from_agency, to_agency, to_office, court_role)
    title = text.line(title, field="title", most=TITLE_MAX)
    starts_at, ends_at = _instants(from_agency, first_day, last_day)
    named = sorted(set(items))
    if not named or not all(is_declared(*item) for item in named):
        raise InvalidInput.about("items", _("Choose at least one thing to share."))
    if to_agency is None and not all(is_for_offices(scope) for scope, _part in named):
        raise InvalidInput.about("items", _("An office outside of the portal can be given videos only."))
    if lacking := missing_beside({scope for scope, _part in named}):
        raise InvalidInput.about("items", _("Choose this as well: %(what)s.") % {"what": lacking.title})
    content = _checked_file(file)
    digest = keep_file(content)
    with transaction.atomic():
        agreement, created = create_once(
            Agreement,
            request_key=request_key,
            from_agency=from_agency,
            to_agency=to_agency,
            to_office=to_office,
            court_role=court_role,
            title=title,
            starts_at=starts_at,
            ends_at=ends_at,
            made_by=user,
        )
        if not created:
            if not policies.can_view_agreement(user, agreement):
                raise NotFound(_("There is no such agreement of your agencies."))
            return agreement
        SharedItem.objects.bulk_create(SharedItem(agreement=agreement, scope=scope, part=part) for scope, part in named)
        SignedFile.objects.create(agreement=agreement, digest=digest, size=len(content))
        ledger.record(
            "agreement.made",
            subject_of(agreement),
            actor,
            from_agency=str(from_agency.public_id),
            to_agency=str(to_agency.public_id) if to_agency else "",
            to_office=to_office,
            court_role=court_role,
            starts_at=starts_at.isoformat(),
            ends_at=ends_at.isoformat(),
            shares=[f"{scope}:{part}" if part else scope for scope, part in named],
            file=digest,
        )
        return agreement


def subject_of(agreement: Agreement) -> Subject:
    """As the ledger names it."""
    return Subject.of("agreement", agreement.public_id)


def _checked_recipient(from_agency: Agency, to_agency: Agency | None, office: str, court_role: str) -> str:
    """The name of the office, trimmed; empty for an agency. Raises InvalidInput unless it is one of the two."""
    if to_agency is None:
        office = text.line(office, field="to_office", most=OFFICE_MAX, required=False)
        if not office:
            raise InvalidInput.about("to_agency", _("Choose an agency, or name an office below."))
        if court_role not in CourtRole.values:
            raise InvalidInput.about("court_role", _("Say what this office is in court."))
        return office
    if office.strip() or court_role:
        raise InvalidInput.about("to_office", _("Choose an agency or name an office, not both."))
    if from_agency.pk == to_agency.pk:
        raise InvalidInput.about("to_agency", _("Choose another agency than the one that shares."))
    if not to_agency.is_active:
        raise InvalidInput.about("to_agency", _("This agency no longer takes part."))
    return ""


def _instants(agency: Agency, first_day: date, last_day: date) -> tuple[datetime, datetime]:
    zone = ZoneInfo(agency.time_zone)
    today = timezone.localtime(timezone.now(), zone).date()
    if last_day < first_day:
        raise InvalidInput.about("last_day", _("The last day is before the first one."))
    if last_day < today:
        raise InvalidInput.about("last_day", _("This day is over. An agreement cannot share into the past."))
    if last_day > first_day + timedelta(days=366 * MOST_YEARS):
        raise InvalidInput.about("last_day", _("An agreement lasts at most %(years)d years.") % {"years": MOST_YEARS})
    starts_at = datetime.combine(first_day, time.min, zone)
    return starts_at, datetime.combine(last_day + timedelta(days=1), time.min, zone)


def _checked_file(file: BinaryIO) -> bytes:
    """The bytes of a PDF. Only its first and last bytes are looked at: nothing here opens what others made."""
    most = settings.AGREEMENT_FILE_MAX_BYTES
    content = file.read(most + 1)
    if len(content) > most:
        raise InvalidInput.about(
            "file", _("This file is larger than %(mb)d MB. Scan it again with less detail.") % {"mb": most // 1_000_000}
        )
    if not content:
        raise InvalidInput.about("file", _("This file is empty."))
    if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-1024:]:
        raise InvalidInput.about(
            "file", _("This is no whole PDF file. Save or scan the signed agreement as PDF, and choose that file.")
        )
    return content
