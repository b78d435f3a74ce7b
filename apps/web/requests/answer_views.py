"""The partner's doors: open by link or code, answer, thanks."""

from __future__ import annotations

import uuid
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.errors import InvalidInput, WrongState
from apps.footage_requests import access, throttle, tokens
from apps.footage_requests.models import Invitation
from apps.footage_requests.selectors import asked_matches, invitation_by_code
from apps.footage_requests.services import answer_matches
from apps.footage_requests.states import Answer, InvitationState, UnavailableReason
from apps.footage_requests.submitted import given_through
from apps.web.requests.answer_forms import answers_from, request_key_from


class SeeOther(HttpResponseRedirect):
    """303: whatever was posted, the next request is a GET."""

    status_code = 303


def _page(request: HttpRequest, template: str, context: dict[str, object], *, status: int = 200) -> HttpResponse:
    return render(request, f"web/requests/{template}.html", context, status=status)


def _door(request: HttpRequest, public_id: UUID, *, problem: str = "", status: int = 200) -> HttpResponse:
    """The page that posts the link's token; the same for an invitation that never was."""
    return _page(request, "door", {"invitation_id": public_id, "problem": problem}, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, invitation: UUID) -> HttpResponseBase:
    """What is asked, and the answer to it; as often as wanted until the request closes or the link is revoked."""
    found = access.invitation_from(request, invitation)
    if found is None:
        if access.was_revoked(request, invitation):
            return _page(request, "revoked", {}, status=410)
        return _door(request, invitation, status=403 if request.method == "POST" else 200)
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
    matches = asked_matches(invitation)
    for match in matches:
        field = str(match.public_id)
        match.chosen = request.POST.get(f"answer-{field}", match.answer)  # type: ignore[attr-defined]
        match.chosen_reason = request.POST.get(f"reason-{field}", match.unavailable_reason)  # type: ignore[attr-defined]
        match.problem = problem.fields.get(field, "") if problem else ""  # type: ignore[attr-defined]
    context = {
        "invitation": invitation,
        "asked": invitation.request,
        "matches": matches,
        "single": len(matches) == 1,
        "answered": [match for match in matches if match.answer],
        "has_footage": any(match.answer == Answer.HAS_FOOTAGE for match in matches),
        "answers": Answer.choices,
        "reasons": UnavailableReason.choices,
        "request_key": request.POST.get("request_key") or uuid.uuid4(),
        "problem": problem.message if problem else refused,
        "given": given_through(invitation),
        "note": request.POST.get("note", ""),
        "all_chosen": request.POST.get("all", ""),
        "all_reason": request.POST.get("all-reason", ""),
    }
    return _page(request, "answer", context, status=status)


def _answer(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    try:
        answers = answers_from(request.POST, asked_matches(invitation))
        responses = answer_matches(
            invitation=invitation,
            answers=answers,
            request_key=request_key_from(request.POST),
            actor=access.actor_from(request, invitation),
        )
    except InvalidInput as problem:
        return _ask(request, invitation, problem=problem, status=problem.status)
    except WrongState as problem:
        if problem.code == "given":
            return _ask(request, invitation, refused=str(problem.message), status=problem.status)
        if problem.code in ("ended", "revoked"):
            invitation.refresh_from_db()
            return _ended(request, invitation)
        raise
    if any(response.answer == Answer.HAS_FOOTAGE for response in responses):
        return SeeOther(reverse("evidence:upload", args=[invitation.public_id]))
    return SeeOther(reverse("footage_requests:thanks", args=[invitation.public_id]))


def _ended(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    if invitation.state == InvitationState.REVOKED:
        return _page(request, "revoked", {}, status=410)
    context = {"invitation": invitation, "asked": invitation.request, "matches": asked_matches(invitation)}
    return _page(request, "ended", context, status=409 if request.method == "POST" else 200)


@never_cache
@require_POST
def open_link(request: HttpRequest, invitation: UUID) -> HttpResponseBase:
    """Take the token that stood behind `#`, compare its digest in constant time, and set the cookie."""
    throttle.check_guesses(request)
    found = Invitation.objects.filter(public_id=invitation).first()
    token = request.POST.get("token", "")
    # An unknown invitation costs the same comparison as a known one.
    right = tokens.opens(token, found.token_digest if found else "0" * 64)
    if found is None or not right:
        throttle.count_wrong_guess(request)
        problem = _(
            "This link does not open. It may have been replaced by a newer one:"
            " use the newest mail, or type the code that stands in it."
        )
        return _door(request, invitation, problem=problem, status=403)
    return _let_in(request, found)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponseBase:
    """The same door for who has no script, or only the code on paper."""
    if request.method != "POST":
        return _page(request, "code", {})
    throttle.check_guesses(request)
    typed = request.POST.get("code", "")
    found = invitation_by_code(typed)
    if found is None:
        throttle.count_wrong_guess(request)
        problem = _("We do not know this code. Check each letter, or use the newest mail.")
        return _page(request, "code", {"problem": problem, "typed": typed[:40]}, status=422)
    return _let_in(request, found)


def _let_in(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    if invitation.state == InvitationState.REVOKED:
        return _page(request, "revoked", {}, status=410)
    response = SeeOther(reverse("footage_requests:invitation", args=[invitation.public_id]))
    access.remember(response, request, invitation)
    return response


@never_cache
@require_GET
def thanks(request: HttpRequest, invitation: UUID) -> HttpResponseBase:
    """What was answered, by camera and time; the answer's receipt, the same however often it is opened."""
    found = access.invitation_from(request, invitation)
    if found is None:
        return SeeOther(reverse("footage_requests:invitation", args=[invitation]))
    matches = [match for match in asked_matches(found) if match.answer]
    if not matches:
        return SeeOther(reverse("footage_requests:invitation", args=[invitation]))
    context = {
        "invitation": found,
        "asked": found.request,
        "matches": matches,
        "has_footage": any(match.answer == Answer.HAS_FOOTAGE for match in matches),
        "changeable": access.accepts_answers(found),
        "given": given_through(found),
    }
    return _page(request, "thanks", context)
