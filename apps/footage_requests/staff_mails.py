"""Mails to staff about requests. They name no case and no person: a mailbox is not a safe."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from apps.agencies.absences import on_duty
from apps.agencies.models import Role
from apps.footage_requests.incident_types import is_urgent
from apps.footage_requests.models import FootageRequest
from apps.notifications.choices import way_of
from apps.notifications.models import Way
from apps.notifications.services import Draft, tell_staff


def tell_supervisors(request: FootageRequest) -> None:
    """Each supervisor who is there, or stands in, gets a mail with the page to decide on; once for a submission."""
    page = f"{settings.SITE_URL.rstrip('/')}{_page(request)}"
    urgent = is_urgent(request.agency, request.incident_type)
    for supervisor in on_duty(request.agency, Role.SUPERVISOR, but=request.author):
        with translation.override(supervisor.language or settings.LANGUAGE_CODE):
            context = {
                "person": supervisor,
                "code": request.code,
                "page": page,
                "portal_name": settings.PORTAL_NAME,
                "went_first": request.went_first,
            }
            draft = Draft(
                kind=_supervisors_kind(request, urgent=urgent),
                recipient=supervisor.email,
                reader=supervisor,
                about=request.public_id,
                subject=_supervisors_subject(request, urgent=urgent),
                text=render_to_string("emails/footage_requests/submitted.txt", context),
                digest_line=f"{request.code}: {page}",
                dedupe_key=f"submitted:{request.public_id}:{request.version}:{supervisor.public_id}",
            )
            tell_staff(draft)


def _supervisors_kind(request: FootageRequest, *, urgent: bool) -> str:
    if request.went_first:
        return "footage_request.went_first"
    return "footage_request.urgent" if urgent else "footage_request.submitted"


def _supervisors_subject(request: FootageRequest, *, urgent: bool) -> str:
    if request.went_first:
        return _("An urgent request went first and waits for your review")
    return _("An urgent request waits for approval") if urgent else _("A request for footage waits for approval")


def tell_author(verb: str, request: FootageRequest, *, once: str) -> None:
    """The author learns what became of the request (approved, returned, footage, deadline), if they want mail of it.

    One letter for `verb`, request and `once`.
    """
    author, kind = request.author, f"request.{verb}"
    if way_of(author, kind) == Way.PAGE:
        return
    page = f"{settings.SITE_URL.rstrip('/')}{_page(request)}"
    with translation.override(author.language or settings.LANGUAGE_CODE):
        subjects = {
            "approved": _("Your request for footage was approved"),
            "returned": _("Your request for footage came back"),
            "reviewed": _("A supervisor reviewed your urgent request"),
            "footage": _("Footage came for your request"),
            "deadline": _("Recordings that you ask for will be overwritten soon"),
        }
        context = {
            "person": author,
            "verb": verb,
            "code": request.code,
            "page": page,
            "portal_name": settings.PORTAL_NAME,
        }
        draft = Draft(
            kind=kind,
            recipient=author.email,
            reader=author,
            about=request.public_id,
            subject=subjects[verb],
            text=render_to_string("emails/footage_requests/for_author.txt", context),
            digest_line=f"{request.code}: {page}",
            dedupe_key=f"{kind}:{request.public_id}:{once}",
        )
        tell_staff(draft)


def _page(request: FootageRequest) -> str:
    return reverse("admin:footage_requests_footagerequest_change", args=[request.public_id])
