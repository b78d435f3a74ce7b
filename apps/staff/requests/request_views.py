"""One request in the admin: what it asks, the decision about it, and the board of what came back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import DECIDING_ROLES, acting_as
from apps.agencies.maps import map_config
from apps.agencies.models import AccessKind, PurposeKind
from apps.agencies.selectors import current_purpose
from apps.agencies.services import open_purpose
from apps.core.errors import NotFound, PortalError
from apps.footage_requests import policies, services
from apps.footage_requests.history import history_of
from apps.footage_requests.models import FootageRequest
from apps.footage_requests.selectors import board_of, get_invitation_for_staff, get_request_for
from apps.footage_requests.services.drafting import CHANGEABLE
from apps.footage_requests.states import InvitationState, RequestState
from apps.footage_requests.submitted import submitted_items
from apps.geo import for_map, parse_area
from apps.staff.requests.compose_views import count_in_words, page_of, staff_of
from apps.staff.requests.forms import (
    CloseForm,
    PurposeForm,
    ReturnForm,
    WithdrawForm,
)

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin

    Base = ModelAdmin[FootageRequest]
else:
    Base = object

Act = Callable[[User, FootageRequest], str]


class RequestViews(Base):
    """Mixed into the request's admin."""

    def request_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """The request's page. With a purpose for its case, a GET shows the cameras and is a look."""
        return self._page(request, get_request_for(request.user, public_id))

    def board_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """The board alone, for a page that follows it. It holds no place and no name, so it is no look."""
        asked = get_request_for(request.user, public_id)
        response = render(request, "admin/footage_requests/_board.html", _board(request, asked))
        response["Cache-Control"] = "no-store"
        return response

    # -- verbs -------------------------------------------------------------------------------------------------------

    def submit_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """Hand the request to the supervisors."""

        def act(user: User, asked: FootageRequest) -> str:
            services.submit_request(
                user=user, request=asked, version=_version(request), actor=acting_as(user, asked.agency).actor
            )
            return _("Submitted. A supervisor decides now.")

        return self._do(request, public_id, act)

    def approve_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """Open the request and invite."""

        def act(user: User, asked: FootageRequest) -> str:
            services.approve_request(
                user=user,
                request=asked,
                version=_version(request),
                words=request.POST.get("words", ""),
                actor=acting_as(user, asked.agency, *DECIDING_ROLES).actor,
            )
            return _("Approved. The invitations are on their way.")

        return self._do(request, public_id, act)

    def return_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """Give the request back with a reason."""

        def act(user: User, asked: FootageRequest) -> str:
            services.return_request(
                user=user,
                request=asked,
                version=_version(request),
                reason=request.POST.get("reason", ""),
                actor=acting_as(user, asked.agency, *DECIDING_ROLES).actor,
            )
            return _("Returned to its author.")

        return self._do(request, public_id, act)

    def withdraw_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """Take the request back."""

        def act(user: User, asked: FootageRequest) -> str:
            services.withdraw_request(
                user=user,
                request=asked,
                reason=request.POST.get("reason", ""),
                actor=acting_as(user, asked.agency).actor,
            )
            return _("Withdrawn. Its links take no more answers.")

        return self._do(request, public_id, act)

    def close_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """Close the request with an outcome."""

        def act(user: User, asked: FootageRequest) -> str:
            services.close_request(
                user=user,
                request=asked,
                outcome=request.POST.get("outcome", ""),
                actor=acting_as(user, asked.agency).actor,
            )
            return _("Closed.")

        return self._do(request, public_id, act)

    def purpose_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """Record why the person needs to see the cameras of this case."""

        def act(user: User, asked: FootageRequest) -> str:
            open_purpose(
                user=user,
                agency=asked.agency,
                kind=PurposeKind.CASE,
                access=AccessKind.REQUEST_CAMERAS,
                reason=request.POST.get("reason", ""),
                case_number=asked.case.number,
                actor=acting_as(user, asked.agency).actor,
            )
            return _("Your purpose is recorded.")

        return self._do(request, public_id, act)

    def revoke_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """Close one link for good."""
        user = _poster(request)
        invitation = get_invitation_for_staff(user, public_id)

        def act(user: User, asked: FootageRequest) -> str:
            services.revoke_invitation(user=user, invitation=invitation, actor=acting_as(user, asked.agency).actor)
            return _("The link is closed.")

        return self._do(request, invitation.request.public_id, act)

    def renew_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """Send a new link instead of the old one."""
        user = _poster(request)
        invitation = get_invitation_for_staff(user, public_id)

        def act(user: User, asked: FootageRequest) -> str:
            services.renew_invitation(user=user, invitation=invitation, actor=acting_as(user, asked.agency).actor)
            return _("A new link is on its way; the old one is dead.")

        return self._do(request, invitation.request.public_id, act)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _do(self, request: HttpRequest, public_id: UUID, act: Act) -> HttpResponse:
        """Run one verb; its sentence, or the sentence of its refusal, stands on the page that follows."""
        user = _poster(request)
        asked = get_request_for(user, public_id)
        try:
            messages.success(request, act(user, asked))
        except NotFound:
            raise
        except PortalError as problem:
            messages.error(request, str(problem.message))
        response = HttpResponseRedirect(page_of(asked))
        response.status_code = 303
        return response

    def _page(self, request: HttpRequest, asked: FootageRequest) -> HttpResponse:
        user = staff_of(request)
        ring = [list(corner) for corner in parse_area(asked.area).polygon.exterior.coords]
        approved = asked.approved_at is not None
        context = {
            **self.admin_site.each_context(request),
            "title": _("Request %(code)s, case %(case)s") % {"code": asked.code, "case": asked.case.number},
            "opts": self.opts,
            "asked": asked,
            "approved": approved,
            "map_config": map_config(),
            "area": {"type": "Polygon", "coordinates": [ring]},
            "may_edit": asked.state in CHANGEABLE and policies.can_change(user, asked),
            "may_decide": asked.state == RequestState.SUBMITTED and policies.can_decide(user, asked),
            "may_end": asked.state == RequestState.OPEN and policies.can_end(user, asked),
            "return_form": ReturnForm(prefix=None, auto_id="return_%s"),
            "close_form": CloseForm(auto_id="close_%s"),
            "withdraw_form": WithdrawForm(auto_id="withdraw_%s"),
        }
        if context["may_decide"]:
            context["counts"] = _counts(user, asked)
        if approved:
            context |= _board(request, asked) | self._cameras(request, user, asked)
        # After the look, so that the history on the page already tells of it.
        context["history"] = history_of(asked)
        response = TemplateResponse(request, "admin/footage_requests/request.html", context)
        response["Cache-Control"] = "no-store"
        return response

    def _cameras(self, request: HttpRequest, user: User, asked: FootageRequest) -> dict[str, Any]:
        """The places, where there is a purpose; else the form that asks for one."""
        if not policies.can_look_at_cameras(user, asked):
            return {}
        purpose = current_purpose(user, AccessKind.REQUEST_CAMERAS, case=asked.case)
        if purpose is None or request.method != "GET":
            return {"may_look": True, "purpose_form": PurposeForm(auto_id="purpose_%s")}
        seen = services.look_at_cameras(user=user, request=asked, actor=acting_as(user, asked.agency).actor)
        sectors = [{"code": one.code, **for_map(one)} for one in seen]
        return {"may_look": True, "purpose": purpose, "cameras": [asdict(one) for one in seen], "sectors": sectors}


def _poster(request: HttpRequest) -> User:
    if request.method != "POST":
        raise NotFound(_("There is nothing here."))
    return staff_of(request)


def _version(request: HttpRequest) -> int:
    try:
        return int(request.POST.get("version", ""))
    except ValueError:
        return 0


def _counts(user: User, asked: FootageRequest) -> list[str]:
    """What a supervisor sees before deciding: counts like the author's, recorded like them."""
    try:
        count = services.count_matches(
            user=user,
            agency=asked.agency,
            area=asked.area,
            window_start=asked.window_start,
            window_end=asked.window_end,
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
    board = board_of(asked)
    may_end = asked.state == RequestState.OPEN and policies.can_end(user, asked)
    return {
        "asked": asked,
        "board": board,
        "rows": [(row, by_match.get(row.public_id, [])) for row in board.rows],
        "submitted": items,
        "loose_items": [item for item in items if item.match is None],
        "may_end": may_end,
        "revoked": InvitationState.REVOKED,
    }
