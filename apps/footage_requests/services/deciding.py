"""approve_request and return_request: the supervisor's two verbs."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.cameras.matching import MatchedCamera, find_matches
from apps.core import text
from apps.core.errors import InvalidInput, NotAllowed
from apps.core.rows import insert_rows
from apps.footage_requests import link_kinds, policies
from apps.footage_requests.limits import check_room_to_open, check_still_narrow
from apps.footage_requests.mails import INVITATION
from apps.footage_requests.models import FootageRequest, Invitation, Match
from apps.footage_requests.services.counting import overwrite_deadline
from apps.footage_requests.services.guard import check_version, locked_for, locked_with_case, subject_of
from apps.footage_requests.services.inviting import Invited, queue_mails
from apps.footage_requests.staff_mails import tell_author
from apps.footage_requests.states import REQUEST_TRANSITIONS, RequestState
from apps.geo import parse_area
from apps.ledger import services as ledger
from apps.ledger.values import Actor
from apps.links.services import issue_links
from apps.partners.services import record_contacts

WORDS_MAX = 2000


def _check_decider(user: User, request: FootageRequest) -> None:
    if request.author_id == user.pk:
        raise NotAllowed(_("You wrote this request; another supervisor has to decide about it."))
    if not policies.can_decide(user, request):
        raise NotAllowed(_("Only a supervisor of the agency decides about a request."))


def approve_request(
    *, user: User, request: FootageRequest, version: int, words: str = "", actor: Actor
) -> FootageRequest:
    """Open a submitted request: its matches, one invitation for each partner and their mails are stored together.

    `version` is the one that the supervisor read. Raises NotFound, NotAllowed (the author, or no supervisor of the
    agency), WrongState (decided already, or wider than the agency's limits are by now), TooMany (its case has as many
    open ones as the agency allows), Stale.
    """
    with transaction.atomic():
        request = locked_with_case(user, request, to_contact=True)
        _check_decider(user, request)
        REQUEST_TRANSITIONS.check(request.state, RequestState.OPEN)
        check_version(request, version)
        check_still_narrow(request)
        check_room_to_open(request)
        now = timezone.now()
        request.state = RequestState.OPEN
        request.decided_by = user
        request.decision_reason = text.paragraphs(words, field="words", most=WORDS_MAX, required=False)
        request.approved_at = now
        request.closes_at = now + timedelta(days=settings.REQUEST_OPEN_DAYS)
        request.version += 1
        request.save()
        refusing = policies.who_refused(request.agency, request.incident_type)
        found = find_matches(parse_area(request.area), agency=request.agency)
        reached = [one for one in found if one.partner_id not in refusing]
        # Asked again under a lock: two approvals at once would each find the last request that a partner, or the
        # agency for each partner, allows.
        allowed = record_contacts(
            partner_ids=[one.partner_id for one in reached],
            agency=request.agency,
            reference=request.public_id,
            made_at=now,
        )
        matched = [one for one in reached if one.partner_id in allowed]
        invited = _invite(request, matched)
        links = issue_links(kind=link_kinds.INVITATION, subjects=[one.public_id for one in invited])
        queue_mails(request, invited, kind=INVITATION, links={link.subject: link for link in links})
        holding = sum(overwrite_deadline(request.window_start, one.retention_hours) > now for one in matched)
        ledger.record(
            "request.approved",
            subject_of(request),
            actor,
            cameras=len(matched),
            partners=len(invited),
            still_hold=holding,
            too_wide=request.too_wide,
            version=request.version,
            private={"words": request.decision_reason} if request.decision_reason else None,
        )
        tell_author("approved", request, once=str(request.version))
        return request


def _invite(request: FootageRequest, matched: list[MatchedCamera]) -> list[Invited]:
    """Store invitations and matches in two statements."""
    cameras = Counter(one.partner_id for one in matched)
    ids = {partner_id: uuid4() for partner_id in cameras}
    keys = dict(
        insert_rows(
            Invitation,
            {"partner_id": list(ids), "public_id": list(ids.values())},
            returning=("partner_id", "id"),
            request_id=request.pk,
        )
    )
    columns = {
        "camera_id": [one.camera_id for one in matched],
        "invitation_id": [keys[one.partner_id] for one in matched],
        "overwrite_deadline": [overwrite_deadline(request.window_start, one.retention_hours) for one in matched],
    }
    insert_rows(Match, columns, request_id=request.pk)
    return [Invited(ids[partner_id], partner_id, count) for partner_id, count in cameras.items()]


def return_request(*, user: User, request: FootageRequest, version: int, reason: str, actor: Actor) -> FootageRequest:
    """Give a submitted request back to its author with a reason.

    Raises NotFound, NotAllowed, WrongState, Stale, InvalidInput.
    """
    with transaction.atomic():
        request = locked_for(user, request)
        _check_decider(user, request)
        REQUEST_TRANSITIONS.check(request.state, RequestState.RETURNED)
        check_version(request, version)
        reason = text.paragraphs(reason, field="reason", most=WORDS_MAX, required=False)
        if len(reason) < 5:
            sentence = _("Tell the author what to change.")
            raise InvalidInput(sentence, fields={"reason": sentence})
        request.state = RequestState.RETURNED
        request.decided_by = user
        request.decision_reason = reason
        request.version += 1
        request.save()
        ledger.record(
            "request.returned", subject_of(request), actor, version=request.version, private={"reason": reason}
        )
        tell_author("returned", request, once=str(request.version))
        return request
