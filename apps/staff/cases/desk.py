"""The review desk of a case: up to four of its videos side by side in step, on the case's true time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.access.forms import PurposeForm
from apps.access.models import AccessKind
from apps.access.selectors import may_access
from apps.accounts.models import User
from apps.agencies.maps import map_config
from apps.agencies.models import Case
from apps.agencies.policies import has_role
from apps.cases.selectors import get_case_for
from apps.core.admin import PolicyAdmin
from apps.core.errors import NotAllowed, NotFound, TooMany
from apps.evidence.media_tokens import LIFETIME_S
from apps.evidence.models import GivenAgain
from apps.evidence.policies import PLAYERS
from apps.evidence.services.footage_access import open_together
from apps.footage_requests.models import Match
from apps.footage_requests.policies import can_access_cameras
from apps.footage_requests.services import access_cameras
from apps.geo import parse_area
from apps.geo.sectors import for_map
from apps.marks.policies import can_mark_on
from apps.staff.cases.desk_marks import MarkForm, marks_context
from apps.staff.cases.desk_rows import AT_ONCE, DeskRow, chosen_rows, desk_rows, desk_url, gaps_between, give_tokens

OPENS = (AccessKind.FOOTAGE, AccessKind.REQUEST_CAMERAS)


def desk_view(screen: PolicyAdmin) -> Callable[..., HttpResponse]:
    """The view of the screen of cases. A GET that names items is an access to each of them, as their own pages are."""

    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest, public_id: UUID) -> HttpResponse:
        user = cast(User, request.user)
        case = get_case_for(user, public_id)
        if not has_role(user, case.agency, *PLAYERS):
            raise NotAllowed(_("Your role does not include access to this footage."))
        rows = desk_rows(user, case)
        chosen = chosen_rows(request, rows)
        if request.method == "POST":
            return _say_why(screen, request, case, rows, chosen)
        return _page(screen, request, case, rows, chosen)

    return view


def _purpose_form(user: User, case: Case, access: str, data: Any = None) -> PurposeForm:
    return PurposeForm(user, access, data, agency=case.agency, case=case, auto_id=f"{access}_%s")


def _say_why(
    screen: PolicyAdmin, request: HttpRequest, case: Case, rows: list[DeskRow], chosen: list[DeskRow]
) -> HttpResponse:
    """Record why the person needs the footage, or the places of its cameras; the desk then opens it."""
    access = request.POST.get("opens", AccessKind.FOOTAGE)
    if access not in OPENS:
        raise NotFound(_("There is nothing here."))
    form = _purpose_form(cast(User, request.user), case, access, request.POST)
    if not (form.is_valid() and form.open()):
        return _page(screen, request, case, rows, chosen, refused=form, status=422)
    messages.success(request, _("Your purpose is recorded."))
    answer = HttpResponseRedirect(desk_url(case, [row.item.public_id for row in chosen]))
    answer.status_code = 303
    return answer


def _page(
    screen: PolicyAdmin,
    request: HttpRequest,
    case: Case,
    rows: list[DeskRow],
    chosen: list[DeskRow],
    *,
    refused: PurposeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    user = cast(User, request.user)
    context: dict[str, Any] = {
        "case": case,
        "rows": rows,
        "picked": {row.item.pk for row in chosen},
        "at_once": AT_ONCE,
        "map_config": map_config(with_zones=False),
        "areas": [],
        "cameras": [],
    }
    if len(chosen) > AT_ONCE:
        too_many = _("Choose at most %(n)d videos: more do not play in step on one computer.") % {"n": AT_ONCE}
        return screen.page(
            request, "admin/agencies/desk.html", title=_title(case), status=422, too_many=too_many, **context
        )
    purpose = may_access(user, AccessKind.FOOTAGE, agency=case.agency, case=case).purpose
    if purpose is None or (refused is not None and refused.access == AccessKind.FOOTAGE):
        context["purpose_form"] = refused or _purpose_form(user, case, AccessKind.FOOTAGE)
        return screen.page(request, "admin/agencies/desk.html", title=_title(case), status=status, **context)
    context["purpose"] = purpose
    if chosen and request.method == "GET":
        accesses = open_together(
            user=user,
            items=[row.item for row in chosen],
            purpose=purpose,
            session_key=request.session.session_key,
        )
        for row, access in zip(chosen, accesses, strict=True):
            give_tokens(row, access)
        context |= {
            "chosen": chosen,
            "lifetime_s": LIFETIME_S,
            "desk_data": {
                "clips": [row.for_page() for row in chosen],
                "zone": case.agency.time_zone,
                "words": {"play": _("Play"), "pause": _("Pause"), "unknown": "–"},
            },
            "gaps": gaps_between(chosen),
            "mark_form": MarkForm(auto_id="mark_%s"),
            "may_mark": can_mark_on(user, case),
            **marks_context(user, case, chosen),
        }
    context |= _places(request, user, case, chosen, refused)
    return screen.page(request, "admin/agencies/desk.html", title=_title(case), status=status, **context)


def _title(case: Case) -> str:
    return _("Review desk of case %(number)s") % {"number": case.number}


def _places(
    request: HttpRequest, user: User, case: Case, chosen: list[DeskRow], refused: PurposeForm | None
) -> dict[str, Any]:
    """The map: the areas asked, and the cameras of the chosen videos once there is a reason. An access of its own."""
    items = [row.item.pk for row in chosen]
    again = GivenAgain.objects.filter(item__in=items).values("match_id")
    matches = list(
        Match.objects.filter(
            Q(pk__in=[row.item.match_id for row in chosen]) | Q(pk__in=again), request__case=case
        ).select_related("request__agency", "request__case", "camera")
    )
    asked = {match.request_id: match.request for match in matches}
    shown: dict[str, Any] = {
        "areas": [ring for one in asked.values() for ring in parse_area(one.area).rings],
        "cameras": [],
    }
    open_now = [one for one in asked.values() if can_access_cameras(user, one)]
    if not open_now:
        return shown
    purpose = may_access(user, AccessKind.REQUEST_CAMERAS, agency=case.agency, case=case).purpose
    if purpose is None or request.method != "GET":
        form = refused if refused is not None and refused.access == AccessKind.REQUEST_CAMERAS else None
        return shown | {"places_form": form or _purpose_form(user, case, AccessKind.REQUEST_CAMERAS)}
    only = {match.pk for match in matches}
    try:
        seen = [camera for one in open_now for camera in access_cameras(user=user, request=one, only=only)]
    except TooMany as full:
        return shown | {"limit": str(full.message)}
    numbers = {row.camera: row.number for row in chosen}
    places = [{"code": one.code, "number": numbers.get(one.code), **for_map(one)} for one in seen]
    return shown | {"cameras": places, "seen": seen}
