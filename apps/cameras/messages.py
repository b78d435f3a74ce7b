"""Messages to registrants about their cameras, in each reader's language. They name no place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.cameras.models import Camera
from apps.cameras.review_reasons import in_words
from apps.notifications.services import queue_message
from apps.partners.messages import partner_address


def tell_registrant(
    verb: str, camera: Camera, people: Iterable[User], *, causes: Sequence[str] = (), reason: str = ""
) -> None:
    """Queue the message about `verb` (registered, approved, returned, retired) for each person; part of the act.

    `causes` are keys of common reasons, which each person reads in their own language before the free `reason`. One
    message per person, verb and version of the camera, however often the act is repeated.
    """
    for person in people:
        with translation.override(person.language or settings.LANGUAGE_CODE):
            context = {
                "person": person,
                "camera_name": camera.name,
                "reason": in_words(causes, reason),
                "portal_name": settings.PORTAL_NAME,
                "cameras_link": partner_address(camera.site.partner.public_id, "cameras"),
                "kit_link": partner_address(camera.site.partner.public_id, "kit"),
            }
            queue_message(
                kind=f"camera.{verb}",
                recipient=person.email,
                subject=_subject(verb),
                text=render_to_string(f"emails/cameras/{verb}.txt", context),
                dedupe_key=f"camera.{verb}:{camera.public_id}:{camera.version}:{person.public_id}",
            )


def _subject(verb: str) -> str:
    subjects = {
        "registered": _("We have your camera’s registration"),
        "approved": _("Your camera is now part of the program"),
        "returned": _("Your camera’s registration needs a correction"),
        "retired": _("Your camera was taken out of the program"),
    }
    return subjects[verb]
