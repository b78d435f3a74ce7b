"""“I already sent this”: a file that the agency has serves a second request, if its giver says so."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.core.errors import InvalidInput, WrongState
from apps.evidence.services.giving_again import candidates_for, give_again
from apps.footage_requests import access
from apps.footage_requests.selectors import asked_matches
from apps.footage_requests.services import AnswerGiven, answer_matches
from apps.footage_requests.states import Answer
from apps.web.requests.answer_views import SeeOther


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def given_before(request: HttpRequest, invitation_id: UUID) -> HttpResponseBase:
    """The files that may serve this request too; by POST the giver's yes for one of them."""
    page = reverse("footage_requests:invitation", args=[invitation_id])
    found = access.invitation_from(request, invitation_id)
    if found is None or not access.accepts_answers(found) or found.request.is_preservation:
        return SeeOther(page)
    offered = candidates_for(asked_matches(found, request.user))
    problem: InvalidInput | WrongState | None = None
    if request.method == "POST":
        wanted = request.POST.get("item", "")
        chosen = next(((item, match) for item, match in offered if str(item.public_id) == wanted), None)
        if chosen is None:
            return SeeOther(reverse("evidence:given_before", args=[invitation_id]))
        item, match = chosen
        actor = access.actor_from(request, found)
        try:
            if match.answer != Answer.HAS_FOOTAGE:
                answers = {match.public_id: AnswerGiven(Answer.HAS_FOOTAGE)}
                answer_matches(invitation=found, answers=answers, actor=actor)
            give_again(invitation=found, match=match, item=item, actor=actor)
        except (InvalidInput, WrongState) as refusal:
            problem = refusal
        else:
            messages.success(request, _("Thank you. The agency may use this file for this request too."))
            return SeeOther(reverse("footage_requests:thanks", args=[invitation_id]))
    context = {
        "nav": "requests",
        "invitation": found,
        "asked": found.request,
        "offered": offered,
        "problem": str(problem.message) if problem else "",
    }
    return render(request, "web/evidence/given_before.html", context, status=problem.status if problem else 200)
