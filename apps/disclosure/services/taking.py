"""take_records_request, acknowledge_records_request, move_answer_day."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.agencies.models import Agency
from apps.core import text
from apps.core.errors import InvalidInput, NotAllowed, NotFound
from apps.core.once import create_once
from apps.disclosure import policies
from apps.disclosure.clock import days_of
from apps.disclosure.models import RecordsRequest
from apps.disclosure.services.guard import actor_of, locked_request, subject_of
from apps.disclosure.states import RECORDS_TRANSITIONS, Channel, RecordsState
from apps.ledger import services as ledger
from apps.links.secrets import ALPHABET

WORDING_MAX, CONTACT_MAX, REASON_MAX = 4000, 300, 500


def take_records_request(
    *,
    user: User,
    agency: Agency,
    channel: str,
    wording: str,
    contact: str = "",
    received_at: datetime | None = None,
    request_key: UUID | None = None,
) -> RecordsRequest:
    """Enter what somebody asked for. Name and reason are not asked (s. 119.07(1), F.S.); a contact only if given.

    `received_at` is when it reached the agency (now). Raises NotAllowed for anybody but a records custodian,
    InvalidInput. A repeat of `request_key` returns the first one. The contact is in no entry of the ledger.
    """
    if not policies.can_take_for(user, agency):
        raise NotAllowed(_("Only a records custodian of this agency takes in records requests."), code="role")
    actor = acting_as(user, agency, *policies.KEEPERS).actor
    wording = text.paragraphs(wording, field="wording", most=WORDING_MAX)
    contact = text.paragraphs(contact, field="contact", most=CONTACT_MAX, required=False)
    if channel not in Channel.values:
        raise InvalidInput.about("channel", _("Choose how it came."))
    received_at = received_at or timezone.now()
    if received_at > timezone.now():
        raise InvalidInput.about("received_at", _("This time is still to come."))
    acknowledge_by, answer_by = days_of(agency, received_at)
    with transaction.atomic():
        request, created = create_once(
            RecordsRequest,
            request_key=request_key,
            code=_free_code(),
            agency=agency,
            channel=channel,
            received_at=received_at,
            wording=wording,
            contact=contact,
            acknowledge_by=acknowledge_by,
            answer_by=answer_by,
            taken_by=user,
        )
        if not created:
            if not policies.can_view_records_request(user, request):
                raise NotFound(_("There is no such request of your agencies."))
            return request
        ledger.record(
            "records_request.taken",
            subject_of(request),
            actor,
            agency=str(agency.public_id),
            channel=channel,
            received_at=received_at.isoformat(),
            acknowledge_by=acknowledge_by.isoformat(),
            answer_by=answer_by.isoformat(),
            contact_given=bool(contact),
            private={"wording": wording},
        )
        return request


def acknowledge_records_request(*, request: RecordsRequest, user: User) -> RecordsRequest:
    """Say that the requester was told that the request is being worked on. Again changes nothing.

    Raises as `locked_request`.
    """
    with transaction.atomic():
        mine = locked_request(request, user)
        if mine.state == RecordsState.ACKNOWLEDGED:
            return mine
        RECORDS_TRANSITIONS.check(mine.state, RecordsState.ACKNOWLEDGED)
        mine.state, mine.acknowledged_at = RecordsState.ACKNOWLEDGED, timezone.now()
        mine.version += 1
        mine.save(update_fields=["state", "acknowledged_at", "version"])
        ledger.record("records_request.acknowledged", subject_of(mine), actor_of(user, mine))
        return mine


def move_answer_day(*, request: RecordsRequest, user: User, answer_by: date, reason: str) -> RecordsRequest:
    """Set another day for the answer, with the reason. Raises as `locked_request`, and InvalidInput."""
    reason = text.line(reason, field="reason", most=REASON_MAX)
    with transaction.atomic():
        mine = locked_request(request, user)
        if answer_by < mine.acknowledge_by:
            raise InvalidInput.about(
                "answer_by", _("This day is before the one on which the request has to be acknowledged.")
            )
        before, mine.answer_by = mine.answer_by, answer_by
        mine.version += 1
        mine.save(update_fields=["answer_by", "version"])
        ledger.record(
            "records_request.day_moved",
            subject_of(mine),
            actor_of(user, mine),
            before=before.isoformat(),
            answer_by=answer_by.isoformat(),
            private={"reason": reason},
        )
        return mine


def _free_code() -> str:
    """A code that people can say, for instance `PR-7K3M9Q`. It opens nothing."""
    while True:
        code = "PR-" + "".join(secrets.choice(ALPHABET) for _ in range(6))
        if not RecordsRequest.objects.filter(code=code).exists():
            return code
