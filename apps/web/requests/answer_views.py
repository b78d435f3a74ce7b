"""The partner's pages of one invitation: what is asked, the answer, thanks."""

from __future__ import annotations

import uuid
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from apps.core.errors import InvalidInput, WrongState
from apps.evidence.services.giving_again import candidates_for
from apps.evidence.services.pieces import pieces_of
from apps.footage_requests import access
from apps.footage_requests.link_kinds import INVITATION
from apps.footage_requests.models import Invitation
from apps.footage_requests.policies import answers_for_all, can_view_invitation, no_longer_needed
from apps.footage_requests.selectors import asked_matches
from apps.footage_requests.services import answer_matches
from apps.footage_requests.states import Answer, InvitationState, UnavailableReason
from apps.footage_requests.submitted import given_through
from apps.links.views import landing
from apps.web.letterhead.views import shown
from apps.web.requests.answer_forms import answers_from, check_speaks_for_all, request_key_from
from apps.web.requests.clock import owner_clock
from apps.web.requests.export_help import export_help
from apps.web.requests.sites import MANY, asked_sites


class SeeOther(HttpResponseRedirect):
    """303: whatever was posted, the next request is a GET."""

    status_code = 303


def _page(request: HttpRequest, template: str, context: dict[str, object], *, status: int = 200) -> HttpResponse:
    return render(request, f"web/requests/{template}.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, invitation: UUID) -> HttpResponseBase:
    """What is asked, and the answer to it; as often as wanted until the request closes or the link is revoked."""
    found = access.invitation_from(request, invitation)
    if found is None:
        if access.was_revoked(request, invitation):
            return _page(request, "revoked", {}, status=410)
        return landing(request, INVITATION, invitation)
    if not access.accepts_answers(found):
        return _ended(request, found)
    if request.method == "POST":
        return _answer(request, found)
    return _ask(request, found)


def _ask(
    request: HttpRequest,
    invitation: Invitation,
    *,
    problem: InvalidInput | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    matches = asked_matches(invitation, request.user)
    for match in matches:
        field = str(match.public_id)
        match.chosen = request.POST.get(f"answer-{field}", match.answer)  # type: ignore[attr-defined]
        match.chosen_reason = request.POST.get(f"reason-{field}", match.unavailable_reason)  # type: ignore[attr-defined]
        match.problem = problem.fields.get(field, "") if problem else ""  # type: ignore[attr-defined]
    context = {
        "invitation": invitation,
        "asked": invitation.request,
        "matches": matches,
        "no_longer": no_longer_needed(request.user, invitation).select_related("camera__site").order_by("pk"),
        "single": len(matches) == 1,
        "many": asked_sites(matches) if len(matches) > MANY else [],
        "export_help": export_help(matches),
        "pieces": pieces_of(request.user, invitation),
        "may_decide": can_view_invitation(request.user, invitation),
        "answered": [match for match in matches if match.answer],
        "has_footage": any(match.answer == Answer.HAS_FOOTAGE for match in matches),
        "answers": Answer.choices,
        "reasons": UnavailableReason.choices,
        "answers_for_all": answers_for_all(request.user, invitation.partner_id),
        "more_answers": (Answer.CALL_ME, Answer.LEGAL, Answer.NEVER),
        "request_key": request.POST.get("request_key") or uuid.uuid4(),
        "problem": problem.message if problem else refused,
        "given": (given := given_through(invitation)),
        "clock": owner_clock(matches, sent=given is not None),
        "given_before": not invitation.request.is_preservation and bool(candidates_for(matches)),
        "letterhead": shown(invitation.request.agency),
        "note": request.POST.get("note", ""),
        "all_chosen": request.POST.get("all", ""),
        "all_reason": request.POST.get("all-reason", ""),
    }
    return _page(request, "answer", context, status=status)


def _answer(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    try:
        answers = answers_from(request.POST, asked_matches(invitation, request.user))
        check_speaks_for_all(request.user, invitation, answers.values())
        responses = answer_matches(
            invitation=invitation,
            answers=answers,
            request_key=request_key_from(request.POST),
            actor=access.actor_from(request, invitation),
        )
    except InvalidInput as problem:
        return _ask(request, invitation, problem=problem, status=problem.status)
    except WrongState as problem:
        if problem.code in ("given", "taken_out"):
            return _ask(request, invitation, refused=str(problem.message), status=problem.status)
        if problem.code in ("ended", "revoked"):
            invitation.refresh_from_db()
            return _ended(request, invitation)
        raise
    wants_it = not invitation.request.is_preservation
    if wants_it and any(response.answer == Answer.HAS_FOOTAGE for response in responses):
        return SeeOther(reverse("evidence:upload", args=[invitation.public_id]))
    return SeeOther(reverse("footage_requests:thanks", args=[invitation.public_id]))


def _ended(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    if invitation.state == InvitationState.REVOKED:
        return _page(request, "revoked", {}, status=410)
    context = {
        "invitation": invitation,
        "asked": invitation.request,
        "matches": asked_matches(invitation, request.user),
    }
    return _page(request, "ended", context, status=409 if request.method == "POST" else 200)


@never_cache
@require_GET
def thanks(request: HttpRequest, invitation: UUID) -> HttpResponseBase:
    """What was answered, by camera and time; the answer's receipt, the same however often it is opened."""
    found = access.invitation_from(request, invitation)
    if found is None:
        return SeeOther(reverse("footage_requests:invitation", args=[invitation]))
    matches = [match for match in asked_matches(found, request.user) if match.answer]
    if not matches:
        return SeeOther(reverse("footage_requests:invitation", args=[invitation]))
    context = {
        "invitation": found,
        "asked": found.request,
        "matches": matches,
        "many": asked_sites(matches) if len(matches) > MANY else [],
        "still_open": len(asked_matches(found, request.user)) - len(matches),
        "has_footage": any(match.answer == Answer.HAS_FOOTAGE for match in matches),
        "changeable": access.accepts_answers(found),
        "given": (given := given_through(found)),
        "clock": owner_clock(asked_matches(found, request.user), sent=given is not None),
        "letterhead": shown(found.request.agency),
    }
    return _page(request, "thanks", context)
