"""Mails about places for a case. They name no case and no person: a mailbox is not a safe."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from apps.access.models import PlacesRequest
from apps.accounts.models import User
from apps.agencies.absences import on_duty
from apps.agencies.models import Role
from apps.notifications.services import Draft, tell_staff


def tell_supervisors(asked: PlacesRequest) -> None:
    """Each supervisor of the agency who is there, or stands in, gets a mail with the page to decide on."""
    for supervisor in on_duty(asked.agency, Role.SUPERVISOR, but=asked.author):
        _tell("asked", supervisor, asked)


def tell_author(asked: PlacesRequest) -> None:
    """The person who asked learns that it was decided, or that nobody decided in time."""
    _tell("decided", asked.author, asked)


def _tell(verb: str, person: User, asked: PlacesRequest) -> None:
    path = reverse("admin:access_placesrequest_change", args=[asked.public_id])
    page = f"{settings.SITE_URL.rstrip('/')}{path}"
    with translation.override(person.language or settings.LANGUAGE_CODE):
        subjects = {
            "asked": _("A colleague asks to see where cameras are"),
            "decided": _("Your request to see where cameras are: an answer"),
        }
        context = {
            "person": person,
            "asked": asked,
            "page": page,
            "hours": settings.PLACES_ASK_HOURS,
            "portal_name": settings.PORTAL_NAME,
        }
        draft = Draft(
            kind=f"places.{verb}",
            recipient=person.email,
            reader=person,
            about=asked.public_id,
            digest_line=page,
            subject=subjects[verb],
            text=render_to_string(f"emails/access/places_{verb}.txt", context),
            dedupe_key=f"places.{verb}:{asked.public_id}:{person.public_id}",
        )
        tell_staff(draft)
