"""The page of a request that reaches many cameras: search, sites, pages, and one answer for a whole site."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.core.errors import InvalidInput, WrongState
from apps.core.paging import page_of
from apps.footage_requests import access
from apps.footage_requests.models import Invitation, Match
from apps.footage_requests.selectors import asked_matches
from apps.footage_requests.services import AnswerGiven, answer_matches
from apps.footage_requests.states import Answer, UnavailableReason
from apps.footage_requests.submitted import given_through
from apps.web.requests.answer_forms import answers_from, check_speaks_for_all, request_key_from
from apps.web.requests.answer_views import SeeOther
from apps.web.requests.sites import asked_sites, found_by, unanswered

TYPED_MOST = 100


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cameras(request: HttpRequest, invitation: UUID) -> HttpResponseBase:
    """The cameras that a request reaches, by site; by POST one answer for many, or one for each that is shown."""
    found = access.invitation_from(request, invitation)
    if found is None or not access.accepts_answers(found):
        return SeeOther(reverse("footage_requests:invitation", args=[invitation]))
    matches = asked_matches(found, request.user)
    if request.method != "POST":
        return _shown(request, found, matches)
    several = "answer" in request.POST
    try:
        answers = _for_many(request, matches) if several else answers_from(request.POST, matches)
        check_speaks_for_all(request.user, found, answers.values())
        said = answer_matches(
            invitation=found,
            answers=answers,
            request_key=request_key_from(request.POST),
            open_only=several,
            actor=access.actor_from(request, found),
        )
    except InvalidInput as problem:
        return _shown(request, found, matches, problem=problem)
    except WrongState as problem:
        if problem.code != "given":
            return SeeOther(reverse("footage_requests:invitation", args=[invitation]))
        return _shown(request, found, matches, problem=problem)
    words = ngettext("Thank you. Saved for %(n)d camera.", "Thank you. Saved for %(n)d cameras.", len(said))
    messages.success(request, words % {"n": len(said)})
    if unanswered(asked_matches(found, request.user)):
        return SeeOther(reverse("footage_requests:cameras", args=[invitation]))
    return SeeOther(reverse("footage_requests:thanks", args=[invitation]))


def _for_many(request: HttpRequest, matches: list[Match]) -> dict[UUID, AnswerGiven]:
    """The same answer for each camera of the site (or of all) that nobody answered for yet."""
    site = request.POST.get("site", "")
    given = AnswerGiven(request.POST["answer"], request.POST.get("reason", ""), request.POST.get("note", ""))
    chosen = [one for one in unanswered(matches) if not site or str(one.camera.site.public_id) == site]
    if not chosen:
        raise InvalidInput(_("Each of these cameras was answered for already. You can change a single answer."))
    # What is wrong with the answer is said once, not for each of its cameras.
    given.checked("answer")
    return {match.public_id: given for match in chosen}


def _shown(
    request: HttpRequest,
    invitation: Invitation,
    matches: list[Match],
    *,
    problem: InvalidInput | WrongState | None = None,
) -> HttpResponse:
    typed = request.GET.get("q", "")[:TYPED_MOST].strip()
    at = request.GET.get("site", "")
    sites = asked_sites(matches)
    site = next((one for one in sites if str(one.public_id) == at), None)
    lists_cameras = bool(typed or site)
    of_cameras = page_of(request, found_by(site.matches if site else matches, typed) if lists_cameras else [])
    of_sites = page_of(request, [] if lists_cameras else sites)
    fields = problem.fields if isinstance(problem, InvalidInput) else {}
    for match in of_cameras.rows:
        field = str(match.public_id)
        match.chosen = request.POST.get(f"answer-{field}", match.answer)  # type: ignore[attr-defined]
        match.chosen_reason = request.POST.get(f"reason-{field}", match.unavailable_reason)  # type: ignore[attr-defined]
        match.problem = fields.get(field, "")  # type: ignore[attr-defined]
    kept = {name: value for name, value in (("q", typed), ("site", at if site else "")) if value}
    context = {
        "nav": "requests",
        "invitation": invitation,
        "asked": invitation.request,
        "total": len(matches),
        "open": len(unanswered(matches)),
        "site": site,
        "typed": typed,
        "page": of_cameras if lists_cameras else of_sites,
        "matches": of_cameras.rows,
        "sites": of_sites.rows,
        "lists_cameras": lists_cameras,
        "answers": Answer.choices,
        "reasons": UnavailableReason.choices,
        "given": given_through(invitation),
        "request_key": request.POST.get("request_key") or uuid.uuid4(),
        "keep": urlencode(kept),
        "problem": fields.get("answer") or str(problem.message) if problem else "",
    }
    return render(request, "web/requests/asked_cameras.html", context, status=problem.status if problem else 200)
