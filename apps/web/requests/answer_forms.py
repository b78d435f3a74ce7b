"""Shape of what people send: a partner's answers, a detective's request."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.http import QueryDict

from apps.footage_requests.models import Match
from apps.footage_requests.services import AnswerGiven


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
