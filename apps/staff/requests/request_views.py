"""One request in the admin: what it asks, the decision about it, and the board of what came back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.access.forms import PurposeForm
from apps.access.models import AccessKind
from apps.access.selectors import may_access
from apps.accounts.models import User
from apps.accounts.recent import recent_proof_required
from apps.agencies.absences import away_in
from apps.agencies.acting import DECIDING_ROLES, acting_as
from apps.agencies.maps import map_config
from apps.agencies.models import Role
from apps.canvass.policies import can_begin_canvass
from apps.canvass.selectors import canvasses_of
from apps.core.errors import NotFound, PortalError, TooMany
from apps.core.forms import ServiceForm
from apps.evidence.policies import can_take_at_scene
from apps.footage_requests import policies, services
from apps.footage_requests.history import history_of
from apps.footage_requests.letters import progress_of, undelivered_invitations
from apps.footage_requests.models import FootageRequest, Invitation, Match
from apps.footage_requests.places import places_shown
from apps.footage_requests.resubmission import differences
from apps.footage_requests.selectors import board_of, get_invitation_for_staff, get_match_for_staff, get_request_for
from apps.footage_requests.services.drafting import CHANGEABLE
from apps.footage_requests.services.urgent import may_go_first
from apps.footage_requests.states import InvitationState, LeftOutReason, RequestState
from apps.footage_requests.submitted import submitted_items
from apps.footage_requests.windows import windows_of
from apps.geo import for_map, parse_area
from apps.staff.purposes import PurposeScreen
from apps.staff.requests import posts
from apps.staff.requests.compose_views import page_of
from apps.staff.requests.count_words import count_in_words
from apps.staff.requests.forms import CloseForm, ReturnForm, WithdrawForm
from apps.staff.requests.people import staff_of
from apps.staff.verbs import Verb

Subject = FootageRequest | Invitation | Match
# Those that a supervisor decides in that role, if it is held.
DECISIONS = {"approve", "return", "review"}
VERBS = (
    Verb(
        name="submit",
        form=posts.Submitted,
        service=services.submit_request,
        done=gettext_lazy("Submitted. A supervisor decides now."),
    ),
    Verb(
        name="recall",
        form=posts.Submitted,
        service=services.recall_request,
        done=gettext_lazy("It is yours again. Change it and submit it; the supervisor will see what changed."),
    ),
    Verb(
        name="first",
        form=posts.SentFirst,
        service=services.send_urgent,
        done=gettext_lazy("Sent. The invitations are on their way, and the supervisors on duty are told to review it."),
        guard=recent_proof_required,
    ),
    Verb(
        name="review",
        form=posts.Reviewed,
        service=services.review_urgent,
        done=gettext_lazy("Reviewed. The author is told."),
    ),
    Verb(
        name="approve",
        form=posts.Approved,
        service=services.approve_request,
        done=gettext_lazy("Approved. The invitations are on their way."),
        guard=recent_proof_required,
    ),
    Verb(
        name="return",
        form=posts.Returned,
        service=services.return_request,
        done=gettext_lazy("Returned to its author."),
    ),
    Verb(
        name="withdraw",
        form=posts.Reasoned,
        service=services.withdraw_request,
        done=gettext_lazy("Withdrawn. Its links take no more answers."),
    ),
    Verb(name="close", form=posts.Closed, service=services.close_request, done=gettext_lazy("Closed.")),
    Verb(
        name="take_out",
        below="matches/",
        form=posts.TakenOut,
        service=services.take_out_match,
        done=gettext_lazy("Taken out. Its owner reads that the video is no longer needed, and not why."),
    ),
    Verb(
        name="revoke",
        below="invitations/",
        service=services.revoke_invitation,
        done=gettext_lazy("The link is closed."),
    ),
    Verb(
        name="renew",
        below="invitations/",
        service=services.renew_invitation,
        done=gettext_lazy("A new link is on its way; the old one is dead."),
    ),
)


class RequestViews(PurposeScreen):
    """Mixed into the request's admin."""

    verbs: ClassVar[tuple[Verb, ...]] = VERBS

    def request_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """The request's page. With a purpose for its case, a GET shows the cameras and is an access."""
        return self._page(request, get_request_for(request.user, public_id))

    def board_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """The board alone, for a page that follows it. It holds no place and no name, so it is no access."""
        asked = get_request_for(request.user, public_id)
        response = render(request, "admin/footage_requests/_board.html", _board(request, asked))
        response["Cache-Control"] = "no-store"
        return response

    def purpose_form(self, user: User, subject: FootageRequest, data: Any = None) -> PurposeForm:
        access, agency, case = AccessKind.REQUEST_CAMERAS, subject.agency, subject.case
        return PurposeForm(user, access, data, agency=agency, case=case, auto_id="purpose_%s")

    # -- verbs -------------------------------------------------------------------------------------------------------

    def verb_subject(self, request: HttpRequest, verb: Verb, public_id: UUID) -> Subject:
        if verb.name == "take_out":
            return get_match_for_staff(staff_of(request), public_id)
        if verb.below:
            return get_invitation_for_staff(staff_of(request), public_id)
        return get_request_for(request.user, public_id)

    def verb_arguments(
        self, request: HttpRequest, verb: Verb, subject: Subject, given: dict[str, Any]
    ) -> dict[str, Any]:
        user, asked = staff_of(request), _request_of(subject)
        noun = type(subject).__name__.lower() if isinstance(subject, Invitation | Match) else "request"
        roles = DECIDING_ROLES if verb.name in DECISIONS else ()
        actor = acting_as(user, asked.agency, *roles).actor
        return {noun: subject, "user": user, "actor": actor, **given}

    def verb_refused(self, request: HttpRequest, verb: Verb, subject: Subject, form: ServiceForm) -> HttpResponse:
        for sentences in form.errors.values():
            messages.error(request, " ".join(map(str, sentences)))
        return self.verb_done(request, verb, subject)

    def verb_failed(
        self,
        request: HttpRequest,
        verb: Verb,
        subject: Subject,
        form: ServiceForm,
        error: PortalError,
    ) -> HttpResponse:
        """The sentence of the refusal stands on the page that follows."""
        if isinstance(error, NotFound):
            raise error
        messages.error(request, str(error.message))
        return self.verb_done(request, verb, subject)

    def verb_done(self, request: HttpRequest, verb: Verb, subject: Subject) -> HttpResponse:
        response = HttpResponseRedirect(page_of(_request_of(subject)))
        response.status_code = 303
        return response

    def thread_context(self, request: HttpRequest, asked: FootageRequest) -> dict[str, Any]:
        """What the page says of conversations with owners; see `thread_views`."""
        return {}

    # -- inside ------------------------------------------------------------------------------------------------------

    def _page(self, request: HttpRequest, asked: FootageRequest) -> HttpResponse:
        user = staff_of(request)
        approved = asked.opened_at is not None
        context: dict[str, Any] = {
            "asked": asked,
            "approved": approved,
            "map_config": map_config(),
            "areas": parse_area(asked.area).rings,
            "places": places_shown(asked.area),
            "may_edit": asked.state in CHANGEABLE and policies.can_change(user, asked),
            "may_decide": asked.state == RequestState.SUBMITTED and policies.can_decide(user, asked),
            "away": away_in(asked.agency, Role.SUPERVISOR) if asked.state == RequestState.SUBMITTED else [],
            "may_recall": asked.state == RequestState.SUBMITTED and policies.can_change(user, asked),
            "may_go_first": may_go_first(user, asked),
            "may_review": policies.waits_for_review(asked) and policies.can_decide(user, asked),
            "waits_for_review": policies.waits_for_review(asked),
            "differences": differences(asked),
            "windows": windows_of(asked),
            "left_out": [{**one, "why": LeftOutReason(one["reason"]).label} for one in asked.left_out],
            "may_end": asked.state == RequestState.OPEN and policies.can_end(user, asked),
            "may_take": bool(asked.approved_at) and can_take_at_scene(user, asked.case),
            "may_canvass": bool(asked.approved_at) and can_begin_canvass(user, asked.case),
            "canvasses": [one for one in canvasses_of(user, asked.case) if one.request_id == asked.pk],
            "canvass_about": f"request={asked.public_id}",
            "return_form": ReturnForm(prefix=None, auto_id="return_%s"),
            "close_form": CloseForm(auto_id="close_%s"),
            "withdraw_form": WithdrawForm(auto_id="withdraw_%s"),
        }
        if context["may_decide"] or context["may_review"]:
            context["counts"] = _counts(user, asked)
        if approved:
            context |= (
                _board(request, asked) | self._cameras(request, user, asked) | self.thread_context(request, asked)
            )
        # After the access, so that the history on the page already tells of it.
        context["history"] = history_of(asked)
        title = _("Request %(code)s, case %(case)s") % {"code": asked.code, "case": asked.case.number}
        return self.page(request, "admin/footage_requests/request.html", title=title, **context)

    def _cameras(self, request: HttpRequest, user: User, asked: FootageRequest) -> dict[str, Any]:
        """The places, where there is a purpose; else the form that asks for one."""
        if not policies.can_access_cameras(user, asked):
            return {}
        purpose = may_access(user, AccessKind.REQUEST_CAMERAS, agency=asked.agency, case=asked.case).purpose
        if purpose is None or request.method != "GET":
            return {"may_see": True, "purpose_form": self.purpose_form(user, asked)}
        try:
            seen = services.access_cameras(user=user, request=asked)
        except TooMany as refused:
            return {"may_see": True, "purpose": purpose, "limit": str(refused.message)}
        sectors = [{"code": one.code, **for_map(one)} for one in seen]
        return {
            "may_see": True,
            "purpose": purpose,
            "cameras": [asdict(one) for one in seen],
            "kept_back": policies.matches_with_open_places(asked).count() - len(seen),
            "sectors": sectors,
        }


def _request_of(subject: Subject) -> FootageRequest:
    return subject.request if isinstance(subject, Invitation | Match) else subject


def _counts(user: User, asked: FootageRequest) -> list[str]:
    """What a supervisor sees before deciding: counts like the author's, recorded like them."""
    try:
        count = services.count_partners(
            user=user,
            agency=asked.agency,
            area=asked.area,
            window_start=asked.windows[0][0],
            window_end=asked.windows[0][1],
            more_windows=asked.windows[1:],
            case_number=asked.case.number,
            actor=acting_as(user, asked.agency, *DECIDING_ROLES).actor,
        )
    except PortalError as problem:
        return [str(problem.message)]
    return count_in_words(count, asked.time_zone, warn=False)


def _board(request: HttpRequest, asked: FootageRequest) -> dict[str, Any]:
    user = staff_of(request)
    items = submitted_items(asked)
    by_match: dict[UUID, list[Any]] = {}
    for item in items:
        if item.match is not None:
            by_match.setdefault(item.match, []).append(item)
    loose = {item.invitation for item in items if item.match is None}
    board = board_of(asked, sent=by_match.keys(), loose=loose)
    may_end = asked.state == RequestState.OPEN and policies.can_end(user, asked)
    return {
        "asked": asked,
        "board": board,
        "rows": [(row, by_match.get(row.public_id, [])) for row in board.rows],
        "submitted": items,
        "loose_items": [item for item in items if item.match is None],
        "may_end": may_end,
        "revoked": InvitationState.REVOKED,
        "left_out_reasons": LeftOutReason.choices,
        "letters": progress_of(asked),
        "undelivered": undelivered_invitations(asked),
    }
