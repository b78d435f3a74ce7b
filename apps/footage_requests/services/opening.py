"""What opening a request does, whoever opens it: matches, one invitation for each partner, and their letters."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings

from apps.cameras.matching import MatchedCamera, find_matches
from apps.core.rows import insert_rows
from apps.footage_requests import link_kinds, policies
from apps.footage_requests.left_out import without_left_out
from apps.footage_requests.mails import INVITATION
from apps.footage_requests.models import FootageRequest, Invitation, Match
from apps.footage_requests.services.counting import overwrite_deadline
from apps.footage_requests.services.inviting import Invited, queue_mails
from apps.footage_requests.states import REQUEST_TRANSITIONS, RequestState
from apps.geo import parse_area
from apps.links.services import issue_links
from apps.partners.services import record_contacts


def open_and_invite(request: FootageRequest, *, now: datetime) -> dict[str, Any]:
    """Open the locked request and save it with all that it reaches; returns what the ledger says of it."""
    REQUEST_TRANSITIONS.check(request.state, RequestState.OPEN)
    request.state = RequestState.OPEN
    request.opened_at = now
    request.closes_at = now + timedelta(days=settings.REQUEST_OPEN_DAYS)
    request.version += 1
    request.save()
    refusing = policies.who_refused(request.agency, request.incident_type)
    until = max(end for _start, end in request.windows)
    seen = find_matches(parse_area(request.area), agency=request.agency, until=until)
    found = without_left_out(seen, request.left_out)
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
    return {"cameras": len(matched), "partners": len(invited), "still_hold": holding}


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
