"""Letters to staff about redactions. They name no case, no file and nobody in the pictures: a mailbox is not a safe."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.absences import on_duty
from apps.notifications.services import Draft, tell_staff
from apps.redaction.models import Redaction
from apps.redaction.policies import SECOND_READERS, can_read_for


def tell_readers(redaction: Redaction, *, once: str) -> None:
    """Each supervisor and records custodian who is there, or stands in, and may read it. One letter for `once`."""
    agency = redaction.item.agency
    people = {one.pk: one for role in SECOND_READERS for one in on_duty(agency, role, but=redaction.author)}
    for person in people.values():
        if can_read_for(person, redaction):
            _tell(redaction, person, "submitted", once)


def tell_author(redaction: Redaction, verb: str, *, once: str) -> None:
    """Its author learns what became of it (returned, aside, proven, failed). One letter for `once`."""
    _tell(redaction, redaction.author, verb, once)


def _tell(redaction: Redaction, person: User, verb: str, once: str) -> None:
    kind, address = f"redaction.{verb}", reverse("admin:evidence_evidenceitem_redaction", args=[redaction.public_id])
    page = settings.SITE_URL.rstrip("/") + address
    with translation.override(person.language or settings.LANGUAGE_CODE):
        subjects = {
            "submitted": _("A redaction waits for a second reader"),
            "returned": _("Your redaction came back"),
            "aside": _("Your redaction was set aside"),
            "proven": _("Your redacted copy is made"),
            "failed": _("Your redacted copy cannot be made"),
        }
        context = {"person": person, "verb": verb, "page": page, "portal_name": settings.PORTAL_NAME}
        tell_staff(
            Draft(
                kind=kind,
                recipient=person.email,
                reader=person,
                about=redaction.public_id,
                subject=subjects[verb],
                text=render_to_string("emails/redaction/redaction.txt", context),
                digest_line=f"{subjects[verb]}: {page}",
                dedupe_key=f"{kind}:{redaction.public_id}:{once}:{person.public_id}",
            )
        )
