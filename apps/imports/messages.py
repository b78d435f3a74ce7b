"""Mails about imports. They name no place and no camera."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from apps.imports.models import CameraImport
from apps.imports.selectors import Progress
from apps.imports.states import ImportState
from apps.notifications.services import Draft, tell_staff


def tell_finished(job: CameraImport, done: Progress) -> None:
    """One mail for the whole import, however many cameras it brought; part of the act that finishes it."""
    person = job.started_by
    undone = job.state == ImportState.UNDONE
    with translation.override(person.language or settings.LANGUAGE_CODE):
        page = (
            reverse("web:import", args=[job.public_id])
            if job.partner_id is not None
            else reverse("admin:imports_cameraimport_change", args=[job.public_id])
        )
        link = f"{settings.SITE_URL.rstrip('/')}{page}"
        context = {
            "person": person,
            "done": done,
            "for_owners": job.agency_id is not None,
            "link": link,
            "portal_name": settings.PORTAL_NAME,
            "site_url": settings.SITE_URL,
        }
        draft = Draft(
            kind="import.undone" if undone else "import.finished",
            recipient=person.email,
            reader=person if person.is_staff else None,
            about=job.public_id if person.is_staff else None,
            subject=_("Your import is undone") if undone else _("Your import of cameras is finished"),
            text=render_to_string(f"emails/imports/{'undone' if undone else 'finished'}.txt", context),
            digest_line=link,
            dedupe_key=f"import.{job.state}:{job.public_id}:{done.done}:{done.undone}:{done.wrong}",
        )
        tell_staff(draft)
