"""The board of calls for service at the real-time crime center: list, map, one call, and what follows from it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from apps.accounts.models import User
from apps.agencies.features import Feature, agencies_open, check_on, check_open_somewhere, has_open, is_on, off_words
from apps.agencies.maps import map_config
from apps.agencies.policies import agencies_served, grants_in_force, serves_in_several
from apps.calls import policies
from apps.calls.facts import CallFacts
from apps.calls.models import Call
from apps.calls.selectors import board_calls, get_call_for, get_read_call_for
from apps.calls.services import close_call, enter_call
from apps.calls.shifts import waits_to_sign
from apps.core.admin import View
from apps.core.errors import NotFound
from apps.core.forms import ServiceForm
from apps.footage_requests.policies import AUTHOR_ROLES, may_begin, viewable_requests
from apps.footage_requests.services import prepare_request
from apps.geo.units import length_in_words
from apps.layers.covering import Covering, cameras_near
from apps.staff.calls.beside import around_calls, count_partners, name_cameras
from apps.staff.calls.forms import CallForm, PrepareForm
from apps.staff.calls.rows import answer_rows, rows_of
from apps.staff.lists.filters import AgencyFilter
from apps.staff.verbs import Verb, VerbScreen
from apps.streets.search import streets_known


@admin.register(Call)
class CallAdmin(VerbScreen):
    """Analysts, supervisors and detectives see the calls of their agencies."""

    viewable = staticmethod(policies.viewable_calls)
    list_display = ("number", "nature", "priority", "state", "agency", "received_at")
    list_filter = ("state", AgencyFilter)
    list_select_related = ("agency",)
    search_fields = ("number__iexact",)
    search_help_text = gettext_lazy("Call number")
    list_page = "all"
    ordering = ("-received_at", "-pk")
    list_per_page = 50
    show_full_result_count = False
    verbs = (
        Verb(
            name="enter",
            creates=True,
            page=True,
            form=CallForm,
            service=enter_call,
            done=gettext_lazy("The call is on the board."),
        ),
        Verb(name="close", service=close_call, done=gettext_lazy("The call is closed.")),
        Verb(name="prepare", form=PrepareForm, service=prepare_request),
    )

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None:
            return super().has_view_permission(request, obj)
        return policies.sees_board(request.user)

    def pages(self) -> dict[str, tuple[str, View]]:
        return {
            "": ("changelist", require_safe(self.board_view)),
            "rows/": ("rows", require_safe(self.rows_view)),
            "all/": ("all", self.changelist_view),
            "<uuid:public_id>/": ("change", require_safe(self.call_view)),
            "<uuid:public_id>/ask/": ("ask", require_safe(self.ask_view)),
        }

    def board_view(self, request: HttpRequest) -> HttpResponse:
        """The board. `?wall` is for a screen on the wall: no controls, readable from across the room."""
        user = _staff(request)
        wall = "wall" in request.GET
        context: dict[str, Any] = {
            "rows": _rows(user),
            "rows_address": reverse("admin:calls_call_rows"),
            "off": off_words(user, Feature.CALLS, *policies.BOARD_ROLES),
            "may_allow": has_open(user, Feature.WALLS, *policies.ALLOWING_ROLES),
            "map_config": map_config(),
            "may_enter": has_open(user, Feature.CALLS, *policies.ENTERING_ROLES),
            "unsigned": not wall and waits_to_sign(user),
        }
        template = "admin/calls/wall.html" if wall else "admin/calls/board.html"
        return self.page(request, template, title=_("Calls for service"), **context)

    def rows_view(self, request: HttpRequest) -> HttpResponse:
        """The rows alone, for a board that follows them. Unchanged ones are a 304 without a body."""
        return answer_rows(request, _rows(_staff(request)))

    def call_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """One call: what is known, what was asked for it, and what can be done."""
        call = get_read_call_for(_staff(request), public_id)
        return self._page(request, call, self._prepare_form(call, None))

    def ask_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """Where the key R leads: the form of a request for those who write one, else the draft for a detective."""
        user = _staff(request)
        call = get_call_for(user, public_id)
        check_on(call.agency, Feature.REQUESTS)
        if may_begin(user, call.agency):
            compose = reverse("admin:footage_requests_footagerequest_compose")
            return redirect(f"{compose}?call={call.public_id}")
        return redirect(f"{reverse('admin:calls_call_change', args=[call.public_id])}#prepare")

    # -- verbs -------------------------------------------------------------------------------------------------------

    def verb_subject(self, request: HttpRequest, verb: Verb, public_id: UUID) -> Call:
        return get_call_for(_staff(request), public_id)

    def verb_form(self, request: HttpRequest, verb: Verb, subject: Call | None) -> ServiceForm:
        data = request.POST if request.method == "POST" else None
        if verb.form is CallForm:
            return CallForm(data, agencies=_entering(_staff(request)))
        if verb.form is PrepareForm and subject is not None:
            return self._prepare_form(subject, data)
        return super().verb_form(request, verb, subject)

    def verb_arguments(
        self, request: HttpRequest, verb: Verb, subject: Call | None, given: dict[str, Any]
    ) -> dict[str, Any]:
        user = _staff(request)
        if subject is not None:
            return {"user": user, "call": subject, **given}
        agency, minutes = given.pop("agency"), given.pop("minutes_ago") or 0
        facts = CallFacts.checked(**given, received_at=timezone.now() - timedelta(minutes=minutes))
        return {"user": user, "agency": agency, "facts": facts}

    def verb_page(self, request: HttpRequest, verb: Verb, subject: Any, form: ServiceForm) -> HttpResponse:
        return self._enter_page(request, form)

    def verb_refused(self, request: HttpRequest, verb: Verb, subject: Call | None, form: ServiceForm) -> HttpResponse:
        if subject is None:
            return self._enter_page(request, form, status=422)
        return self._page(request, subject, form, status=422)

    def verb_words(self, verb: Verb, subject: Any) -> Any:
        return verb.done or _("The draft is prepared. The detective gets a mail and finds it under “My requests”.")

    def verb_done(self, request: HttpRequest, verb: Verb, subject: Call) -> HttpResponse:
        if verb.name == "close":
            return redirect("admin:calls_call_changelist")
        return redirect("admin:calls_call_change", subject.public_id)

    # -- pages -------------------------------------------------------------------------------------------------------

    def _enter_page(self, request: HttpRequest, form: ServiceForm, *, status: int = 200) -> HttpResponse:
        check_open_somewhere(_staff(request), Feature.CALLS, *policies.ENTERING_ROLES)
        if not agencies_served(_staff(request), *policies.ENTERING_ROLES):
            raise NotFound(_("Only an analyst or supervisor enters calls by hand."))
        context = {"form": form, "map_config": map_config(), "finds_places": streets_known()}
        return self.page(request, "admin/calls/enter.html", title=_("Enter a call"), status=status, **context)

    def _page(self, request: HttpRequest, call: Call, form: ServiceForm, *, status: int = 200) -> HttpResponse:
        user = _staff(request)
        asked = viewable_requests(user).filter(call=call).select_related("author").order_by("-pk")
        context = {
            "call": call,
            "form": form,
            "own": policies.can_view_call(user, call),
            "asked": list(asked[:20]),
            "may_close": policies.can_close(user, call),
            "may_write": may_begin(user, call.agency),
            "may_prepare": policies.can_enter(user, call.agency)
            and call.has_place
            and is_on(call.agency, Feature.REQUESTS),
            "has_map": is_on(call.agency, Feature.PARTNER_MAP),
            "map_config": map_config(),
            "spot": {"latitude": call.latitude, "longitude": call.longitude} if call.has_place else None,
            "cameras": _near(user, call),
            "partners": around_calls([call]).get(call.pk) if policies.can_view_call(user, call) else None,
        }
        title = f"{call.number}: {call.nature}"
        return self.page(request, "admin/calls/call.html", title=title, status=status, **context)

    def _prepare_form(self, call: Call, data: Any) -> PrepareForm:
        grants = grants_in_force().filter(agency=call.agency, role__in=AUTHOR_ROLES)
        people = User.objects.filter(pk__in=grants.values("user_id"), is_active=True, is_staff=True)
        return PrepareForm(data, call=call, people=people.order_by("name", "pk"), auto_id="prepare_%s")


def _staff(request: HttpRequest) -> User:
    return cast(User, request.user)


def _entering(user: User) -> QuerySet[Any]:
    return agencies_open(user, Feature.CALLS, *policies.ENTERING_ROLES)


def _near(user: User, call: Call) -> list[tuple[Covering, str]]:
    """The public cameras that see the place of a call or stand near it, with how far."""
    if call.latitude is None or call.longitude is None:
        return []
    spot = (call.latitude, call.longitude)
    return [(camera, length_in_words(camera.meters)) for camera in cameras_near(user, [spot])[spot]]


def _rows(user: User) -> str:
    several = serves_in_several(user, *policies.BOARD_ROLES)
    calls = list(board_calls(user))
    own = {call.agency_id for call in calls if policies.can_view_call(user, call)}
    name_cameras(user, calls)
    count_partners([call for call in calls if call.agency_id in own])
    return rows_of(calls, own=own, several=several)
