"""The overwrite clock on the owner's pages, “I have kept it”, and the comparison of the recorder's clock with ours."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from apps.cameras.models import CameraCheck
from apps.core.errors import WrongState
from apps.footage_requests import access
from apps.footage_requests.clock import is_running
from apps.footage_requests.models import Match
from apps.footage_requests.policies import matches_of_reader
from apps.footage_requests.services import check_asked_clock, keep_footage
from apps.footage_requests.states import POSSIBLE
from apps.links.views import SeeOther
from apps.web.checks.forms import ClockForm
from apps.web.checks.views import check_page
from apps.web.photo_forms import takes_photo
from apps.web.requests.export_help import ExportHelp, export_help


@dataclass(frozen=True, slots=True)
class OwnerClock:
    """How long the recordings that a partner is asked for are still there, and which of them are kept.

    `first` is when the first of those that nobody kept is overwritten (UTC), None if none is in danger. `gone` counts
    those that are probably overwritten. `steps` are those for the recorders whose video is kept and not sent.
    """

    first: datetime | None
    gone: int
    to_keep: int
    kept: list[Match]
    steps: list[ExportHelp]


def owner_clock(matches: Sequence[Match], *, sent: bool) -> OwnerClock:
    """Of the matches of one invitation, as `asked_matches` reads them. `sent`: files have arrived for it."""
    now = timezone.now()
    running = [match for match in matches if is_running(match, now)]
    kept = [match for match in matches if match.kept_at is not None]
    possible = [match for match in matches if match.kept_at is None and match.answer in POSSIBLE]
    return OwnerClock(
        first=None if sent else min((match.overwrite_deadline for match in running), default=None),
        gone=0 if sent else len(possible) - len(running),
        to_keep=0 if sent else len(possible),
        kept=kept,
        steps=[] if sent else export_help(kept),
    )


@never_cache
@require_POST
def kept(request: HttpRequest, invitation: UUID) -> HttpResponseBase:
    """“I have kept it”: of all cameras of the invitation. The page that follows shows how to get the video out."""
    page = reverse("footage_requests:invitation", args=[invitation])
    found = access.invitation_from(request, invitation)
    if found is None:
        return SeeOther(page)
    with suppress(WrongState):  # the page that follows says why: it was revoked, it has ended, there is nothing to keep
        concerning = matches_of_reader(request.user, found).values_list("public_id", flat=True)
        keep_footage(invitation=found, matches=set(concerning), actor=access.actor_from(request, found))
    return SeeOther(f"{page}#clock")


@takes_photo
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check_clock(request: HttpRequest, invitation: UUID, match: UUID) -> HttpResponseBase:
    """How wrong the clock is of the recorder that video is asked from: two times, or a photograph of both clocks."""
    page = reverse("footage_requests:invitation", args=[invitation])
    found = access.invitation_from(request, invitation)
    if found is None or not access.accepts_answers(found):
        return SeeOther(page)
    concerning = matches_of_reader(request.user, found).select_related("camera__site__partner", "invitation__request")
    asked = concerning.filter(public_id=match).first()
    if asked is None:
        return SeeOther(page)

    def save(form: ClockForm) -> CameraCheck:
        return check_asked_clock(
            match=asked,
            stated=form.stated(),
            request_key=form.cleaned_data["request_key"],
            actor=access.actor_from(request, found),
        )

    return check_page(request, ClockForm, asked.camera, save, {"back": page, "by_link": True})
