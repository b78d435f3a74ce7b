"""Shape of what people send: a partner's answers, a detective's request."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from apps.agencies.policies import Person
from apps.core.errors import InvalidInput
from apps.footage_requests.models import Invitation, Match
from apps.footage_requests.policies import answers_for_all
from apps.footage_requests.services import AnswerGiven
from apps.footage_requests.states import Answer


def request_key_from(data: QueryDict) -> UUID | None:
    """The form's key against doubles; None if it is missing or no UUID."""
    try:
        return UUID(data.get("request_key", ""))
    except ValueError:
        return None


def answers_from(data: QueryDict, matches: Iterable[Match]) -> dict[UUID, AnswerGiven]:
    """Answers by match: `all` (one tap for every camera), else `answer-<match>` for each; a camera may be left out."""
    note = data.get("note", "")
    for_all = data.get("all", "")
    if for_all:
        given = AnswerGiven(answer=for_all, unavailable_reason=data.get("all-reason", ""), note=note)
        return {match.public_id: given for match in matches}
    answers: dict[UUID, AnswerGiven] = {}
    for match in matches:
        answer = data.get(f"answer-{match.public_id}", "")
        if answer:
            reason = data.get(f"reason-{match.public_id}", "")
            answers[match.public_id] = AnswerGiven(answer=answer, unavailable_reason=reason, note=note)
    return answers


def check_speaks_for_all(reader: Person, invitation: Invitation, answers: Iterable[AnswerGiven]) -> None:
    """Raise InvalidInput where a responder for some sites makes a rule for the whole partner."""
    if any(one.answer == Answer.NEVER for one in answers) and not answers_for_all(reader, invitation.partner_id):
        raise InvalidInput(
            _("You answer for some sites only. Ask an owner or a manager to make rules for all of them.")
        )
