"""Mails to staff about exports. They name no case, no recipient and no file: a mailbox is not a safe."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.absences import on_duty
from apps.disclosure.export_policies import DECIDERS
from apps.disclosure.models import Export
from apps.notifications.choices import way_of
from apps.notifications.models import Way
from apps.notifications.services import Draft, tell_staff


def tell_deciders(export: Export) -> None:
    """Each supervisor and records custodian who is there, or stands in, gets a mail with the page to decide on."""
    people = {one.pk: one for role in DECIDERS for one in on_duty(export.agency, role, but=export.requested_by)}
    for person in people.values():
        _tell(export, person, "asked")


def tell_requester(verb: str, export: Export, *, once: str = "") -> None:
    """Who asked learns what became of it (approved, refused, expired, ready, stopped), if they want mail of it.

    One letter for `verb`, export and `once`.
    """
    if way_of(export.requested_by, f"export.{verb}") != Way.PAGE:
        _tell(export, export.requested_by, verb, once)


def _tell(export: Export, person: User, verb: str, once: str = "") -> None:
    kind = f"export.{verb}"
    page = settings.SITE_URL.rstrip("/") + reverse("admin:disclosure_export_change", args=[export.public_id])
    with translation.override(person.language or settings.LANGUAGE_CODE):
        subjects = {
            "asked": _("An export waits for a second person"),
            "approved": _("Your export was approved"),
            "refused": _("Your export was refused"),
            "expired": _("Nobody decided about your export in time"),
            "ready": _("Your package is ready"),
            "stopped": _("Your package could not be built"),
        }
        context = {
            "person": person,
            "verb": verb,
            "code": export.code,
            "page": page,
            "portal_name": settings.PORTAL_NAME,
        }
        draft = Draft(
            kind=kind,
            recipient=person.email,
            reader=person,
            about=export.public_id,
            subject=subjects[verb],
            text=render_to_string("emails/disclosure/export.txt", context),
            digest_line=f"{export.code}: {page}",
            dedupe_key=f"{kind}:{export.public_id}:{once}:{person.public_id}",
        )
        tell_staff(draft)
