"""Mails to staff about requests. They name no case and no person: a mailbox is not a safe."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from apps.agencies.absences import on_duty
from apps.agencies.models import Role
from apps.footage_requests.letter_topics import URGENT
from apps.footage_requests.models import FootageRequest
from apps.notifications.services import Draft, tell_staff


def tell_supervisors(request: FootageRequest) -> None:
    """Each supervisor who is there, or stands in, gets a mail with the page to decide on; once for a submission."""
    page = f"{settings.SITE_URL.rstrip('/')}{_page(request)}"
    urgent = request.incident_type in URGENT
    for supervisor in on_duty(request.agency, Role.SUPERVISOR, but=request.author):
        with translation.override(supervisor.language or settings.LANGUAGE_CODE):
            context = {
                "person": supervisor,
                "code": request.code,
                "page": page,
                "portal_name": settings.PORTAL_NAME,
            }
            draft = Draft(
                kind="footage_request.urgent" if urgent else "footage_request.submitted",
                recipient=supervisor.email,
                reader=supervisor,
                about=request.public_id,
                subject=_("An urgent request waits for approval")
                if urgent
                else _("A request for footage waits for approval"),
                text=render_to_string("emails/footage_requests/submitted.txt", context),
                digest_line=f"{request.code}: {page}",
                dedupe_key=f"submitted:{request.public_id}:{request.version}:{supervisor.public_id}",
            )
            tell_staff(draft)


def _page(request: FootageRequest) -> str:
    return reverse("admin:footage_requests_footagerequest_change", args=[request.public_id])
