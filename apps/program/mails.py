"""Mails to staff about the program's figures."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from apps.agencies.absences import on_duty
from apps.agencies.models import Agency, Role
from apps.notifications.services import Draft, tell_staff
from apps.program.models import QuarterlyUpdate


def tell_of_draft(update: QuarterlyUpdate) -> None:
    """Each program manager who is there, or stands in, learns that a draft waits for words; one mail for a person."""
    agencies = Agency.objects.filter(is_active=True).order_by("pk")
    people = {one.pk: one for agency in agencies for one in on_duty(agency, Role.PROGRAM_MANAGER)}
    path = reverse("admin:program_update", args=[update.public_id])
    page = f"{settings.SITE_URL.rstrip('/')}{path}"
    for manager in people.values():
        with translation.override(manager.language or settings.LANGUAGE_CODE):
            context = {
                "person": manager,
                "update": update,
                "page": page,
                "portal_name": settings.PORTAL_NAME,
            }
            draft = Draft(
                kind="program.update_drafted",
                recipient=manager.email,
                reader=manager,
                about=update.public_id,
                digest_line=page,
                subject=_("The quarterly update waits for your words"),
                text=render_to_string("emails/program/update_drafted.txt", context),
                dedupe_key=f"program.update_drafted:{update.public_id}:{manager.public_id}",
            )
            tell_staff(draft)
