"""give_again: a partner gives a file that the agency has for another request too; and which files fit."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from apps.core.background import enqueue_after_commit
from apps.core.errors import InvalidInput, WrongState
from apps.core.locks import locked
from apps.evidence.coverage import coverage_of
from apps.evidence.models import EvidenceItem, GivenAgain
from apps.evidence.selectors import sender_notes_of
from apps.evidence.services.working import subject_of
from apps.evidence.states import ItemState, Triage
from apps.footage_requests.access import accepts_answers
from apps.footage_requests.models import FootageRequest, Invitation, Match
from apps.footage_requests.services.guard import locked_invitation
from apps.footage_requests.staff_mails import tell_author
from apps.footage_requests.states import Answer, InvitationState
from apps.ledger import services as ledger
from apps.ledger.values import Actor

# Sealed, so that it can no longer change, and to be opened.
_FIT = (ItemState.SEALED, ItemState.PLAYABLE, ItemState.UNPLAYABLE)


def fits(item: EvidenceItem, match: Match) -> bool:
    """Whether the partner may give this file for this match too: the same camera, and a time that is asked for.

    Of the same agency: what another one holds goes to it by an agreement or anew from the owner. What a detective sent
    back is no answer to a second request either.
    """
    asked = match.request
    first = item.match
    if first is None or first.camera_id != match.camera_id or item.submission.partner_id != match.invitation.partner_id:
        return False
    if item.agency_id != asked.agency_id or item.state not in _FIT or item.triage == Triage.RETURNED:
        return False
    return first.request_id != asked.pk and _covers(item, asked)


def _covers(item: EvidenceItem, asked: FootageRequest) -> bool:
    came = coverage_of(item, sender_notes_of([item]).get(item.upload_id))
    if came is None:
        return False
    # Where nobody knows the file's own time, it is the one that it was given for.
    spans = [(came.start, came.end)] if came.start and came.end else came.request.windows
    return any(start < last and first < end for start, end in spans for first, last in asked.windows)


def candidates_for(matches: Iterable[Match]) -> list[tuple[EvidenceItem, Match]]:
    """What the partner has given already and may give for these matches too, the newest file first."""
    by_camera = {match.camera_id: match for match in matches}
    if not by_camera:
        return []
    partner = next(iter(by_camera.values())).invitation.partner_id
    taken = GivenAgain.objects.filter(item_id=OuterRef("pk"), match__in=[match.pk for match in by_camera.values()])
    items = EvidenceItem.objects.filter(
        ~Exists(taken), submission__partner=partner, match__isnull=False, state__in=_FIT
    ).exclude(triage=Triage.RETURNED)
    related = ("submission__invitation__request", "match__request", "match__camera__site", "agency")
    found = []
    for item in items.select_related(*related).order_by("-received_at", "-pk")[:200]:
        match = by_camera.get(item.match.camera_id) if item.match else None
        if match is not None and fits(item, match):
            found.append((item, match))
    return found


def give_again(*, invitation: Invitation, match: Match, item: EvidenceItem, actor: Actor) -> GivenAgain:
    """Link an item that the partner gave for another request to this match. The entry is the giver's consent.

    Saying it again finds the first. The camera was answered for with “has footage” before. Raises WrongState
    (`revoked`, `ended`, `answered`), InvalidInput for a file that does not fit (see `fits`).
    """
    with transaction.atomic():
        invitation = locked_invitation(invitation)
        if invitation.state == InvitationState.REVOKED:
            raise WrongState(_("This link was revoked and takes no answers."), code="revoked")
        if not accepts_answers(invitation):
            raise WrongState(_("This request has ended. It takes no new files."), code="ended")
        rows = Match.objects.select_related("request__case", "invitation")
        match = rows.get(pk=match.pk)
        if match.answer != Answer.HAS_FOOTAGE:
            raise WrongState(_("Say first that you have video of this camera."), code="answered")
        mine = locked(EvidenceItem.objects).get(pk=item.pk)
        existing = GivenAgain.objects.filter(item=mine, match=match).first()
        if existing is not None:
            return existing
        if match.invitation_id != invitation.pk or invitation.request.is_preservation or not fits(mine, match):
            raise InvalidInput(_("This file does not show this camera at this time, or it is no longer here."))
        again = GivenAgain.objects.create(item=mine, match=match)
        ledger.record(
            "evidence_item.given_again",
            subject_of(mine),
            actor,
            request=match.request.code,
            invitation=str(invitation.public_id),
            match=str(match.public_id),
            digest=mine.digest,
        )
        enqueue_after_commit("apps.evidence.tasks.keep_locked", mine.pk)
        tell_author("footage", match.request, once=f"{again.public_id}")
        return again
