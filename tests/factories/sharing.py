"""Agreements about videos, and grants made through the real services."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.access.forms import PurposeForm
from apps.access.models import AccessKind, Purpose
from apps.accounts.models import User
from apps.agencies.days import today_in
from apps.agencies.models import Agency, Role
from apps.agreements.models import Agreement
from apps.agreements.services import end_agreement
from apps.evidence.models import EvidenceItem
from apps.evidence.services.triage import accept_item
from apps.sharing.models import Grant
from apps.sharing.services import give_grant
from tests.factories.agreements import agreement_of
from tests.factories.items import playable_item, sealed_item
from tests.factories.people import AgencyFactory, staff

VIDEOS = [("video", kind) for kind in ("resident", "business", "association")]
ALL_VIDEOS = [*VIDEOS, ("incident", "any")]


def accepted_item(content: bytes = b"video " * 500, **said: Any) -> EvidenceItem:
    """A sealed item that a detective accepted as evidence."""
    return accepted(sealed_item(content, **said))


def playable_accepted() -> EvidenceItem:
    """One with a working copy."""
    return accepted(playable_item())


def accepted(item: EvidenceItem) -> EvidenceItem:
    """The same, accepted."""
    accept_item(item=item, user=staff(Role.DETECTIVE, item.agency))
    item.refresh_from_db()
    return item


def video_agreement(agency: Agency, to: Agency | None = None, *shares: tuple[str, str], **said: Any) -> Agreement:
    """The agency shares all of its videos, or what `shares` says, with another one."""
    return agreement_of(agency, to or AgencyFactory.create(), *(shares or ALL_VIDEOS), **said)


def grant_of(*items: EvidenceItem, agreement: Agreement | None = None, **said: Any) -> Grant:
    """A grant of these items until the end of the day, by a custodian of their agency."""
    agency = items[0].agency
    wanted: dict[str, Any] = {
        "later_items": False,
        "last_day": today_in(agency),
        "downloads": False,
        "originals": False,
        "reason": "The same series of burglaries.",
        **said,
    }
    return give_grant(
        user=wanted.pop("user", None) or staff(Role.RECORDS_CUSTODIAN, agency),
        case=items[0].submission.case,
        agreement=agreement or video_agreement(agency),
        items=[item.public_id for item in items],
        **wanted,
    )


def reader_of(grant: Grant, role: str = Role.DETECTIVE) -> User:
    """Somebody of the agency that the grant is for."""
    return staff(role, grant.agreement.to_agency)


def purpose_for_grant(user: User, grant: Grant) -> Purpose:
    """The person said why they need to look at what was shared."""
    agency = grant.agreement.to_agency
    data = {"reason": "It may be the same car."}
    form = PurposeForm(user, AccessKind.SHARED_FOOTAGE, data, agency=agency, grant=grant.public_id)
    assert form.is_valid(), form.errors
    purpose = form.open()
    assert purpose is not None
    return purpose


def end_now(agreement: Agreement) -> Agreement:
    """A manager ends the agreement."""
    manager = staff(Role.PROGRAM_MANAGER, agreement.from_agency)
    return end_agreement(user=manager, agreement=agreement, reason="The council said so.")


def over_by_a_second(agreement: Agreement) -> None:
    """The agreement's last instant was a second ago."""
    Agreement.objects.filter(pk=agreement.pk).update(ends_at=timezone.now() - timedelta(seconds=1))


def office_agreement(agency: Agency, court_role: str = "prosecutor", **said: Any) -> Agreement:
    """The agency shares all of its videos with an office that is no agency here."""
    office = {"to_office": "State Attorney, Second Circuit", "court_role": court_role}
    return agreement_of(agency, None, *ALL_VIDEOS, **office, **said)
