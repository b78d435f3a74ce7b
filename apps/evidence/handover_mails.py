"""The letter with the receipt of what was handed over at the scene. It names no case, no street and no camera."""

from __future__ import annotations

import json

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from apps.evidence.link_kinds import HANDOVER
from apps.evidence.models import Handover, WitnessContact
from apps.footage_requests.mails import readers_at
from apps.links.services import link_for_letter
from apps.notifications.services import queue_message


def mail_receipt(handover: Handover) -> None:
    """Queue the receipt's link: to everybody who acts for a registered owner, else to the giver's address, if any."""
    link = link_for_letter(kind=HANDOVER, subject=handover.public_id)
    for number, (address, language) in enumerate(_readers(handover)):
        with translation.override(language):
            context = {
                "agency": handover.agency.name,
                "link": link.address,
                "code": link.code,
                "site": settings.SITE_URL.rstrip("/"),
                "portal_name": settings.PORTAL_NAME,
            }
            queue_message(
                kind="evidence.handed_over",
                recipient=address,
                subject=_("The receipt for your video"),
                text=render_to_string("emails/evidence/handed_over.txt", context),
                dedupe_key=f"evidence.handed_over:{handover.public_id}:{number}",
            )


def _readers(handover: Handover) -> list[tuple[str, str]]:
    if handover.match is not None:
        partner, site = handover.match.invitation.partner_id, handover.match.camera.site_id
        return [(reader.email, reader.language) for reader in readers_at(partner, [site])]
    kept = WitnessContact.objects.filter(handover=handover).first()
    people = json.loads(kept.contact)["people"] if kept else []
    return [(person["email"], handover.language) for person in people if person["email"]]
