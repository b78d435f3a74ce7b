"""The letter to who gave a file that was disposed of. It names no case, no street and no camera."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from apps.evidence.models import EvidenceItem
from apps.footage_requests.mails import readers_at
from apps.notifications.services import queue_message


def tell_owners(item: EvidenceItem) -> None:
    """Queue a letter to everybody who acts for the giver now; none without an account."""
    partner = item.submission.partner_id
    if partner is None:
        return
    page = f"{settings.SITE_URL.rstrip('/')}{reverse('evidence:item', args=[item.public_id])}"
    for reader in readers_at(partner, [item.match.camera.site_id] if item.match else []):
        with translation.override(reader.language):
            context = {
                "agency": item.agency.name,
                "code": item.submission.code,
                "day": item.received_at,
                "page": page,
                "portal_name": settings.PORTAL_NAME,
            }
            queue_message(
                kind="evidence.disposed",
                recipient=reader.email,
                subject=_("A video that you gave was disposed of"),
                text=render_to_string("emails/retention/disposed.txt", context),
                dedupe_key=f"evidence.disposed:{item.public_id}:{reader.public_id}",
            )
