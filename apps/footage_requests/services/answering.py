"""answer_matches: what a partner says about each camera, by link or signed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core import text
from apps.core.errors import InvalidInput, NotFound, WrongState
from apps.footage_requests.access import accepts_answers
from apps.footage_requests.models import Invitation, Match, Response
from apps.footage_requests.services.guard import locked_invitation, subject_of
from apps.footage_requests.services.kinds import refuse_kind
from apps.footage_requests.states import (
    MATCH_TRANSITIONS,
    MAY_GIVE,
    POSSIBLE,
    Answer,
    InvitationState,
    MatchState,
    UnavailableReason,
)
from apps.footage_requests.submitted import given_through
from apps.ledger import services as ledger
from apps.ledger.values import Actor

NOTE_MAX = 500


@dataclass(frozen=True, slots=True)
class AnswerGiven:
    """One answer to one match. `unavailable` needs a reason; a note is always optional."""

    answer: str
    unavailable_reason: str = ""
    note: str = ""

    def checked(self, field: str) -> AnswerGiven:
        """Trimmed and consistent. Raises InvalidInput; `field` is the match's public id."""
        note = text.paragraphs(self.note, field=field, most=NOTE_MAX, required=False)
        problem = ""
        if self.answer not in Answer.values:
            problem = _("Choose one of the answers.")
        elif self.answer == Answer.UNAVAILABLE and self.unavailable_reason not in UnavailableReason.values:
            problem = _("Say why the video is unavailable.")
        if problem:
            raise InvalidInput.about(field, problem)
        reason = self.unavailable_reason if self.answer == Answer.UNAVAILABLE else ""
        return AnswerGiven(answer=str(self.answer), unavailable_reason=str(reason), note=note)

    def repeats(self, response: Response) -> bool:
        return (response.answer, response.unavailable_reason, response.note or "") == (
            self.answer,
            self.unavailable_reason,
            self.note,
        )


def _last_responses(matches: list[Match]) -> dict[int, Response]:
    rows = Response.objects.filter(match__in=matches).order_by("match_id", "number")
    return {row.match_id: row for row in rows}


def answer_matches(
    *,
    invitation: Invitation,
    answers: Mapping[UUID, AnswerGiven],
    request_key: UUID | None = None,
    open_only: bool = False,
    actor: Actor,
) -> list[Response]:
    """Record answers by match; returns one Response for each, in the order given.

    `open_only` is for one answer to many cameras: it leaves out those that somebody answered for since they were shown.

    The same answer again, or the same `request_key` again, writes nothing and returns the Response that exists: fifty
    at once leave one. A different answer may follow until the request closes. Raises WrongState once it has closed, if
    the link is revoked, a camera is no longer needed, or the answer contradicts files that have arrived; NotFound for
    a match of another invitation; InvalidInput by the match's public id.
    """
    if not answers:
        raise InvalidInput(_("Choose an answer for at least one camera."))
    given = {public_id: answer.checked(str(public_id)) for public_id, answer in answers.items()}
    with transaction.atomic():
        invitation = locked_invitation(invitation)
        if invitation.state == InvitationState.REVOKED:
            raise WrongState(_("This link was revoked and takes no answers."), code="revoked")
        if not accepts_answers(invitation):
            raise WrongState(_("This request has ended and takes no more answers."), code="ended")
        matches = {match.public_id: match for match in invitation.matches.filter(public_id__in=given)}
        if len(matches) != len(given):
            raise NotFound(_("One of these cameras is not part of this request."))
        if any(match.state == MatchState.TAKEN_OUT for match in matches.values()):
            raise WrongState(_("One of these cameras is no longer needed. Look at the others again."), code="taken_out")
        if open_only:
            given = {public_id: one for public_id, one in given.items() if not matches[public_id].answer} or given
        _check_against_given(invitation, matches, given)
        keys = {public_id: uuid5(request_key, str(public_id)) if request_key else None for public_id in given}
        repeated = {
            row.match_id: row for row in Response.objects.filter(request_key__in=[key for key in keys.values() if key])
        }
        last = _last_responses(list(matches.values()))
        receipts: list[Response] = []
        fresh: list[Response] = []
        for public_id, answer in given.items():
            match = matches[public_id]
            known = repeated.get(match.pk)
            previous = last.get(match.pk)
            if known is None and previous is not None and (open_only or answer.repeats(previous)):
                known = previous
            if known is None:
                known = _respond(match, answer, number=previous.number + 1 if previous else 1, key=keys[public_id])
                fresh.append(known)
            receipts.append(known)
        if fresh:
            _store(invitation, fresh, actor)
        return receipts


def _check_against_given(invitation: Invitation, matches: dict[UUID, Match], given: Mapping[UUID, AnswerGiven]) -> None:
    """Raise WrongState (`given`) where an answer says that there is no footage and files have arrived."""
    sent = given_through(invitation)
    contrary = {matches[public_id].pk for public_id, one in given.items() if one.answer not in MAY_GIVE}
    if sent is None or not contrary:
        return
    if None in sent.files:
        # Files that name no camera stand for any: one of the cameras has to keep its footage.
        others = invitation.matches.exclude(pk__in=contrary).filter(answer__in=MAY_GIVE).exists()
        stands = others or any(one.answer in MAY_GIVE for one in given.values())
    else:
        stands = True
    if not stands or contrary & sent.files.keys():
        raise WrongState(
            _("You sent video for this request, and it has arrived. It stays with the agency whatever you answer."),
            code="given",
        )


def _respond(match: Match, answer: AnswerGiven, *, number: int, key: UUID | None) -> Response:
    """The unsaved Response, with the match brought to say the same."""
    MATCH_TRANSITIONS.check(match.state, MatchState.ANSWERED)
    match.state = MatchState.ANSWERED
    match.answer = answer.answer
    match.unavailable_reason = answer.unavailable_reason
    match.answered_at = timezone.now()
    if answer.answer not in POSSIBLE:
        match.kept_at = None  # what was kept turned out to be nothing, or is not given
    return Response(
        match=match,
        number=number,
        answer=answer.answer,
        unavailable_reason=answer.unavailable_reason,
        note=answer.note,
        request_key=key,
    )


def _store(invitation: Invitation, fresh: list[Response], actor: Actor) -> None:
    Response.objects.bulk_create(fresh)
    Match.objects.bulk_update(
        [response.match for response in fresh], ["state", "answer", "unavailable_reason", "answered_at", "kept_at"]
    )
    never = any(response.answer == Answer.NEVER for response in fresh)
    if never:
        refuse_kind(invitation)
    notes = {str(response.public_id): response.note for response in fresh if response.note}
    ledger.record(
        "request.answered",
        subject_of(invitation.request),
        actor,
        invitation=str(invitation.public_id),
        answers=[
            {
                "match": str(response.match.public_id),
                "response": str(response.public_id),
                "number": response.number,
                "answer": response.answer,
                "reason": response.unavailable_reason,
            }
            for response in fresh
        ],
        **({"refused_kind": invitation.request.incident_type} if never else {}),
        private={"notes": notes} if notes else None,
    )
